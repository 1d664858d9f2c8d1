import * as vscode from 'vscode';
import type { FolderFile } from './folderFiles';
import { nameOf } from './textSources';

/** What we make ourselves is about what else is open. */
const ownSchemes = /^sluice-/;

/** What the tabs of this window show, in their order and each once. Of two that are compared it is the newer one. */
export function openEditorFiles(): readonly FolderFile[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const uris = tabs.flatMap(({ input }) => uriOf(input) ?? []).filter(({ scheme }) => !ownSchemes.test(scheme));
  const unique = new Map(uris.map((uri) => [uri.toString(), uri]));
  return [...unique.values()].map((uri) => ({ uri, name: nameOf(uri) }));
}

/** What the person looks at; a cell of a notebook stands for all of it. */
export function activeUri(): vscode.Uri | undefined {
  const { activeNotebookEditor, activeTextEditor, tabGroups } = vscode.window;
  if (activeNotebookEditor) return activeNotebookEditor.notebook.uri;
  return activeTextEditor?.document.uri ?? uriOf(tabGroups.activeTabGroup.activeTab?.input);
}

/** `undefined` for a terminal, a webview and whatever else has no document. */
function uriOf(input: unknown): vscode.Uri | undefined {
  if (
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook
  ) {
    return input.uri;
  }
  if (input instanceof vscode.TabInputTextDiff || input instanceof vscode.TabInputNotebookDiff) return input.modified;
  return undefined;
}
