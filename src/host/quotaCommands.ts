import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { LaneSnapshot } from '../client/types';
import type { ActivityEntry } from './activity';
import { knownBuckets, shareOf } from './buckets';
import type { ClientService } from './clientService';
import { formatClock, formatCount } from './format';
import { showLivePick } from './livePick';
import { describeWait } from './waitText';

/** The details behind the meter: every lane with its buckets, levels and reset times, alive while it is open. */
export function showQuota(clients: ClientService): void {
  showLivePick({
    title: l10n.t('Remaining Limits'),
    placeholder: l10n.t('What is left now, and when each is full again'),
    items: () => presentQuota(clients.quota(), Date.now()),
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

/** Pure: the lines of the quota view. */
export function presentQuota(lanes: readonly LaneSnapshot[], now: number): vscode.QuickPickItem[] {
  const known = lanes.filter((lane) => knownBuckets(lane).length > 0);
  if (known.length === 0) {
    return [
      {
        label: `$(question) ${l10n.t('Limits are unknown yet')}`,
        detail: l10n.t('The API tells its limits with the first answer. Send a message to learn them.'),
        alwaysShow: true,
      },
    ];
  }
  return known.flatMap((lane) => [
    {
      label: [lane.group, lane.organization].filter(Boolean).join(' · '),
      kind: vscode.QuickPickItemKind.Separator,
    },
    ...knownBuckets(lane).map(({ label, bucket }) => ({
      label: `$(${bucket.remaining < 1 ? 'circle-slash' : 'pulse'}) ${label}`,
      description: l10n.t(
        '{0} of {1} left ({2} %)',
        formatCount(bucket.remaining),
        formatCount(bucket.limit),
        Math.floor(shareOf(bucket) * 100),
      ),
      detail:
        bucket.resetAt <= now
          ? l10n.t('Full. The API last told its level at {0}', formatClock(bucket.observedAt, now))
          : l10n.t(
              'Full at {0}. The API last told its level at {1}',
              formatClock(bucket.resetAt, now),
              formatClock(bucket.observedAt, now),
            ),
    })),
    {
      label: `$(list-ordered) ${l10n.t('{0} waiting, {1} running', lane.queued, lane.running)}`,
      ...(lane.held && lane.held.until > now
        ? { detail: describeWait({ ...lane.held, position: undefined, attempt: 1 }, now) }
        : {}),
    },
  ]);
}

async function confirmCancel(entry: ActivityEntry): Promise<void> {
  const cancel = l10n.t('Cancel It');
  const answer = await vscode.window.showQuickPick([cancel, l10n.t('Let It Go On')], {
    title: entry.label,
    placeHolder: entry.status(),
  });
  if (answer === cancel) entry.cancel();
}
