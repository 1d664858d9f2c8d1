import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ActivityEntry } from './activity';
import type { ClientService } from './clientService';
import { showLivePick } from './livePick';
import { presentQuota, type QuotaLine } from './quotaPresenter';

/** The details behind the meter: every lane with its buckets, levels and reset times, alive while it is open. */
export function showQuota(clients: ClientService): void {
  showLivePick({
    title: l10n.t('Remaining Limits'),
    placeholder: l10n.t('What is left now, and when each is full again'),
    items: () => presentQuota(clients.quota(), Date.now()).map(toItem),
    onPick: () => {},
  });
}

/** What is under way or waiting in this window; choosing one offers to send it now, where that helps, or to cancel it. */
export function showQueue(list: () => readonly ActivityEntry[]): void {
  showLivePick<vscode.QuickPickItem & { readonly entry?: ActivityEntry }>({
    title: l10n.t('Queue'),
    placeholder: l10n.t('Choose what to send now or to cancel'),
    items: () => {
      const entries = list();
      if (entries.length === 0) {
        return [{ label: `$(check) ${l10n.t('Nothing is waiting or running')}`, alwaysShow: true }];
      }
      return entries.map((entry) => ({ label: `$(sync) ${entry.label}`, detail: entry.status(), entry }));
    },
    onPick: ({ entry }) => {
      if (entry) void offerActions(entry);
    },
  });
}

function toItem({ label, isHeading, description, detail }: QuotaLine): vscode.QuickPickItem {
  if (isHeading) return { label, kind: vscode.QuickPickItemKind.Separator };
  return {
    label,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
  };
}

async function offerActions(entry: ActivityEntry): Promise<void> {
  const sendNow = {
    label: l10n.t('Try Now'),
    detail: l10n.t('Before its time; the API may refuse it again'),
    run: entry.sendNow,
  };
  const choices = [
    ...(entry.canSendNow() ? [sendNow] : []),
    { label: l10n.t('Cancel It'), run: entry.cancel },
    { label: l10n.t('Let It Go On'), run: () => {} },
  ];
  const answer = await vscode.window.showQuickPick(choices, { title: entry.label, placeHolder: entry.status() });
  answer?.run();
}
