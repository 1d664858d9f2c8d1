import type { LaneSnapshot } from '../client/types';
import type { Job } from './job';
import { laneOf } from './knownLimits';
import type { KnownLimits } from './program';

const minuteMs = 60_000;

/**
 * When a job is expected to end: what remains of what was expected of it, at the pace of the limit that is tightest for
 * it. `undefined` where no limit is known, and with Message Batches, of which nobody can tell.
 *
 * @param model the one that most of it is asked of
 */
export function expectedEnd(
  { done, total, expected, delivery, state }: Pick<Job, 'done' | 'total' | 'expected' | 'delivery' | 'state'>,
  model: string,
  limits: KnownLimits,
  lanes: readonly LaneSnapshot[],
  now: number,
): number | undefined {
  if (delivery === 'batch' || state !== 'running') return undefined;
  const lane = laneOf(model, lanes);
  const remaining = total > 0 ? Math.max(0, 1 - done / total) : 1;
  const waits = [
    waitMs(expected.requests * remaining, limits.requestsPerMinute, lane?.requests?.remaining),
    waitMs(expected.inputTokens * remaining, limits.inputTokensPerMinute, lane?.inputTokens?.remaining),
    waitMs(expected.outputTokens * remaining, limits.outputTokensPerMinute, lane?.outputTokens?.remaining),
  ].filter((wait) => wait !== undefined);
  if (waits.length === 0) return undefined;
  return Math.max(now, lane?.held?.until ?? 0) + Math.max(...waits);
}

/** Until so much has flowed in. What is there already is there at once, but no more of it than the limit is. */
function waitMs(amount: number, perMinute: number | undefined, left = 0): number | undefined {
  if (perMinute === undefined || perMinute <= 0) return undefined;
  return (Math.max(0, amount - Math.min(left, perMinute)) / perMinute) * minuteMs;
}
