import * as l10n from '@vscode/l10n';
import type { ParkReason, RetryReason, WaitReason } from '../client/types';
import { formatClock } from './format';

export interface Wait {
  readonly reason: WaitReason | RetryReason | ParkReason;
  /** Epoch milliseconds; `undefined` while nobody can tell. */
  readonly until: number | undefined;
  /** In the queue, counted from 1. */
  readonly position: number | undefined;
  /** The attempt that comes next, counted from 1. */
  readonly attempt: number;
}

/** What ends sooner is not worth a button: it would be gone before it is pressed. */
const worthHurryingMs = 3_000;

/** Room on the server would not end these. */
const heldBySomethingElse: ReadonlySet<Wait['reason']> = new Set(['userLimit', 'concurrency', 'turn', 'key', 'budget']);

/** Whether sending at once, before its time, would end this wait: nothing goes past the person's own caps. */
export function canSendNow({ reason, until }: Pick<Wait, 'reason' | 'until'>, now: number): boolean {
  if (until === undefined || until - now < worthHurryingMs) return false;
  return !heldBySomethingElse.has(reason);
}

/** A wait as one line: what is waited for, and until what clock time. */
export function describeWait({ reason, until }: Wait, now: number): string {
  const what = describeReason(reason);
  return until === undefined || until <= now ? what : l10n.t('{0} until {1}', what, formatClock(until, now));
}

/** Place in line and attempt; `undefined` when there is nothing worth saying. */
export function describeQueue({ position, attempt, reason }: Wait): string | undefined {
  const parts = [
    explainReason(reason),
    position !== undefined && position > 1 ? l10n.t('number {0} in line', position) : undefined,
    attempt > 1 ? l10n.t('attempt {0}', attempt) : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' · ');
}

function describeReason(reason: Wait['reason']): string {
  switch (reason) {
    case 'requests':
      return l10n.t('Waiting for the request limit');
    case 'inputTokens':
      return l10n.t('Waiting for input tokens');
    case 'outputTokens':
      return l10n.t('Waiting for output tokens');
    case 'concurrency':
      return l10n.t('Waiting for a running request to end');
    case 'userLimit':
      return l10n.t('Waiting for your own limit');
    case 'rateLimited':
      return l10n.t('Waiting for the rate limit');
    case 'rampLimited':
      return l10n.t('Slowing down: usage grew too fast');
    case 'overloaded':
      return l10n.t('Anthropic is overloaded: waiting');
    case 'network':
      return l10n.t('No connection to the API: waiting');
    case 'stalled':
    case 'incomplete':
      return l10n.t('The API broke off: waiting');
    case 'turn':
      return l10n.t('Waiting for its turn');
    case 'key':
      return l10n.t('Waiting for a key that works');
    case 'budget':
      return l10n.t('Waiting: the spend cap of the key is reached');
  }
}

function explainReason(reason: Wait['reason']): string | undefined {
  switch (reason) {
    case 'overloaded':
    case 'network':
    case 'stalled':
    case 'incomplete':
      return l10n.t('Not your limit');
    case 'userLimit':
      return l10n.t('Set in the settings');
    case 'key':
      return l10n.t('Sent by itself once you replace the key or choose another one in “API Keys”');
    case 'budget':
      return l10n.t('Sent by itself then, or once you raise the cap in “API Keys”');
    case 'requests':
    case 'inputTokens':
    case 'outputTokens':
    case 'rateLimited':
    case 'rampLimited':
      return l10n.t('Sent by itself as soon as there is room');
    case 'concurrency':
    case 'turn':
      return undefined;
  }
}
