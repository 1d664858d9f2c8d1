import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

export type What = 'selection' | 'file' | 'folder' | 'workspace' | 'openEditors' | 'changes' | 'terminal' | 'chat';

/** Asks what is to be summarized; only what is there now is offered. `undefined` when the person leaves it. */
export async function pickWhat(hasChat: boolean): Promise<What | undefined> {
  const { activeTextEditor, activeTerminal, tabGroups } = vscode.window;
  const { isTrusted, workspaceFolders } = vscode.workspace;
  const hasFolder = isTrusted && (workspaceFolders?.length ?? 0) > 0;
  const rows: readonly (vscode.QuickPickItem & { readonly what: What; readonly isThere: boolean })[] = [
    {
      what: 'selection',
      label: `$(list-selection) ${l10n.t('Selection')}`,
      isThere: activeTextEditor !== undefined && !activeTextEditor.selection.isEmpty,
    },
    { what: 'file', label: `$(file) ${l10n.t('Open File')}`, isThere: activeTextEditor !== undefined },
    {
      what: 'openEditors',
      label: `$(files) ${l10n.t('Open Editors')}`,
      isThere: tabGroups.all.some(({ tabs }) => tabs.length > 1),
    },
    { what: 'folder', label: `$(folder) ${l10n.t('Folder…')}`, isThere: isTrusted },
    { what: 'workspace', label: `$(root-folder) ${l10n.t('Whole Workspace')}`, isThere: hasFolder },
    { what: 'changes', label: `$(git-compare) ${l10n.t('Changes in Git…')}`, isThere: hasFolder },
    { what: 'terminal', label: `$(terminal) ${l10n.t('Terminal Selection')}`, isThere: activeTerminal !== undefined },
    { what: 'chat', label: `$(comment-discussion) ${l10n.t('This Chat')}`, isThere: hasChat },
  ];
  const picked = await vscode.window.showQuickPick(
    rows.filter(({ isThere }) => isThere),
    { title: l10n.t('Summarize'), placeHolder: l10n.t('What is to be summarized?') },
  );
  return picked?.what;
}
