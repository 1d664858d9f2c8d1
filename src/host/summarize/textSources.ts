import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isBinary } from '../binary';
import { formatBytes } from '../format';
import { composeNotebook, readNotebook, type NotebookCell } from './notebookText';

/** A whole file is held in memory and sent: beyond this it is a data file, not something to read. */
export const largestFileBytes = 20_000_000;

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Why a text cannot be summarized; `message` is a sentence for the person. */
export class SourceError extends Error {
  override readonly name = 'SourceError';

  static is(error: unknown): error is SourceError {
    return error instanceof SourceError;
  }
}

export function selectionSource(editor: vscode.TextEditor): NamedText {
  const { document, selections } = editor;
  const text = selections.map((selection) => document.getText(selection)).join('\n\n');
  if (text.trim() === '') throw new SourceError(l10n.t('Select some text first: there is nothing to summarize.'));
  return { name: selectionName(editor), text };
}

/** `retry.ts:12–48` */
export function selectionName({ document, selection }: vscode.TextEditor): string {
  const name = nameOf(document.uri);
  const first = selection.start.line + 1;
  // Whole lines are selected up to the beginning of the next one.
  const last = selection.end.character === 0 ? Math.max(selection.end.line, first) : selection.end.line + 1;
  return first === last ? `${name}:${first}` : `${name}:${first}–${last}`;
}

/** What an editor shows, saved or not; otherwise the file. Rejects with `SourceError`. */
export async function fileSource(uri: vscode.Uri): Promise<NamedText> {
  const name = nameOf(uri);
  const text = shownTexts().get(uri.toString())?.() ?? (await readText(uri, name));
  if (text.trim() === '') throw new SourceError(l10n.t('{0} is empty: there is nothing to summarize.', name));
  return { name, text };
}

/** Its path in the workspace; elsewhere its name alone: where it lies on this machine is nobody's business. */
export function nameOf(uri: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  // The workspace's own folder has no path within it either.
  if (!folder || folder.uri.path === uri.path) return uri.path.replace(/\/+$/, '').split('/').at(-1) || uri.scheme;
  return vscode.workspace.asRelativePath(uri, (vscode.workspace.workspaceFolders?.length ?? 0) > 1);
}

/** What editors show at this moment, saved or not, by URI. */
export function shownTexts(): ReadonlyMap<string, () => string> {
  const { textDocuments, notebookDocuments } = vscode.workspace;
  return new Map([
    ...textDocuments.map((each): [string, () => string] => [each.uri.toString(), () => each.getText()]),
    // VS Code has a text document for each cell, and none for the notebook.
    ...notebookDocuments.map((each): [string, () => string] => [each.uri.toString(), () => textOfNotebook(each)]),
  ]);
}

/** `undefined`: it is no text. */
export async function decodeText(bytes: Uint8Array, uri: vscode.Uri): Promise<string | undefined> {
  if (isBinary(bytes)) return undefined;
  const text = await vscode.workspace.decode(bytes, { uri });
  return (uri.path.endsWith('.ipynb') ? readNotebook(text) : undefined) ?? text;
}

async function readText(uri: vscode.Uri, name: string): Promise<string> {
  // A window that was opened anew has not loaded each of its tabs, and not all that can be shown is a file.
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === undefined) return showText(uri, name);
  let bytes: Uint8Array;
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory)
      throw new SourceError(l10n.t('{0} is a folder. Use “Summarize Folder…”.', name));
    if (size > largestFileBytes) throw tooLarge(name, size);
    bytes = await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    throw SourceError.is(error) ? error : unreadable(name, error);
  }
  const text = await decodeText(bytes, uri);
  if (text === undefined) throw new SourceError(l10n.t('{0} is not a text file: there is nothing to summarize.', name));
  return text;
}

async function showText(uri: vscode.Uri, name: string): Promise<string> {
  try {
    return (await vscode.workspace.openTextDocument(uri)).getText();
  } catch (error) {
    throw unreadable(name, error);
  }
}

function textOfNotebook(notebook: vscode.NotebookDocument): string {
  return composeNotebook(notebook.getCells().map(toCell));
}

function toCell({ kind, document, outputs }: vscode.NotebookCell): NotebookCell {
  return {
    kind: kind === vscode.NotebookCellKind.Code ? 'code' : 'markdown',
    language: document.languageId,
    text: document.getText(),
    outputs: outputs.map(({ items }) => {
      const item = items.find(({ mime }) => mime === 'text/plain' || mime.endsWith('.stdout'));
      return item ? new TextDecoder().decode(item.data) : '';
    }),
  };
}

function tooLarge(name: string, size: number): SourceError {
  return new SourceError(
    l10n.t(
      '{0} has {1}: too large to summarize. At most {2} can be read.',
      name,
      formatBytes(size),
      formatBytes(largestFileBytes),
    ),
  );
}

function unreadable(name: string, error: unknown): SourceError {
  const why = error instanceof Error ? error.message : String(error);
  return new SourceError(l10n.t('Failed to read {0}: {1}', name, why), { cause: error });
}
