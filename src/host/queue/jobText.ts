import * as l10n from '@vscode/l10n';
import type { Priority } from '../../client/types';
import type { JobRequest, JobView } from '../../jobs/desk';
import { isOpen, type Delivery, type Easing, type Job } from '../../jobs/job';
import { formatClock } from '../format';
import { plainLabel } from '../keys/keyWords';
import { describeCost } from '../keys/usageFacts';
import { describeWait, type Wait } from '../waitText';

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
  if (requests.length === 0 || requests.some(({ state }) => state === 'running')) return undefined;
  const direct = requests.filter(({ state }) => state !== 'batch');
  if (direct.length === 0) return describeBatches(requests, now);
  const [first] = direct.toSorted((a, b) => soonness(a) - soonness(b));
  return first && describeRequest(first, now);
}

/** Where one request stands. */
export function describeRequest(request: JobRequest, now: number): string {
  const { state, reason, until, position, startedAt } = request;
  switch (state) {
    case 'running':
      return startedAt === undefined
        ? l10n.t('being answered')
        : l10n.t('being answered since {0}', formatWhen(startedAt, now));
    case 'batch':
      return describeBatch(startedAt, until, now);
    case 'queued':
      return position === undefined ? l10n.t('in line') : describePlace(position);
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

function describeBatches(requests: readonly JobRequest[], now: number): string {
  const begun = requests.flatMap(({ startedAt }) => startedAt ?? []);
  const ends = requests.flatMap(({ until }) => until ?? []);
  const since = begun.length > 0 ? Math.min(...begun) : undefined;
  return describeBatch(since, ends.length > 0 ? Math.max(...ends) : undefined, now);
}

function describeBatch(since: number | undefined, until: number | undefined, now: number): string {
  if (since === undefined) return l10n.t('in a batch');
  if (until === undefined || until <= now) return l10n.t('in a batch since {0}', formatWhen(since, now));
  return l10n.t('in a batch since {0}, at the latest until {1}', formatWhen(since, now), formatWhen(until, now));
}

/** The soonest to go is what is waited for. */
function soonness({ until, position }: JobRequest): number {
  return until ?? position ?? Number.POSITIVE_INFINITY;
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
