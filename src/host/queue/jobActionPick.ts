import * as l10n from '@vscode/l10n';
import type { Priority } from '../../client/types';
import type { JobView } from '../../jobs/desk';
import { isOpen, type Easing, type JobState } from '../../jobs/job';
import { canSendNow } from '../waitText';
import { formatWhen, isWaitReason } from './jobText';

export type JobActionId =
  | 'open'
  | 'ease'
  | 'pause'
  | 'resume'
  | 'sendNow'
  | 'retry'
  | 'priority'
  | 'delivery'
  | 'save'
  | 'cancel'
  | 'remove';

export interface JobAction {
  readonly id: JobActionId;
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
}

export interface EasingChoice {
  readonly easing: Easing;
  readonly label: string;
  readonly detail: string;
}

export interface PriorityChoice {
  readonly priority: Priority;
  readonly label: string;
  readonly description: string | undefined;
  readonly detail: string;
}

/** In the order in which they are offered: what a person is most likely to want first, what ends something last. */
const order: readonly JobActionId[] = [
  'ease',
  'open',
  'sendNow',
  'resume',
  'pause',
  'retry',
  'delivery',
  'priority',
  'save',
  'cancel',
  'remove',
];

/** What can be done with a job now. Pure. */
export function actionsOf(job: JobView, now: number): readonly JobAction[] {
  // Without a need, what would help is among the others, too.
  const ids = order.filter((id) => canDo(job, id, now) && (id !== 'ease' || job.offers.length > 0));
  return ids.map((id) => ({ id, ...lookOf(id, job, now) }));
}

export function canDo(job: JobView, id: JobActionId, now: number): boolean {
  const { state } = job;
  switch (id) {
    case 'open':
      return true;
    case 'ease':
      return isOpen(job) && easingsOf(job).length > 0;
    case 'pause':
      return state === 'running';
    case 'resume':
      return state === 'paused';
    case 'sendNow':
      return state === 'running' && job.requests.some((request) => waitsInVain(request, now));
    case 'retry':
      return state === 'incomplete' || state === 'failed';
    case 'priority':
    case 'delivery':
    case 'cancel':
      return isOpen(job);
    case 'save':
      return state !== 'failed' && job.done > 0;
    case 'remove':
      return !isOpen(job);
  }
}

/** What would help a job along that takes long; of one with which nothing is wrong, what can be had at any time. */
export function easingsOf(job: Pick<JobView, 'state' | 'offers' | 'delivery'>): readonly EasingChoice[] {
  const easings = job.offers.length > 0 ? job.offers : easingsAtAnyTime(job);
  return easings.map((easing) => ({ easing, ...lookOfEasing(easing) }));
}

function easingsAtAnyTime({ state, delivery }: Pick<JobView, 'state' | 'delivery'>): readonly Easing[] {
  return [...(delivery === 'direct' ? ['batch' as const] : []), ...(state === 'running' ? ['later' as const] : [])];
}

export function prioritiesOf(job: Pick<JobView, 'priority'>): readonly PriorityChoice[] {
  const choices = [
    {
      priority: 'interactive' as const,
      label: l10n.t('First'),
      detail: l10n.t('Together with chat, before everything else'),
    },
    { priority: 'normal' as const, label: l10n.t('Normal'), detail: l10n.t('After chat, before the background') },
    {
      priority: 'background' as const,
      label: l10n.t('Background'),
      detail: l10n.t('When nothing else waits; all in the background share fairly'),
    },
  ];
  return choices.map((choice) => ({
    ...choice,
    description: choice.priority === job.priority ? l10n.t('as it is now') : undefined,
  }));
}

/** What is said above the easings: why they are offered. */
export function describeDelay({ offers, endsAt }: Pick<JobView, 'offers' | 'endsAt'>, now: number): string {
  if (endsAt !== undefined && endsAt > now) {
    return l10n.t('It would take until {0}. What is to be done with what is left?', formatWhen(endsAt, now));
  }
  return offers.length > 0
    ? l10n.t('It is held up. What is to be done with what is left?')
    : l10n.t('What is to be done with what is left?');
}

function waitsInVain({ reason, until }: JobView['requests'][number], now: number): boolean {
  return reason !== undefined && isWaitReason(reason) && canSendNow({ reason, until }, now);
}

function lookOf(id: JobActionId, job: JobView, now: number): Omit<JobAction, 'id'> {
  switch (id) {
    case 'open':
      return { label: `$(go-to-file) ${l10n.t('Open Summary')}`, description: describeText(job.state) };
    case 'ease':
      return { label: `$(lightbulb) ${l10n.t('Make It Sooner or Cheaper…')}`, detail: describeDelay(job, now) };
    case 'pause':
      return { label: `$(debug-pause) ${l10n.t('Pause')}` };
    case 'resume':
      return { label: `$(debug-start) ${l10n.t('Resume')}` };
    case 'sendNow':
      return {
        label: `$(zap) ${l10n.t('Try Now')}`,
        detail: l10n.t('Before its time; the API may refuse it again'),
      };
    case 'retry':
      return {
        label: `$(refresh) ${l10n.t('Retry What Failed')}`,
        detail: l10n.t('What is answered is not paid for again'),
      };
    case 'priority':
      return {
        label: `$(list-ordered) ${l10n.t('Change Priority…')}`,
        description: prioritiesOf(job).find(({ priority }) => priority === job.priority)?.label,
      };
    case 'delivery':
      return lookOfDelivery(job);
    case 'save':
      return { label: `$(save) ${l10n.t('Save Summary…')}` };
    case 'cancel':
      return {
        label: `$(circle-slash) ${l10n.t('Cancel')}`,
        detail: l10n.t('What is answered is kept: the same again costs only what is left'),
      };
    case 'remove':
      return { label: `$(trash) ${l10n.t('Remove')}` };
  }
}

function lookOfDelivery({ delivery }: JobView): Omit<JobAction, 'id'> {
  return delivery === 'direct'
    ? {
        label: `$(package) ${l10n.t('Send What Is Left as a Batch')}`,
        detail: l10n.t('Half the price; mostly within an hour, at the latest after a day'),
      }
    : {
        label: `$(sync) ${l10n.t('Send What Is Left Now')}`,
        detail: l10n.t('At the full price and the pace of your limits'),
      };
}

/** Also while it is made there is something to look at. */
function describeText(state: JobState): string | undefined {
  if (state === 'running' || state === 'paused') return l10n.t('as far as it is made');
  return state === 'incomplete' || state === 'cancelled' ? l10n.t('incomplete') : undefined;
}

function lookOfEasing(easing: Easing): Omit<EasingChoice, 'easing'> {
  switch (easing) {
    case 'cheaperModel':
      return {
        label: `$(hubot) ${l10n.t('Ask a Cheaper Model')}`,
        detail: l10n.t('What is answered already stays as it is'),
      };
    case 'shorter':
      return { label: `$(fold) ${l10n.t('Summarize in Fewer Words')}`, detail: l10n.t('About half as long') };
    case 'batch':
      return {
        label: `$(package) ${l10n.t('Send What Is Left as a Batch')}`,
        detail: l10n.t('Half the price; mostly within an hour, at the latest after a day'),
      };
    case 'later':
      return {
        label: `$(clock) ${l10n.t('Go On in an Hour')}`,
        detail: l10n.t('Until then others have all of your limits'),
      };
  }
}
