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

/** What is under way or waiting in this window; choosing one offers to cancel it. */
export function showQueue(list: () => readonly ActivityEntry[]): void {
  showLivePick<vscode.QuickPickItem & { readonly entry?: ActivityEntry }>({
    title: l10n.t('Queue'),
    placeholder: l10n.t('Choose what to cancel'),
    items: () => {
      const entries = list();
      if (entries.length === 0) {
        return [{ label: `$(check) ${l10n.t('Nothing is waiting or running')}`, alwaysShow: true }];
      }
      return entries.map((entry) => ({ label: `$(sync) ${entry.label}`, detail: entry.status(), entry }));
    },
    onPick: ({ entry }) => {
      if (entry) void confirmCancel(entry);
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

async function confirmCancel(entry: ActivityEntry): Promise<void> {
  const cancel = l10n.t('Cancel It');
  const answer = await vscode.window.showQuickPick([cancel, l10n.t('Let It Go On')], {
    title: entry.label,
    placeHolder: entry.status(),
  });
  if (answer === cancel) entry.cancel();
}
