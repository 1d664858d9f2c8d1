import type { BucketSnapshot, LaneSnapshot } from '../../../src/client/types';

/** In the local time zone, as every clock time that is shown: 2026-03-05 14:05:20. */
export const now = new Date(2026, 2, 5, 14, 5, 20).getTime();

export function bucketOf(remaining: number, limit: number, resetInMs = 0, observedAt = now): BucketSnapshot {
  return { remaining, limit, resetAt: now + resetInMs, observedAt };
}

export function laneOf(lane: Partial<LaneSnapshot> = {}): LaneSnapshot {
  return {
    organization: 'demo',
    group: 'claude-sonnet-5-5',
    requests: undefined,
    inputTokens: undefined,
    outputTokens: undefined,
    queued: 0,
    running: 0,
    held: undefined,
    ...lane,
  };
}
