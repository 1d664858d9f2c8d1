import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
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

function toItem({ label, isHeading, description, detail }: QuotaLine): vscode.QuickPickItem {
  if (isHeading) return { label, kind: vscode.QuickPickItemKind.Separator };
  return {
    label,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
  };
}
