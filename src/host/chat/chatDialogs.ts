import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainText } from '../plainText';
import { exportFileName } from './exportMarkdown';

const longestTitleCharacters = 200;

/** A title for a chat; `undefined` when it stays as it is. */
export async function askTitle(title: string): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: l10n.t('Rename Chat'),
    placeHolder: l10n.t('Title'),
    prompt: l10n.t('How this chat is called in the history.'),
    value: title,
    validateInput: (value) => {
      if (value.trim() === '') return l10n.t('Give it a title.');
      return value.trim().length > longestTitleCharacters
        ? l10n.t('At most {0} characters, please.', longestTitleCharacters)
        : undefined;
    },
  });
  const renamed = typed?.trim();
  return renamed === title ? undefined : renamed;
}

export async function confirmDelete(title: string): Promise<boolean> {
  const remove = l10n.t('Delete');
  const answer = await vscode.window.showWarningMessage(
    plainText(l10n.t('Delete “{0}”?', title)),
    { modal: true, detail: l10n.t('It is erased from this machine, with all its branches. This cannot be undone.') },
    remove,
  );
  return answer === remove;
}

/** @param turns how many are deleted on the branch that is shown */
export async function confirmDeleteFrom(turns: number): Promise<boolean> {
  const remove = l10n.t('Delete');
  const answer = await vscode.window.showWarningMessage(
    plainText(l10n.t('Delete {0} messages?', turns)),
    { modal: true, detail: l10n.t('This message and all that follow it are erased. This cannot be undone.') },
    remove,
  );
  return answer === remove;
}

/** Asks where to, and writes it there. Rejects when it cannot be written. */
export async function saveExport(title: string, markdown: string): Promise<void> {
  const name = exportFileName(title);
  const folder = vscode.workspace.workspaceFolders?.[0];
  const target = await vscode.window.showSaveDialog({
    title: l10n.t('Export Chat'),
    saveLabel: l10n.t('Export'),
    filters: { [l10n.t('Markdown')]: ['md'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder.uri, name) } : {}),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(markdown));
  const open = l10n.t('Open');
  const answer = await vscode.window.showInformationMessage(plainText(l10n.t('“{0}” is exported.', title)), open);
  if (answer === open) await vscode.window.showTextDocument(target);
}
