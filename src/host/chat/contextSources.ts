import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Attachment } from '../../conversation/turn';
import { estimateTokens } from '../../summarize/pieceSize';
import { isBinary } from '../binary';
import { formatBytes, formatCount } from '../format';
import { repositoriesAtHand } from '../gitApi';
import type { Log } from '../log';
import { plainText } from '../plainText';
import { readFolder } from '../summarize/folderReader';
import { nameOf, selectionName, SourceError } from '../summarize/textSources';
import {
  composeDiff,
  composeFolder,
  composeProblems,
  fenceLanguageOf,
  largestAttachmentCharacters,
  largestFileBytes,
  type FoundProblem,
  type ProblemLevel,
} from './contextText';
import { readDroppedUris } from './droppedUris';

export interface ContextSourcesOptions {
  readonly readModel: () => string;
  readonly log: Log;
}

/** What a person can point at. */
export type ContextChoice =
  | { readonly kind: 'selection' }
  | { readonly kind: 'problems'; readonly scope: 'file' | 'workspace' }
  | { readonly kind: 'diff' }
  /** Asks which. */
  | { readonly kind: 'folder' }
  /** A file or a folder. */
  | { readonly kind: 'uri'; readonly uri: vscode.Uri };

export interface Gathered {
  readonly attachments: readonly Attachment[];
  /** A sentence for each thing that could not be read. What the person called off has none. */
  readonly refusals: readonly string[];
}

/** Makes attachments of what people point at. Nothing outside of it reads files, problems or diffs for the chat. */
export class ContextSources {
  readonly #options: ContextSourcesOptions;

  constructor(options: ContextSourcesOptions) {
    this.#options = options;
  }

  /** In the order of the choices. Never rejects. */
  async gather(choices: readonly ContextChoice[]): Promise<Gathered> {
    const attachments: Attachment[] = [];
    const refusals: string[] = [];
    for (const choice of choices) {
      try {
        const made = await this.#read(choice);
        if (made) attachments.push(checkSize(made));
      } catch (error) {
        if (!SourceError.is(error)) this.#options.log.error('Failed to add to the chat', error, { kind: choice.kind });
        refusals.push(SourceError.is(error) ? error.message : l10n.t('It could not be read. The log has the details.'));
      }
    }
    return { attachments, refusals };
  }

  /** Addresses as a webview hands them on; what may not be read through it is told like what cannot be read. Never rejects. */
  async gatherDropped(texts: readonly string[]): Promise<Gathered> {
    const schemes = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
    const readable = readDroppedUris(texts, schemes);
    if (readable.length === 0 && texts.length > 0) {
      return { attachments: [], refusals: [l10n.t('Only files and folders can be added by dropping them here.')] };
    }
    return this.gather(readable.map((text) => ({ kind: 'uri', uri: vscode.Uri.parse(text) })));
  }

  async #read(choice: ContextChoice): Promise<Attachment | undefined> {
    switch (choice.kind) {
      case 'selection':
        return readSelection();
      case 'problems':
        return readProblems(choice.scope);
      case 'diff':
        return readDiff();
      case 'folder': {
        requireTrust(l10n.t('In Restricted Mode Sluice reads no folder. Trust this workspace to add one.'));
        const folder = await askFolder();
        return folder && this.#readFolder(folder);
      }
      case 'uri':
        return (await isFolder(choice.uri)) ? this.#readFolder(choice.uri) : readFile(choice.uri);
    }
  }

  async #readFolder(uri: vscode.Uri): Promise<Attachment | undefined> {
    requireTrust(l10n.t('In Restricted Mode Sluice reads no folder. Trust this workspace to add one.'));
    const name = nameOf(uri);
    const files = await readFolder(uri, name, this.#options.log);
    if (!files) return undefined;
    const attachment: Attachment = { kind: 'folder', name, languageId: '', text: composeFolder(files) };
    // Asked about only what can be sent at all.
    checkSize(attachment);
    const tokens = estimateTokens(attachment.text, this.#options.readModel());
    return (await confirmFolder(name, files.length, tokens)) ? attachment : undefined;
  }
}

function readSelection(): Attachment {
  const editor = vscode.window.activeTextEditor;
  const selections = editor?.selections.filter((selection) => !selection.isEmpty) ?? [];
  if (!editor || selections.length === 0)
    throw new SourceError(l10n.t('Select some text first: there is nothing to add.'));
  const text = selections.map((selection) => editor.document.getText(selection)).join('\n\n');
  if (text.trim() === '') throw new SourceError(l10n.t('Only white space is selected: there is nothing to add.'));
  return { kind: 'selection', name: selectionName(editor), languageId: editor.document.languageId, text };
}

