import type { RunResult } from '../client/types';
import type { JobCost } from './job';

/** What one request has cost, whatever came of it. */
export function costOf({ usage, costUsd }: Pick<RunResult, 'usage' | 'costUsd'>): JobCost {
  return {
    requests: 1,
    inputTokens: usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
    outputTokens: usage.outputTokens,
    costUsd: costUsd ?? 0,
    hasUnknownCost: costUsd === undefined,
  };
}

export function addCosts(one: JobCost, other: JobCost): JobCost {
  return {
    requests: one.requests + other.requests,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    costUsd: one.costUsd + other.costUsd,
    hasUnknownCost: one.hasUnknownCost || other.hasUnknownCost,
  };
}
