import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { nameOf, selectionName } from '../summarize/textSources';
import { presentContextRows, type ContextRow, type ContextWorld, type FileEntry, type RowChoice } from './contextRows';
import type { ContextChoice } from './contextSources';
import { globFor } from './contextText';

/** A pause in typing: every search walks the workspace. */
const searchDelayMs = 200;
/** A longer list is narrowed by typing on. */
const mostFound = 50;
const mostOpenFiles = 20;

type ChoiceRow = Extract<ContextRow, { kind: 'choice' }>;

interface ContextItem extends vscode.QuickPickItem {
  readonly row: ContextRow;
}

/** Asks what to add to the chat; several things at once, files found by typing. `undefined` when the person let it be. */
export async function pickContext(): Promise<readonly ContextChoice[] | undefined> {
  const session = new PickSession();
  try {
    const rows = await session.run();
    return rows?.map(({ choice }) => toChoice(choice));
  } finally {
    session.dispose();
  }
}

/** One opening of the picker. What was checked stays checked while the files below it come and go. */
class PickSession {
  readonly #pick = vscode.window.createQuickPick<ContextItem>();
  readonly #addNow: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('add'),
    tooltip: l10n.t('Add Only This'),
  };
  readonly #world = lookAround();
  #found: readonly FileEntry[] = [];
  #search: vscode.CancellationTokenSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  run(): Promise<readonly ChoiceRow[] | undefined> {
    const pick = this.#pick;
    pick.title = l10n.t('Add Context to Chat');
    pick.placeholder = l10n.t('Check what to add, or type the name of a file');
    pick.canSelectMany = true;
    pick.matchOnDescription = true;
    pick.keepScrollPosition = true;
    this.#show();
    return new Promise((resolve) => {
      const end = (rows: readonly ChoiceRow[]) => {
        if (rows.length === 0) return;
        resolve(rows);
        pick.hide();
      };
      pick.onDidChangeValue((value) => this.#searchSoon(value));
      pick.onDidTriggerItemButton(({ item }) => end(choicesOf([item])));
      pick.onDidAccept(() => {
        const checked = choicesOf(pick.selectedItems);
        // Who checks nothing means the line under the cursor.
        end(checked.length > 0 ? checked : choicesOf(pick.activeItems));
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#search?.cancel();
    this.#search?.dispose();
    this.#pick.dispose();
  }

  #show(): void {
    const pick = this.#pick;
    const checked = choicesOf(pick.selectedItems);
    const checkedKeys = new Set(checked.map(({ key }) => key));
    pick.items = presentContextRows(this.#world, this.#found, checked).map((row) => this.#toItem(row));
    pick.selectedItems = pick.items.filter(({ row }) => row.kind === 'choice' && checkedKeys.has(row.key));
    // In a list to check, VS Code puts the cursor nowhere by itself, and Enter after typing a name would do nothing.
    const first = pick.items.find(({ row }) => matches(row, pick.value));
    if (first) pick.activeItems = [first];
  }

  #toItem(row: ContextRow): ContextItem {
    if (row.kind === 'heading') return { row, label: row.label, kind: vscode.QuickPickItemKind.Separator };
    return {
      row,
      label: row.label,
      ...(row.description === undefined ? {} : { description: row.description }),
      // The search has matched these already, by its own rules.
      alwaysShow: row.choice.kind === 'file' && this.#isFound(row.choice.uri),
      buttons: [this.#addNow],
    };
  }

  #isFound(uri: string): boolean {
    return this.#found.some((file) => file.uri === uri);
  }

  #searchSoon(value: string): void {
    clearTimeout(this.#timer);
    this.#search?.cancel();
    if (value.trim() === '') {
      this.#found = [];
      this.#pick.busy = false;
      this.#show();
      return;
    }
    this.#pick.busy = true;
    this.#timer = setTimeout(() => void this.#find(value), searchDelayMs);
  }

  async #find(value: string): Promise<void> {
    this.#search?.dispose();
    const search = new vscode.CancellationTokenSource();
    this.#search = search;
    let uris: readonly vscode.Uri[] = [];
    try {
      uris = await vscode.workspace.findFiles(globFor(value), undefined, mostFound, search.token);
    } catch {
      // A search that failed has found nothing; the list says as much.
    }
    if (search.token.isCancellationRequested) return;
    this.#found = uris.map(toEntry).toSorted((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
    this.#pick.busy = false;
    this.#show();
  }
}

/** Whether this is what somebody means who has typed so much of a name. */
function matches(row: ContextRow, typed: string): boolean {
  const name = typed.trim().toLowerCase();
  return name !== '' && row.kind === 'choice' && row.label.toLowerCase().includes(name);
}

function choicesOf(items: readonly ContextItem[]): readonly ChoiceRow[] {
  return items.flatMap(({ row }) => (row.kind === 'choice' ? [row] : []));
}

function toChoice(choice: RowChoice): ContextChoice {
  return choice.kind === 'file' ? { kind: 'uri', uri: vscode.Uri.parse(choice.uri, true) } : withScope(choice);
}

function withScope(choice: Exclude<RowChoice, { kind: 'file' }>): ContextChoice {
  switch (choice.kind) {
    case 'problems':
      return { kind: 'problems', scope: choice.scope };
    case 'selection':
    case 'diff':
    case 'folder':
      return { kind: choice.kind };
  }
}

function lookAround(): ContextWorld {
  const editor = vscode.window.activeTextEditor;
  const uri = editor?.document.uri;
  return {
    selection: editor && !editor.selection.isEmpty ? selectionName(editor) : undefined,
    activeFile: uri && nameOf(uri),
    problemsOfFile: uri ? vscode.languages.getDiagnostics(uri).length : 0,
    problemsOfWorkspace: vscode.languages.getDiagnostics().reduce((sum, [, problems]) => sum + problems.length, 0),
    openFiles: openFiles(),
  };
}

/** The tabs that show a text, the active one first. */
function openFiles(): readonly FileEntry[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const sorted = tabs.toSorted((a, b) => Number(b.isActive) - Number(a.isActive));
  const uris = sorted.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
  const unique = new Map(uris.map((uri) => [uri.toString(), uri]));
  return [...unique.values()].slice(0, mostOpenFiles).map(toEntry);
}

function toEntry(uri: vscode.Uri): FileEntry {
  return { uri: uri.toString(), name: nameOf(uri) };
}