/** What an editor shows, saved or not; otherwise the file. */
async function readFile(uri: vscode.Uri): Promise<Attachment> {
  const name = nameOf(uri);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const text = open ? open.getText() : await readText(uri, name);
  if (text.trim() === '') throw new SourceError(l10n.t('{0} is empty: there is nothing to add.', name));
  return { kind: 'file', name, languageId: open?.languageId ?? fenceLanguageOf(name), text };
}

async function readText(uri: vscode.Uri, name: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > largestFileBytes) throw tooLarge(name, formatBytes(size), formatBytes(largestFileBytes));
    bytes = await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (SourceError.is(error)) throw error;
    // What the file system says can hold a path of this machine; it goes to the log only.
    throw new SourceError(l10n.t('{0} cannot be read: it is not there, or may not be read.', name), { cause: error });
  }
  if (isBinary(bytes)) throw new SourceError(l10n.t('{0} is not a text file: it cannot be added.', name));
  return vscode.workspace.decode(bytes, { uri });
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.Directory) !== 0;
  } catch {
    // An editor may show what no disk has; whatever else it is, reading it says why it cannot be read.
    return false;
  }
}

function readProblems(scope: 'file' | 'workspace'): Attachment {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (scope === 'file' && !active) throw new SourceError(l10n.t('Open the file whose problems you want to add first.'));
  const found =
    scope === 'file' && active
      ? [[active, vscode.languages.getDiagnostics(active)] as const]
      : vscode.languages.getDiagnostics();
  const problems = found.flatMap(([uri, diagnostics]) => diagnostics.map((each) => toProblem(nameOf(uri), each)));
  const name = scope === 'file' && active ? nameOf(active) : (vscode.workspace.name ?? l10n.t('this window'));
  if (problems.length === 0) throw new SourceError(l10n.t('VS Code shows no problems in {0}.', name));
  return { kind: 'problems', name, languageId: '', text: composeProblems(problems) };
}

function toProblem(file: string, { range, severity, message, source, code }: vscode.Diagnostic): FoundProblem {
  const plainCode = typeof code === 'object' ? code.value : code;
  return {
    file,
    line: range.start.line + 1,
    column: range.start.character + 1,
    level: levels[severity],
    message,
    source,
    code: plainCode === undefined ? undefined : String(plainCode),
  };
}

const levels: Readonly<Record<vscode.DiagnosticSeverity, ProblemLevel>> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};

/** Of the repository of the active file; without one, of all that are open. */
async function readDiff(): Promise<Attachment> {
  requireTrust(l10n.t('In Restricted Mode Sluice reads no diff. Trust this workspace to add one.'));
  const repositories = await repositoriesAtHand();
  if (repositories.length === 0) {
    throw new SourceError(l10n.t('There is no diff: no Git repository is open in this window.'));
  }
  const texts = await Promise.all(
    repositories.map(async (repository) => composeDiff(await repository.diff(true), await repository.diff(false))),
  );
  const name = repositories.map(({ rootUri }) => rootUri.path.split('/').at(-1)).join(', ');
  const text = texts.filter((each) => each !== undefined).join('\n\n');
  if (text === '') throw new SourceError(l10n.t('Nothing has changed in {0} since the last commit.', name));
  return { kind: 'diff', name, languageId: 'diff', text };
}

function requireTrust(sentence: string): void {
  if (!vscode.workspace.isTrusted) throw new SourceError(sentence);
}

function checkSize(attachment: Attachment): Attachment {
  const { name, text } = attachment;
  if (text.length <= largestAttachmentCharacters) return attachment;
  throw tooLarge(name, formatBytes(text.length), formatBytes(largestAttachmentCharacters));
}

function tooLarge(name: string, size: string, most: string): SourceError {
  return new SourceError(l10n.t('{0} has {1}, and at most {2} can be added. Summarize it instead.', name, size, most));
}

async function askFolder(): Promise<vscode.Uri | undefined> {
  const first = vscode.workspace.workspaceFolders?.[0];
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: l10n.t('Add Folder to Chat'),
    openLabel: l10n.t('Add'),
    ...(first ? { defaultUri: first.uri } : {}),
  });
  return picked?.[0];
}

async function confirmFolder(name: string, files: number, tokens: number): Promise<boolean> {
  const add = l10n.t('Add');
  const answer = await vscode.window.showInformationMessage(
    plainText(l10n.t('Add {0} to the chat?', name)),
    {
      modal: true,
      detail: l10n.t(
        '{0} files, about {1} tokens. They go along with every message from then on.',
        files,
        formatCount(tokens),
      ),
    },
    add,
  );
  return answer === add;
}
