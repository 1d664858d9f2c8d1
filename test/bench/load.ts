import { cpus } from 'node:os';
import type { Workload } from '../workloads/workload';
import { estimateInputTokens } from './contenders/estimate';

/** Of a contender and its stage together, measured; on a slower machine the lag that is reported tells. */
const cpuMsPerRequest = 20;
/** Timers of a pair of processes that only wait. */
const idleLoad = 0.004;
const minuteMs = 60_000;

export interface Load {
  /** Average use over the measured time, in cores. */
  readonly cores: number;
  /** How long all cores have to do with what can start at once. */
  readonly burstMs: number;
}

/** What one contender and its stage are expected to use of the machine when they use the limits up. */
export function estimateLoad(workload: Workload, seed: number, durationMs: number): Load {
  const { requestsPerMinute, inputTokensPerMinute } = workload.limits;
  const submissions = workload.submissions(seed, durationMs);
  const inputTokens = submissions.reduce((sum, { body }) => sum + estimateInputTokens(body), 0);
  const perMinute = Math.min(requestsPerMinute, inputTokensPerMinute / (inputTokens / submissions.length));
  // A full bucket at the start, and the refill.
  const requests = Math.min(submissions.length, perMinute * (1 + durationMs / minuteMs));
  return {
    cores: idleLoad + (requests * cpuMsPerRequest) / durationMs,
    burstMs: (Math.min(submissions.length, perMinute) * cpuMsPerRequest) / cpus().length,
  };
}
