import * as l10n from '@vscode/l10n';
import type { JobRequest, JobView } from '../../jobs/desk';
import { isOpen } from '../../jobs/job';
import { modelName } from '../chat/modelPresenter';
import { formatCount, formatDuration } from '../format';
import { joinLines } from '../keys/keyFact';
import type { RowIcon } from '../keys/keyNode';
import { escapeMarkdown } from '../keys/keyWords';
import {
  describeDelivery,
  describeEasing,
  describePaid,
  describePriority,
  describeRequest,
  formatWhen,
  requestLabel,
  type Explain,
} from './jobText';
import type { QueueNode } from './queueNode';

/** More would be a list that nobody reads; the others are counted. */
const mostRequests = 20;

interface JobFact {
  /** Among those beside it. */
  readonly id: string;
  readonly label: string;
  readonly parts: readonly string[];
  readonly icon: RowIcon;
  readonly offers?: QueueNode['offers'];
}

export interface FactContext {
  readonly now: number;
  readonly explain: Explain;
}

/** What stands below a job: what keeps it, its requests, and what else is known of it. */
export function presentFacts(job: JobView, parentId: string, context: FactContext): readonly QueueNode[] {
  const facts = [
    ...describeStuck(job),
    ...describeOffers(job, context.now),
    ...describeWhy(job, context),
    ...describeRequests(job.requests, context.now),
    ...describeTimes(job, context.now),
    ...describeAmounts(job),
    ...describeManner(job),
  ];
  return facts.map((fact) => toNode(fact, job.id, parentId));
}

function describeStuck({ isStuck, state }: JobView): readonly JobFact[] {
  if (!isStuck || state !== 'running') return [];
  const label = l10n.t('Answers cannot be saved');
  const what = l10n.t('Nothing more is asked until they can. Is the disk full?');
  return [{ id: 'stuck', label, parts: [what], icon: plain('warning') }];
}

function describeOffers({ state, offers, endsAt }: JobView, now: number): readonly JobFact[] {
  if (state !== 'running' || offers.length === 0) return [];
  const label =
    endsAt === undefined || endsAt <= now
      ? l10n.t('It is held up.')
      : l10n.t('It would take until {0}.', formatWhen(endsAt, now));
  const parts = [l10n.t('Make It Sooner or Cheaper…')];
  return [{ id: 'offers', label, parts, icon: plain('lightbulb'), offers: 'easings' }];
}

function describeWhy({ state, failure, failureUntil }: JobView, { explain }: FactContext): readonly JobFact[] {
  if (failure === undefined || state === 'running' || state === 'done' || state === 'cancelled') return [];
  return [
    {
      id: 'why',
      label: l10n.t('Why'),
      parts: [explain({ reason: failure, until: failureUntil })],
      icon: plain('info'),
    },
  ];
}

function describeRequests(requests: readonly JobRequest[], now: number): readonly JobFact[] {
  const shown = requests.slice(0, mostRequests).map((request, index) => ({
    id: `request/${index}`,
    label: requestLabel(request),
    parts: [describeRequest(request, now)],
    icon: plain(requestIcon(request)),
  }));
  const others = requests.length - shown.length;
  if (others === 0) return shown;
  const more = { id: 'more', label: l10n.t('and {0} more', others), parts: [], icon: plain('ellipsis') };
  return [...shown, more];
}

function requestIcon({ state }: JobRequest): string {
  switch (state) {
    case 'running':
      return 'sync';
    case 'batch':
      return 'package';
    case 'queued':
      return 'list-ordered';
    case 'waiting':
    case 'parked':
    case 'retrying':
      return 'watch';
  }
}

function describeTimes(job: JobView, now: number): readonly JobFact[] {
  const { startedAt, endedAt, endsAt, createdAt } = job;
  const asked = { id: 'asked', label: l10n.t('Asked'), parts: [formatWhen(createdAt, now)], icon: plain('history') };
  if (startedAt === undefined) return [asked];
  const begun = {
    id: 'begun',
    label: l10n.t('Begun'),
    parts: [formatWhen(startedAt, now)],
    icon: plain('history'),
  };
  const icon = plain('clock');
  if (endedAt !== undefined && !isOpen(job)) {
    const parts = [formatWhen(endedAt, now), formatDuration(endedAt - startedAt)];
    return [begun, { id: 'ended', label: l10n.t('Ended'), parts, icon }];
  }
  if (endsAt === undefined || endsAt <= now) return [begun];
  return [begun, { id: 'end', label: l10n.t('Expected to end'), parts: [formatWhen(endsAt, now)], icon }];
}

function describeAmounts(job: JobView): readonly JobFact[] {
  const paid = describePaid(job);
  const { requests, inputTokens, outputTokens } = job.cost;
  if (paid === undefined) return [];
  const amounts =
    requests === 0
      ? []
      : [
          requests === 1 ? l10n.t('1 request') : l10n.t('{0} requests', formatCount(requests)),
          l10n.t('{0} tokens in', formatCount(inputTokens)),
          l10n.t('{0} tokens out', formatCount(outputTokens)),
        ];
  return [{ id: 'cost', label: l10n.t('Cost'), parts: [paid, ...amounts], icon: plain('credit-card') }];
}

function describeManner(job: JobView): readonly JobFact[] {
  const { model, delivery, priority, easings } = job;
  const manner = isOpen(job) ? [describeDelivery(delivery), describePriority(priority)] : [describeDelivery(delivery)];
  return [
    { id: 'model', label: l10n.t('Model'), parts: [modelName(model)], icon: plain('hubot') },
    { id: 'manner', label: l10n.t('Sent'), parts: manner, icon: plain('arrow-swap') },
    ...easings.map((easing) => ({
      id: `easing/${easing}`,
      label: l10n.t('Made sooner or cheaper'),
      parts: [describeEasing(easing)],
      icon: plain('lightbulb'),
    })),
  ];
}

function plain(id: string): RowIcon {
  return { id, color: undefined };
}

function toNode({ id, label, parts, icon, offers }: JobFact, jobId: string, parentId: string): QueueNode {
  const spoken = parts.length === 0 ? label : `${label.replace(/\.$/, '')}: ${parts.join(', ')}`;
  return {
    id: `${parentId}/${id}`,
    // What it leads to is about the job; all other rows say something and do nothing.
    jobId: offers === undefined ? undefined : jobId,
    activity: undefined,
    offers,
    label,
    description: parts.length === 0 ? undefined : parts.join(' · '),
    icon,
    tooltip: joinLines([`**${escapeMarkdown(label)}**`, ...parts.map(escapeMarkdown)]),
    contextValue: 'fact',
    spoken,
    isExpanded: false,
    children: [],
  };
}
