import type { Easing, Job } from './job';

/** A job that is to end no later than this is in good order. */
const longMs = 10 * 60_000;
/** No request of one that is in good order waits longer. */
const longWaitMs = 2 * 60_000;
/** Fewer requests are not worth a batch. */
export const fewestInBatch = 5;
/** `later`. */
export const laterMs = 60 * 60_000;

export interface Pressure {
  readonly job: Pick<Job, 'state' | 'priority' | 'delivery' | 'easings' | 'done' | 'total'>;
  readonly endsAt: number | undefined;
  /** Of the request that has waited longest. */
  readonly longestWaitMs: number;
  /** Whether the spec can still be changed so. */
  readonly canBecome: (easing: 'cheaperModel' | 'shorter') => boolean;
  readonly now: number;
}

/** What would help a job along; nothing while it is in good order, or goes before everything else. */
export function offersOf({ job, endsAt, longestWaitMs, canBecome, now }: Pressure): readonly Easing[] {
  const isSlow = endsAt !== undefined && endsAt - now > longMs;
  if (job.state !== 'running' || job.priority === 'interactive' || job.delivery === 'batch') return [];
  if (!isSlow && longestWaitMs <= longWaitMs) return [];
  const applies: Readonly<Record<Easing, () => boolean>> = {
    cheaperModel: () => canBecome('cheaperModel'),
    shorter: () => canBecome('shorter'),
    batch: () => job.total - job.done >= fewestInBatch,
    later: () => true,
  };
  const easings: readonly Easing[] = ['cheaperModel', 'shorter', 'batch', 'later'];
  return easings.filter((easing) => !job.easings.includes(easing) && applies[easing]());
}
