import * as l10n from '@vscode/l10n';
import type { Priority } from '../../client/types';
import type { JobRequest, JobView } from '../../jobs/desk';
import { isOpen, type Delivery, type Easing, type Job } from '../../jobs/job';
import { formatClock } from '../format';
import { plainLabel } from '../keys/keyWords';
import { describeCost } from '../keys/usageFacts';
import { describeWait, type Wait } from '../waitText';

/** What of a batch is not answered by then expires: https://platform.claude.com/docs/en/build-with-claude/batch-processing */
const batchMs = 86_400_000;

/** Makes a sentence of why something is missing or held up. */
export type Explain = (because: { readonly reason: string; readonly until?: number | undefined }) => string;

export function jobLabel({ title }: Pick<Job, 'title'>): string {
  return l10n.t('Summary of {0}', plainLabel(title));
}

/** `14:02:05`, `tomorrow 14:02:05`, and with its date when it is another day. */
export function formatWhen(at: number, now: number): string {
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  const isTomorrow = new Date(at).toDateString() === tomorrow.toDateString();
  return isTomorrow ? l10n.t('tomorrow {0}', formatClock(at)) : formatClock(at, now);
}

/** `34 of 120`; `undefined` while nobody knows how much there is. */
export function describeDone({ done, total }: Pick<Job, 'done' | 'total'>): string | undefined {
  return total > 0 ? l10n.t('{0} of {1}', Math.min(done, total), total) : undefined;
}

export function describeEnd({ endsAt }: Pick<JobView, 'endsAt'>, now: number): string | undefined {
  return endsAt !== undefined && endsAt > now ? l10n.t('until {0}', formatWhen(endsAt, now)) : undefined;
}

/** What it has cost so far; of one that took everything from what was known before, that it cost nothing. */
export function describePaid(job: Pick<Job, 'cost' | 'state'>): string | undefined {
  if (job.cost.requests > 0) return describeCost(job.cost);
  return isOpen(job) || job.state === 'cancelled' ? undefined : l10n.t('nothing to pay');
}

export function describePlace(place: number): string {
  return place > 1 ? l10n.t('number {0} in line', place) : l10n.t('next in line');
}

/** Nobody has begun it. */
export function isBegun({ startedAt, done }: Pick<Job, 'startedAt' | 'done'>): boolean {
  return startedAt !== undefined || done > 0;
}

export function isElsewhere({ isMine, runner }: Pick<JobView, 'isMine' | 'runner'>, now: number): boolean {
  return !isMine && runner !== undefined && runner.until > now;
}

/** What keeps a job of this window, in words, where nothing of it is being answered now. */
export function describeHold({ requests }: Pick<JobView, 'requests'>, now: number): string | undefined {
  if (requests.some(({ state }) => state === 'running')) return undefined;
  const [first] = requests.filter(({ state }) => state !== 'batch').toSorted(bySoonness);
  return first ? describeHeld(first, now) : describeBatches(requests, now);
}

/** A row has room for the clock time; what is waited for stands below it, and in what is read when the mouse rests. */
function describeHeld(request: JobRequest, now: number): string {
  const { state, until } = request;
  return state === 'queued' || until === undefined || until <= now
    ? describeRequest(request, now)
    : l10n.t('waits until {0}', formatWhen(until, now));
}

/** A batch goes by the number of requests in it. */
export function requestLabel({ state, label }: JobRequest): string {
  if (state === 'batch') return l10n.t('{0} requests in a batch', label);
  return plainLabel(label) || l10n.t('Request');
}

/** Where one request, or a batch of them, stands. */
export function describeRequest(request: JobRequest, now: number): string {
  const { state, reason, until, position, startedAt } = request;
  switch (state) {
    case 'running':
      return startedAt === undefined
        ? l10n.t('being answered')
        : l10n.t('being answered since {0}', formatWhen(startedAt, now));
    case 'batch':
      return startedAt === undefined ? l10n.t('sent') : describeSent(startedAt, until, now);
    case 'queued': {
      const place = position === undefined ? l10n.t('in line') : describePlace(position);
      return until === undefined || until <= now ? place : l10n.t('{0}, about {1}', place, formatWhen(until, now));
    }
    case 'waiting':
    case 'parked':
    case 'retrying':
      return reason !== undefined && isWaitReason(reason)
        ? describeWait({ reason, until, position: undefined, attempt: 1 }, now)
        : l10n.t('in line');
  }
}

/** Whether sending at once could help it, as far as `waitText` knows. */
export function isWaitReason(reason: string): reason is Wait['reason'] {
  return Object.hasOwn(waitReasons, reason);
}

const waitReasons = {
  requests: true,
  inputTokens: true,
  outputTokens: true,
  concurrency: true,
  userLimit: true,
  rateLimited: true,
  rampLimited: true,
  overloaded: true,
  network: true,
  stalled: true,
  incomplete: true,
  turn: true,
  key: true,
  budget: true,
} as const satisfies Record<Wait['reason'], true>;

/** `until` is when the API is asked about it next. */
function describeSent(since: number, until: number | undefined, now: number): string {
  const parts = [
    l10n.t('since {0}', formatWhen(since, now)),
    l10n.t('at the latest until {0}', formatWhen(since + batchMs, now)),
    until === undefined || until <= now ? undefined : l10n.t('next look {0}', formatWhen(until, now)),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** From the first that was sent to the last that may end. */
function describeBatches(batches: readonly JobRequest[], now: number): string | undefined {
  const sent = batches.flatMap(({ startedAt }) => startedAt ?? []);
  if (batches.length === 0) return undefined;
  if (sent.length === 0) return l10n.t('in a batch');
  const [since, until] = [Math.min(...sent), Math.max(...sent) + batchMs];
  return l10n.t('in a batch since {0}, at the latest until {1}', formatWhen(since, now), formatWhen(until, now));
}

/** What says why it waits comes before what only stands in line, and of each the soonest: that is what is waited for. */
function bySoonness(a: JobRequest, b: JobRequest): number {
  const [whyA, whyB] = [a.state === 'queued' ? 1 : 0, b.state === 'queued' ? 1 : 0];
  return whyA - whyB || compare(a.until, b.until) || compare(a.position, b.position);
}

/** What is not known comes last. */
function compare(a = Number.MAX_VALUE, b = Number.MAX_VALUE): number {
  return a - b;
}

export function describePriority(priority: Priority): string {
  switch (priority) {
    case 'interactive':
      return l10n.t('first');
    case 'normal':
      return l10n.t('before the background');
    case 'background':
      return l10n.t('in the background');
  }
}

export function describeDelivery(delivery: Delivery): string {
  return delivery === 'batch' ? l10n.t('in batches, for half the price') : l10n.t('at the pace of your limits');
}

/** What was done to a job, for those who look at its result. */
export function describeEasing(easing: Easing): string {
  switch (easing) {
    case 'cheaperModel':
      return l10n.t('A cheaper model has read what was left.');
    case 'shorter':
      return l10n.t('What was left was summarized in fewer words.');
    case 'batch':
      return l10n.t('What was left went out as a batch.');
    case 'later':
      return l10n.t('It was put off for an hour.');
  }
}
