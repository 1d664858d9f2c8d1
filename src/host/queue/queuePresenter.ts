import * as l10n from '@vscode/l10n';
import type { Priority } from '../../client/types';
import type { JobView } from '../../jobs/desk';
import { isOpen } from '../../jobs/job';
import type { ActivityEntry } from '../activity';
import { joinLines } from '../keys/keyFact';
import type { RowIcon } from '../keys/keyNode';
import { escapeMarkdown, plainLabel } from '../keys/keyWords';
import { presentFacts } from './jobFacts';
import {
  describeDone,
  describeEnd,
  describeHold,
  describePaid,
  describePlace,
  formatWhen,
  isBegun,
  isElsewhere,
  jobLabel,
  type Explain,
} from './jobText';
import type { QueueNode } from './queueNode';

export interface QueueSnapshot {
  readonly jobs: readonly JobView[];
  readonly activities: readonly ActivityEntry[];
  readonly now: number;
  readonly explain: Explain;
  /** Of whoever presents it again and again: jobs that have ended can be many, and their rows stay as they are. */
  readonly memory?: RowMemory | undefined;
}

/** By job: its row, and what that was made from. */
export type RowMemory = Map<string, { readonly madeFrom: string; readonly row: QueueNode }>;

/** On the view's icon; `undefined` when nothing needs attention. */
export type QueueBadge = { readonly value: number; readonly tooltip: string } | undefined;

const ranks: Readonly<Record<Priority, number>> = { interactive: 0, normal: 1, background: 2 };

const warningIcon: RowIcon = { id: 'warning', color: 'list.warningForeground' };

/** The rows of the queue view: what goes on, in the order in which it is served, and what has ended in a group. Pure. */
export function presentQueue(snapshot: QueueSnapshot): readonly QueueNode[] {
  const open = inOrder(snapshot.jobs.filter(isOpen));
  const places = placesOf(open, snapshot.now);
  const ended = snapshot.jobs.filter((job) => !isOpen(job)).toSorted((a, b) => endOf(b) - endOf(a));
  return [
    ...presentActivities(snapshot.activities),
    ...open.map((job) => presentJob(job, places.get(job.id), snapshot)),
    ...(ended.length > 0 ? [presentEnded(ended, snapshot)] : []),
  ];
}

/** Whether the rows change by themselves as time goes by. */
export function isAlive({ jobs, activities }: Pick<QueueSnapshot, 'jobs' | 'activities'>): boolean {
  return activities.length > 0 || jobs.some(isOpen);
}

export function presentBadge(jobs: readonly JobView[]): QueueBadge {
  const needy = jobs.filter(needsAttention);
  if (needy.length === 0) return undefined;
  const titles = needy.map(({ title }) => l10n.t('“{0}”', plainLabel(title))).join(', ');
  return { value: needy.length, tooltip: l10n.t('Summaries that are held up: {0}', titles) };
}

/** Those that nobody helps along but the person. */
function needsAttention(job: JobView): boolean {
  if (!isOpen(job)) return false;
  const isHeld = job.state === 'paused' && job.failure !== undefined && job.pausedUntil === undefined;
  return job.isStuck || isHeld || isSlow(job);
}

function isSlow({ state, offers }: JobView): boolean {
  return state === 'running' && offers.length > 0;
}

function inOrder(jobs: readonly JobView[]): readonly JobView[] {
  return jobs.toSorted((a, b) => ranks[a.priority] - ranks[b.priority] || a.createdAt - b.createdAt);
}

/** In the line of those that nobody has begun, from 1, by id. */
function placesOf(open: readonly JobView[], now: number): ReadonlyMap<string, number> {
  const waiting = open.filter((job) => job.state === 'running' && !isBegun(job) && !isElsewhere(job, now));
  return new Map(waiting.map(({ id }, index) => [id, index + 1]));
}

function endOf({ endedAt, createdAt }: JobView): number {
  return endedAt ?? createdAt;
}

function presentJob(job: JobView, place: number | undefined, { now, explain }: QueueSnapshot): QueueNode {
  const id = `job/${job.id}`;
  const label = jobLabel(job);
  const parts = describeJob(job, place, now);
  const facts = presentFacts(job, id, { now, explain });
  const heads = [`**${escapeMarkdown(label)}**`, escapeMarkdown(parts.join(' · '))];
  return {
    id,
    jobId: job.id,
    activity: undefined,
    offers: 'actions',
    label,
    description: parts.join(' · '),
    icon: iconOf(job, place, now),
    tooltip: joinLines([...heads, ...facts.map(({ spoken }) => escapeMarkdown(spoken))]),
    contextValue: `job.${job.state}${job.delivery === 'batch' ? '.batch' : ''}`,
    spoken: `${[label, ...parts].join(', ')}.`,
    isExpanded: false,
    children: facts,
  };
}

