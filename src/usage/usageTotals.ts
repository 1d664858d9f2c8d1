import type { UsageEntry } from './usageEntry';

/** What was used in some time. */
export interface UsageTotals {
  /** That have ended, however they did. */
  readonly requests: number;
  /** Of `requests` those that failed; one that was cancelled did not. */
  readonly errors: number;
  /** Answers of 429, also of requests that were done in the end. */
  readonly refusals: number;
  /** Uncached, as the API counts it. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** US dollars, as far as prices are known. */
  readonly costUsd: number;
  /** It was more than `costUsd`: something was used that has no price. */
  readonly hasUnknownCost: boolean;
}

export interface ModelUsage {
  readonly model: string;
  readonly today: UsageTotals;
  readonly week: UsageTotals;
  readonly month: UsageTotals;
}

/** Days are those of the local clock: `week` is today and the 6 before it, `month` today and the 29 before it. */
export interface KeyUsage {
  readonly keyId: string;
  /** Epoch milliseconds. */
  readonly lastUsedAt: number | undefined;
  readonly today: UsageTotals;
  readonly week: UsageTotals;
  readonly month: UsageTotals;
  /** Those used within `month`; first what cost most, then what was asked most often. */
  readonly models: readonly ModelUsage[];
  /** `undefined` when today is a day like others. */
  readonly unusual: UnusualUse | undefined;
}

export interface UnusualUse {
  readonly todayUsd: number;
  /** Of the days of the 30 before today on which something was spent. */
  readonly averageUsd: number;
}

/** What was spent in the day and in the month of the calendar, in US dollars; what has no price does not count. */
export interface Spent {
  readonly todayUsd: number;
  readonly monthUsd: number;
}

export const noUsage: UsageTotals = {
  requests: 0,
  errors: 0,
  refusals: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
  hasUnknownCost: false,
};

/** What one request adds. Amounts that make no sense count as none: they would spoil a whole day. */
export function totalsOf({ outcome, usage, costUsd, refusals }: UsageEntry): UsageTotals {
  const tokens = {
    inputTokens: whole(usage?.inputTokens),
    outputTokens: whole(usage?.outputTokens),
    cacheReadTokens: whole(usage?.cacheReadTokens),
    cacheWriteTokens: whole(usage?.cacheWriteTokens),
  };
  const isPriced = costUsd !== undefined && Number.isFinite(costUsd) && costUsd >= 0;
  const hasUsed = usage ? Object.values(tokens).some((count) => count > 0) : outcome === 'done';
  return {
    requests: 1,
    errors: outcome === 'failed' ? 1 : 0,
    refusals: whole(refusals),
    ...tokens,
    costUsd: isPriced ? costUsd : 0,
    hasUnknownCost: hasUsed && !isPriced,
  };
}

export function addTotals(one: UsageTotals, other: UsageTotals): UsageTotals {
  return {
    requests: one.requests + other.requests,
    errors: one.errors + other.errors,
    refusals: one.refusals + other.refusals,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
    costUsd: one.costUsd + other.costUsd,
    hasUnknownCost: one.hasUnknownCost || other.hasUnknownCost,
  };
}

function whole(count: number | undefined): number {
  return count !== undefined && Number.isFinite(count) && count > 0 ? Math.round(count) : 0;
}
