import * as vscode from 'vscode';
import { findLeaks, type Leak } from '../../keys/leaks';
import { leakId } from './ignoredLeaks';

/**
 * What a person edits and keeps: files, here and on remote machines, new ones, VS Code's own settings, cells. Not what is only
 * shown: logs and other output, old versions of files, our previews.
 */
export const watchedSchemes = [
  'file',
  'untitled',
  'vscode-remote',
  'vscode-userdata',
  'vscode-vfs',
  'vscode-notebook-cell',
] as const;

const schemes: ReadonlySet<string> = new Set(watchedSchemes);

/** A key in a document as it is now. */
export interface FoundLeak extends Leak {
  readonly id: string;
  readonly key: string;
}

export function isWatched({ uri }: vscode.TextDocument): boolean {
  return schemes.has(uri.scheme);
}

export function leaksIn({ uri }: vscode.TextDocument, text: string): readonly FoundLeak[] {
  const name = uri.toString();
  return findLeaks(text).map((leak) => {
    const key = text.slice(leak.start, leak.end);
    return { ...leak, key, id: leakId(name, key) };
  });
}

export function rangeOf(document: vscode.TextDocument, { start, end }: Pick<Leak, 'start' | 'end'>): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** UTF-16 units, without putting its text together. */
export function lengthOf(document: vscode.TextDocument): number {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
}

/** Only one that is open: nothing is read for the sake of a command that anybody can call. */
export function findDocument(uri: unknown): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri && isWatched(each));
}
