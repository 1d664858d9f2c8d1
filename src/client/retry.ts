import type { RetryOptions } from './types';

/**
 * Attempts in all. With the delays below ten of them span a bit over a minute on average: longer than the usual 529
 * storm, short enough that a person is told the same minute.
 */
const defaultMaxAttempts = 10;
/** The first pause is at most this long, each further one may be twice as long… */
const firstDelayMs = 1_000;
/** …up to this: beyond it, waiting longer no longer helps a server to recover. */
const longestDelayMs = 30_000;

export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly maxWaitMs: number;
}

export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  return { maxAttempts: options.maxAttempts ?? defaultMaxAttempts, maxWaitMs: options.maxWaitMs ?? Infinity };
}

/**
 * Exponential backoff with full jitter, so that clients which failed together do not come back together. What the
 * server asked for is a lower bound that jitter never undercuts.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures how many in a row, at least 1
 */
export function backoffMs(failures: number, retryAfterMs: number | undefined, random: () => number): number {
  const ceilingMs = Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs);
  return Math.max(retryAfterMs ?? 0, random() * ceilingMs);
}