/** The row of a job in parts, what matters most first. */
export function describeJob(job: JobView, place: number | undefined, now: number): readonly string[] {
  const parts = isOpen(job) ? describeOpen(job, place, now) : describeEnded(job, now);
  return parts.filter((part) => part !== undefined);
}

function describeOpen(job: JobView, place: number | undefined, now: number): readonly (string | undefined)[] {
  const { pausedUntil: until } = job;
  if (job.state === 'paused') {
    const paused =
      until === undefined || until <= now ? l10n.t('paused') : l10n.t('paused until {0}', formatWhen(until, now));
    return [paused, describeDone(job), describePaid(job)];
  }
  return [
    job.isStuck ? l10n.t('cannot be saved') : undefined,
    isSlow(job) ? l10n.t('takes long') : undefined,
    place === undefined ? undefined : describePlace(place),
    place === undefined ? describeHold(job, now) : undefined,
    isBegun(job) ? describeDone(job) : undefined,
    describeEnd(job, now),
    describePaid(job),
    isElsewhere(job, now) ? l10n.t('in another window') : undefined,
  ];
}

function describeEnded(job: JobView, now: number): readonly (string | undefined)[] {
  const { state, endedAt, failed } = job;
  const when = endedAt === undefined ? undefined : formatWhen(endedAt, now);
  switch (state) {
    case 'incomplete':
      return [
        l10n.t('incomplete'),
        failed > 0 ? l10n.t('{0} of {1} missing', failed, job.total) : undefined,
        when,
        describePaid(job),
      ];
    case 'failed':
      return [l10n.t('failed'), when, describePaid(job)];
    case 'cancelled':
      return [l10n.t('cancelled'), describeDone(job), when, describePaid(job)];
    case 'done':
    case 'running':
    case 'paused':
      return [l10n.t('done'), when, describePaid(job)];
  }
}

/** Never the only thing that tells something: the words beside it say the same. */
function iconOf(job: JobView, place: number | undefined, now: number): RowIcon {
  if (needsAttention(job)) return warningIcon;
  switch (job.state) {
    case 'running':
      return { id: runningIcon(job, place, now), color: undefined };
    case 'paused':
      return { id: 'debug-pause', color: undefined };
    case 'done':
      return { id: 'check', color: 'charts.green' };
    case 'incomplete':
      return warningIcon;
    case 'failed':
      return { id: 'error', color: 'list.errorForeground' };
    case 'cancelled':
      return { id: 'circle-slash', color: undefined };
  }
}

function runningIcon(job: JobView, place: number | undefined, now: number): string {
  if (isElsewhere(job, now)) return 'multiple-windows';
  if (place !== undefined) return 'list-ordered';
  if (job.requests.length > 0 && job.requests.every(({ state }) => state === 'batch')) return 'package';
  return describeHold(job, now) === undefined ? 'sync' : 'watch';
}

function presentEnded(jobs: readonly JobView[], snapshot: QueueSnapshot): QueueNode {
  const label = l10n.t('Finished');
  const count = jobs.length === 1 ? l10n.t('1 summary') : l10n.t('{0} summaries', jobs.length);
  return {
    id: 'ended',
    jobId: undefined,
    activity: undefined,
    offers: undefined,
    label,
    description: count,
    icon: { id: 'archive', color: undefined },
    tooltip: escapeMarkdown(`${label}: ${count}`),
    contextValue: 'group',
    spoken: `${label}: ${count}`,
    isExpanded: true,
    children: presentRemembered(jobs, snapshot),
  };
}

function presentRemembered(jobs: readonly JobView[], snapshot: QueueSnapshot): readonly QueueNode[] {
  const { memory = new Map(), now } = snapshot;
  // A clock time has its date before it from the next day on.
  const today = new Date(now).toDateString();
  const kept: RowMemory = new Map(
    jobs.map((job) => {
      const madeFrom = `${today}${JSON.stringify(job)}`;
      const before = memory.get(job.id);
      const row = before?.madeFrom === madeFrom ? before.row : presentJob(job, undefined, snapshot);
      return [job.id, { madeFrom, row }];
    }),
  );
  memory.clear();
  for (const [id, each] of kept) memory.set(id, each);
  return [...kept.values()].map(({ row }) => row);
}

/** They have no id: those of the same name are told apart by their order. */
function presentActivities(activities: readonly ActivityEntry[]): readonly QueueNode[] {
  const seen = new Map<string, number>();
  return activities.map((activity) => {
    const label = plainLabel(activity.label) || l10n.t('Request');
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    const status = activity.status();
    return {
      id: `activity/${label}/${count}`,
      jobId: undefined,
      activity,
      offers: 'actions',
      label,
      description: status,
      icon: { id: 'comment', color: undefined },
      tooltip: joinLines([`**${escapeMarkdown(label)}**`, escapeMarkdown(status)]),
      contextValue: 'activity',
      spoken: `${label}, ${status}.`,
      isExpanded: false,
      children: [],
    };
  });
}
