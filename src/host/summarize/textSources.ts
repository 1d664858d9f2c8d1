import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SummarySource } from '../../summarize/summarizer';
import { isBinary } from '../binary';
import { formatBytes } from '../format';

/** A whole file is held in memory and sent: beyond this it is a data file, not something to read. */
export const largestFileBytes = 20_000_000;

/** Why a text cannot be summarized; `message` is a sentence for the person. */
export class SourceError extends Error {
  override readonly name = 'SourceError';

  static is(error: unknown): error is SourceError {
    return error instanceof SourceError;
  }
}

export function selectionSource(editor: vscode.TextEditor): SummarySource {
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
export async function fileSource(uri: vscode.Uri): Promise<SummarySource> {
  const name = nameOf(uri);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const text = open ? open.getText() : await readText(uri, name);
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

async function readText(uri: vscode.Uri, name: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory)
      throw new SourceError(l10n.t('{0} is a folder. Use “Summarize Folder…”.', name));
    if (size > largestFileBytes) {
      throw new SourceError(
        l10n.t(
          '{0} has {1}: too large to summarize. At most {2} can be read.',
          name,
          formatBytes(size),
          formatBytes(largestFileBytes),
        ),
      );
    }
    bytes = await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (SourceError.is(error)) throw error;
    throw new SourceError(
      l10n.t('Failed to read {0}: {1}', name, error instanceof Error ? error.message : String(error)),
      { cause: error },
    );
  }
  if (isBinary(bytes)) throw new SourceError(l10n.t('{0} is not a text file: there is nothing to summarize.', name));
  return vscode.workspace.decode(bytes, { uri });
}
