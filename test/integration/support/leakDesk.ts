import * as vscode from 'vscode';
import { settings } from '../../../src/contributions';
import { LeakGuard, type LeakGuardOptions } from '../../../src/host/leakGuard/leakGuard';
import { Dialogs } from './dialogs';
import { restoreUserSettings, setUserSetting, workspaceFolder } from './settings';
import { until } from './waiting';

/** A leak guard with the person, the ring and the state in the test's hand. */
export interface LeakDesk {
  readonly guard: LeakGuard;
  readonly dialogs: Dialogs;
  /** Every key that was to be moved. */
  readonly moved: string[];
  readonly audited: string[];
  readonly logged: string[];
  /** Of the workspace; outlives the guard. */
  readonly state: Map<string, unknown>;
  readonly person: { isEnabled: boolean; moveIn: LeakGuardOptions['moveIn'] };
  /** As a reload of the window would. */
  readonly restart: () => LeakGuard;
}

/** As which a key is in the ring once it was moved. */
export const movedKey = { id: 'moved', label: 'From a File' } as const;

/** Each test has a folder of its own: documents outlive their editors, with the language they were given. */
let folders = 0;
const guards: LeakGuard[] = [];
let dialogs: Dialogs | undefined;

/** The extension's own guard is off meanwhile: what is seen comes from this one. */
export async function setUpGuard(): Promise<LeakDesk> {
  await setUserSetting(settings.leakGuardEnabled, false);
  const desk = {
    moved: [] as string[],
    audited: [] as string[],
    logged: [] as string[],
    state: new Map<string, unknown>(),
  };
  const person: LeakDesk['person'] = { isEnabled: true, moveIn: async () => movedKey };
  dialogs = new Dialogs();
  const write = (...parts: readonly unknown[]) => void desk.logged.push(JSON.stringify(parts.map(String)));
  const start = () => {
    for (const guard of guards.splice(0)) guard.dispose();
    const guard = new LeakGuard({
      isEnabled: () => person.isEnabled,
      moveIn: (key) => {
        desk.moved.push(key);
        return person.moveIn(key);
      },
      memento: {
        get: <T>(name: string, byDefault?: T): T | undefined => {
          const text = JSON.stringify(desk.state.get(name));
          return text === undefined ? byDefault : JSON.parse(text);
        },
        update: async (name: string, value: unknown) => void desk.state.set(name, value),
      },
      log: { info: write, warn: write, error: write, show: () => {} },
      audit: ({ id, label }, detail) => void desk.audited.push(`${id} ${label}: ${detail}`),
    });
    guards.push(guard);
    guard.start();
    return guard;
  };
  return { ...desk, dialogs, person, guard: start(), restart: start };
}

export async function tearDownGuard(): Promise<void> {
  for (const guard of guards.splice(0)) guard.dispose();
  dialogs?.dispose();
  dialogs = undefined;
  await restoreUserSettings();
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.workspace.fs.delete(folder(), { recursive: true }).then(undefined, () => {});
  folders += 1;
}

function folder(): vscode.Uri {
  return vscode.Uri.joinPath(workspaceFolder(), `leaks-${folders}`);
}

/** Written to disk and opened in an editor. */
export async function openFile(name: string, text: string): Promise<vscode.TextDocument> {
  const file = vscode.Uri.joinPath(folder(), name);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

/** With one cell of Python, written to disk and opened. */
export async function openNotebook(name: string, text: string): Promise<vscode.NotebookDocument> {
  const file = vscode.Uri.joinPath(folder(), name);
  const cell = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: [text] };
  const metadata = { language_info: { name: 'python' } };
  const content = JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 4 });
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(content));
  const notebook = await vscode.workspace.openNotebookDocument(file);
  await vscode.window.showNotebookDocument(notebook);
  return notebook;
}

export async function readSaved(document: vscode.TextDocument): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(document.uri));
}

export async function insert(document: vscode.TextDocument, text: string): Promise<void> {
  await change(document, new vscode.Range(0, 0, 0, 0), text);
}

export async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  await change(document, new vscode.Range(0, 0, document.lineCount, 0), text);
}

/** VS Code refuses an edit while the text changes for another reason, such as the file having just come into being. */
async function change({ uri }: vscode.TextDocument, range: vscode.Range, text: string): Promise<void> {
  await until('an edit to be taken', () => {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, range, text);
    return Promise.resolve(vscode.workspace.applyEdit(edit));
  });
}

export function leaksIn({ uri }: vscode.TextDocument): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Sluice');
}

export async function untilLeaks(document: vscode.TextDocument, count: number): Promise<readonly vscode.Diagnostic[]> {
  const what = () => `${count} keys to be pointed out, instead of ${leaksIn(document).length}`;
  return until(what, () => leaksIn(document).length === count && leaksIn(document));
}

/** What the lightbulb offers where the nth key is pointed out. */
export async function fixesFor(document: vscode.TextDocument, index: number): Promise<readonly vscode.CodeAction[]> {
  return until('quick fixes', async () => {
    const range = leaksIn(document)[index]?.range;
    if (range === undefined) return undefined;
    const fixes = vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
    );
    // VS Code cancels the question when the document changes, its language included, which takes a moment after opening.
    const own = (await fixes.then(undefined, () => [])).filter(({ command }) => command?.command.startsWith('sluice.'));
    return own.length > 0 && own;
  });
}

/** With which the fix of that title, for the first key, calls its command. */
export async function argumentsOf(
  document: vscode.TextDocument,
  title: string,
): Promise<readonly [uri: unknown, id: unknown]> {
  const command = (await fixesFor(document, 0)).find((each) => each.title === title)?.command;
  if (command === undefined) throw new Error(`There is no fix "${title}"`);
  const [uri, id]: readonly unknown[] = command.arguments ?? [];
  return [uri, id];
}
