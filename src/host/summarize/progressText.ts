import * as l10n from '@vscode/l10n';
import type { JobRequest, JobView } from '../../jobs/desk';
import type { SummaryProgress } from '../../jobs/directAsker';
import { isWaitReason } from '../queue/jobText';
import { describeWait, type Wait } from '../waitText';

/** One line for a progress notification: parts done, and what is waited for. */
export function describeProgress({ done, total, last }: SummaryProgress, now: number): string {
  const parts = total === undefined ? [] : [countParts(done, total)];
  switch (last?.type) {
    case 'waiting':
    case 'parked':
      parts.push(describeWait({ ...last, position: undefined, attempt: 1 }, now));
      break;
    case 'retrying':
      parts.push(describeWait({ ...last, position: undefined }, now));
      break;
    case 'queued':
      if (last.position > 1) parts.push(l10n.t('number {0} in line', last.position));
      break;
    case 'started':
    case undefined:
      break;
  }
  return parts.length === 0 ? l10n.t('reading…') : parts.join(' · ');
}

/** The same of a job; `undefined` while there is nothing to say but what was planned. */
export function describeJobProgress({ done, total, requests }: JobView, now: number): string | undefined {
  const parts = total > 1 ? [countParts(done, total)] : [];
  // While something runs, what waits is in its good order.
  if (!requests.some(({ state }) => state === 'running')) {
    const wait = requests.flatMap((request) => waitOf(request) ?? [])[0];
    if (wait) parts.push(describeWait(wait, now));
  }
  return parts.length === 0 ? undefined : parts.join(' · ');
}

/** What a request waits for; `undefined` while it does not, or nobody has told. */
function waitOf({ state, reason, until }: JobRequest): Wait | undefined {
  if (state !== 'waiting' && state !== 'parked' && state !== 'retrying') return undefined;
  if (reason === undefined || !isWaitReason(reason)) return undefined;
  return { reason, until, position: undefined, attempt: 1 };
}

function countParts(done: number, total: number): string {
  return l10n.t('{0} of {1} parts', Math.min(done, total), total);
}
