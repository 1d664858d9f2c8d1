import { limitNames } from '../../src/client/dimensions';
import type { Dimension } from '../simulator/budget';
import type { Change, Workload } from './workload';

const minuteMs = 60_000;

/** A stretch of time in which nothing changes. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** What flows into the bucket and is not taken by others, per millisecond. */
  readonly ratePerMs: number;
}

function activeAt(change: Change, atMs: number): boolean {
  return change.fromMs <= atMs && atMs < change.fromMs + (change.forMs ?? Infinity);
}

/** The times at which something changes, in order, without start and end. */
export function boundariesOf(changes: readonly Change[], durationMs: number): readonly number[] {
  const times = changes.flatMap(({ fromMs, forMs = Infinity }) => [fromMs, fromMs + forMs]);
  return [...new Set(times)].filter((time) => time > 0 && time < durationMs).sort((one, other) => one - other);
}

export function stretchesOf(
  { limits, changes }: Pick<Workload, 'limits' | 'changes'>,
  dimension: Dimension,
  durationMs: number,
): readonly Stretch[] {
  const all = changes(durationMs);
  const times = [0, ...boundariesOf(all, durationMs), durationMs];
  return times.slice(0, -1).map((fromMs, index) => {
    const active = all.filter((change) => activeAt(change, fromMs));
    const limit = active.reduce(
      (last, change) => change.limits?.[limitNames[dimension]] ?? last,
      limits[limitNames[dimension]],
    );
    const foreignShare = active.reduce((sum, change) => sum + (change.foreignShare ?? 0), 0);
    return { fromMs, toMs: times[index + 1] ?? durationMs, ratePerMs: (limit / minuteMs) * (1 - foreignShare) };
  });
}

/** What can be taken of a dimension in all, from a full start: the bucket, and what flows in less what others take. */
export function boundOf(
  workload: Pick<Workload, 'limits' | 'changes'>,
  dimension: Dimension,
  durationMs: number,
): number {
  const burst = workload.limits[limitNames[dimension]] * workload.limits.burstShare;
  return stretchesOf(workload, dimension, durationMs).reduce(
    (sum, { fromMs, toMs, ratePerMs }) => sum + ratePerMs * (toMs - fromMs),
    burst,
  );
}
