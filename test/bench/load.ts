import type { Workload } from '../workloads/workload';

/** Of a contender and its stage together, measured; on a slower machine the lag that is reported tells. */
const cpuMsPerRequest = 12;
const cpuMsPerStreamSecond = 2;
/** Timers of a pair of processes that only wait. */
const idleLoad = 0.004;
/** What the answers of the workloads are written at, or so. */
const tokensPerStreamSecond = 75;
const minuteMs = 60_000;

/** What one contender and its stage are expected to use of a core, on average, when they use the limits up. */
export function estimateLoad(workload: Workload, seed: number, durationMs: number): number {
  const { requestsPerMinute, outputTokensPerMinute } = workload.limits;
  /** A full bucket at the start, and the refill. */
  const minutesWorth = 1 + durationMs / minuteMs;
  const requests = Math.min(workload.submissions(seed, durationMs).length, requestsPerMinute * minutesWorth);
  const streamSeconds = (outputTokensPerMinute * minutesWorth) / tokensPerStreamSecond;
  return idleLoad + (requests * cpuMsPerRequest + streamSeconds * cpuMsPerStreamSecond) / durationMs;
}
