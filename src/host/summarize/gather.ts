import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { condense } from '../../summarize/condense';
import type { Log } from '../log';
import { plainText } from '../plainText';
import { readFiles } from './fileReading';
import { readFoldersToSummarize } from './folderReader';
import { countLeftOut, type GatheredTexts } from './gathered';
import { readChanges } from './gitChanges';
import { activeUri, openEditorFiles } from './openEditors';
import { prepareSource } from './preparedSource';
import { SymbolSeams } from './seams';
import { selectedTerminalText } from './terminalText';
import { fileSource, nameOf, selectionSource, SourceError } from './textSources';

export interface TextGathererOptions {
  readonly log: Log;
  /** `undefined` when the person calls it off. */
  readonly chatText: () => Promise<{ readonly title: string; readonly text: string } | undefined>;
}

const noneLeftOut = { leftOut: {}, unreadable: 0 } as const;

/** As of a folder. */
const openEditorsBounds = { mostFiles: 2_000, mostBytes: 100_000_000 } as const;

/** Reads what a person wants summarized. All of it rejects with `SourceError`; `undefined`: the person has called it off. */
export class TextGatherer {
  readonly #options: TextGathererOptions;

  constructor(options: TextGathererOptions) {
    this.#options = options;
  }

  async selection(): Promise<GatheredTexts> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) throw new SourceError(l10n.t('Open a file and select some text first.'));
    const { name, text } = selectionSource(editor);
    return textOf(name, { name, uri: ownerOf(editor.document).toString(), text });
  }

  /** `uri` comes from a menu; without it the active editor's file is meant. */
  async file(uri: vscode.Uri | undefined = activeUri()): Promise<GatheredTexts> {
    if (!uri) throw new SourceError(l10n.t('Open the file that you want summarized first.'));
    const { name, text } = await fileSource(uri);
    return textOf(name, await prepareSource(name, uri, text, new SymbolSeams()));
  }

  /** Asks which, without a `uri`. */
  async folder(uri?: vscode.Uri): Promise<GatheredTexts | undefined> {
    requireTrust();
    const folder = uri ?? (await pickFolder());
    return folder && this.#folders([folder], nameOf(folder));
  }

  /** All its folders. */
  async workspace(): Promise<GatheredTexts | undefined> {
    requireTrust();
    const { workspaceFolders, name } = vscode.workspace;
    const [first] = workspaceFolders ?? [];
    if (!workspaceFolders || !first) throw new SourceError(l10n.t('Open a folder first: this window has none.'));
    return this.#folders(
      workspaceFolders.map((each) => each.uri),
      workspaceFolders.length === 1 ? nameOf(first.uri) : (name ?? l10n.t('this workspace')),
    );
  }

  async openEditors(): Promise<GatheredTexts | undefined> {
    const files = openEditorFiles();
    if (files.length === 0) throw new SourceError(l10n.t('Open the files that you want summarized first.'));
    const title = l10n.t('open editors');
    const seams = new SymbolSeams();
    const read = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: plainText(l10n.t('Reading {0}…', title)),
        cancellable: true,
      },
      async (_progress, token) => {
        const all = await readFiles(files, {
          ...openEditorsBounds,
          prepare: ({ name, uri }, text) => prepareSource(name, uri, text, seams),
          token,
          onProgress: () => {},
          log: this.#options.log,
        });
        return token.isCancellationRequested ? undefined : all;
      },
    );
    if (!read) return undefined;
    const { sources, leftOut, unreadable } = read;
    if (sources.length === 0) throw new SourceError(l10n.t('The open editors hold no text to summarize.'));
    return { title, subject: 'files', sources, leftOut, unreadable, priority: 'normal' };
  }

  /** Asks which. */
  async changes(): Promise<GatheredTexts | undefined> {
    const changes = await readChanges(this.#options.log);
    if (!changes) return undefined;
    const { title, sources, leftOut } = changes;
    return { title, subject: 'diff', sources, leftOut: countLeftOut(leftOut), unreadable: 0, priority: 'normal' };
  }

  async terminal(): Promise<GatheredTexts> {
    const { name, text } = await selectedTerminalText();
    return textOf(name, { name, uri: undefined, text: condense(`${name}.log`, text).text });
  }

  async chat(): Promise<GatheredTexts | undefined> {
    const chat = await this.#options.chatText();
    if (!chat) return undefined;
    const { title, text } = chat;
    if (text.trim() === '') throw new SourceError(l10n.t('There is no conversation to summarize yet.'));
    const sources = [{ name: title, uri: undefined, text }];
    return { title, subject: 'conversation', sources, ...noneLeftOut, priority: 'normal' };
  }

  async #folders(folders: readonly vscode.Uri[], title: string): Promise<GatheredTexts | undefined> {
    const read = await readFoldersToSummarize(folders, title, this.#options.log);
    return read && { title, subject: 'files', ...read, priority: 'background' };
  }
}

function textOf(title: string, source: GatheredTexts['sources'][number]): GatheredTexts {
  return { title, subject: 'text', sources: [source], ...noneLeftOut, priority: 'normal' };
}

/** The notebook that a cell belongs to, which can be opened; the cell cannot. */
function ownerOf(document: vscode.TextDocument): vscode.Uri {
  const notebook = vscode.workspace.notebookDocuments.find((each) =>
    each.getCells().some((cell) => cell.document === document),
  );
  return notebook?.uri ?? document.uri;
}

function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new SourceError(l10n.t('In Restricted Mode Sluice reads no folder. Trust this workspace to summarize it.'));
}

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const [only, ...others] = vscode.workspace.workspaceFolders ?? [];
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: l10n.t('Summarize Folder'),
    openLabel: l10n.t('Summarize'),
    ...(only && others.length === 0 ? { defaultUri: only.uri } : {}),
  });
  return picked?.[0];
}
