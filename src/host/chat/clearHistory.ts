import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainText } from '../plainText';
import type { HistoryPickerOptions } from './historyPicker';

export interface ClearHistoryOptions {
  readonly list: HistoryPickerOptions['list'];
  /** Deletes all but those that are being answered; returns how many. */
  readonly clear: (query: { workspace?: string }) => number;
  readonly workspace: string | undefined;
}

/** Asks which chats, and once more whether; returns how many were deleted, `undefined` when the person let it be. */
export async function clearHistory({ list, clear, workspace }: ClearHistoryOptions): Promise<number | undefined> {
  const everything = scope(l10n.t('All Chats'), {}, list);
  const here = workspace === undefined ? undefined : scope(l10n.t('Chats of This Workspace'), { workspace }, list);
  if (everything.count === 0) {
    void vscode.window.showInformationMessage(l10n.t('There are no chats to delete.'));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick([...(here && here.count > 0 ? [here] : []), everything], {
    title: l10n.t('Clear History'),
    placeHolder: l10n.t('Choose which chats to delete from this machine'),
  });
  if (!picked || !(await confirm(picked.count))) return undefined;
  const deleted = clear(picked.query);
  const kept = list(picked.query).length;
  const told =
    kept > 0
      ? l10n.t('Chats deleted: {0}. Kept, because they are being answered: {1}.', deleted, kept)
      : l10n.t('Chats deleted: {0}.', deleted);
  void vscode.window.showInformationMessage(plainText(told));
  return deleted;
}

interface Scope extends vscode.QuickPickItem {
  readonly query: { workspace?: string };
  readonly count: number;
}

function scope(label: string, query: { workspace?: string }, list: ClearHistoryOptions['list']): Scope {
  const count = list(query).length;
  const description = count === 1 ? l10n.t('1 chat') : l10n.t('{0} chats', count);
  return { label: `$(trash) ${label}`, description, query, count };
}

async function confirm(count: number): Promise<boolean> {
  const remove = l10n.t('Delete');
  const question = count === 1 ? l10n.t('Delete this chat?') : l10n.t('Delete {0} chats?', count);
  const detail = l10n.t('They are erased from this machine, with everything attached to them. This cannot be undone.');
  return (await vscode.window.showWarningMessage(plainText(question), { modal: true, detail }, remove)) === remove;
}
