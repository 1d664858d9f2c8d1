export interface Limits {
  readonly requestsPerMinute: number;
  readonly inputTokensPerMinute: number;
  readonly outputTokensPerMinute: number;
  readonly countTokensPerMinute: number;
  /** Over all endpoints of batches. */
  readonly batchRequestsPerMinute: number;
  /** Entries of batches that are not done. */
  readonly batchQueued: number;
  /** How much of a minute's worth the token and request buckets can hold: below 1 for a server with little burst. */
  readonly burstShare: number;
  /** Requests are also enforced over this short time, so that 60 a minute can act as 1 a second; 0 for never. */
  readonly requestSliceMs: number;
}

/** Low on purpose, as gateways and older accounts have them: what happens at a limit is then seen within a minute. */
export const defaultLimits: Limits = {
  requestsPerMinute: 50,
  inputTokensPerMinute: 30_000,
  outputTokensPerMinute: 8_000,
  countTokensPerMinute: 2_000,
  batchRequestsPerMinute: 50,
  batchQueued: 200_000,
  burstShare: 1,
  requestSliceMs: 0,
};

export const unlimited: Limits = {
  requestsPerMinute: Infinity,
  inputTokensPerMinute: Infinity,
  outputTokensPerMinute: Infinity,
  countTokensPerMinute: Infinity,
  batchRequestsPerMinute: Infinity,
  batchQueued: Infinity,
  burstShare: 1,
  requestSliceMs: 0,
};

/** Which models share one set of buckets, as published on 2026-11-24; a model not named here is a group of its own. */
export const publishedGroups: Readonly<Record<string, readonly string[]>> = {
  'opus-4': ['claude-opus-4-5', 'claude-opus-4-6', 'claude-opus-4-7', 'claude-opus-4-8'],
  'sonnet-4': ['claude-sonnet-4-5', 'claude-sonnet-4-6'],
  'fable-5': ['claude-fable-5', 'claude-fable-5-1'],
};

export function groupOf(model: string, groups: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(groups).find(([, models]) => models.includes(model))?.[0] ?? model;
}
