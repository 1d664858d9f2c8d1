import type { BucketLevel, BudgetLevels, Dimension } from './budget';

export interface HeaderOptions {
  /** Whose names the limits go by; `none` leaves them out, as errors before admission and some gateways do. */
  readonly style: 'anthropic' | 'openai' | 'plain' | 'ietf' | 'none';
  /** Which families of the Anthropic style are sent; `tokens` is the combined one. */
  readonly families: readonly ('requests' | 'inputTokens' | 'outputTokens' | 'tokens')[];
  readonly retryAfter: 'seconds' | 'date' | 'none';
  /** `request-id` and the ids of organization and workspace. */
  readonly hasIdentity: boolean;
  /** Whether the levels already include the request they answer. Not established for the API. */
  readonly includesOwnRequest: boolean;
  /** How far the server's clock runs ahead of the client's. */
  readonly clockSkewMs: number;
}

export const defaultHeaders: HeaderOptions = {
  style: 'anthropic',
  families: ['requests', 'inputTokens', 'outputTokens', 'tokens'],
  retryAfter: 'seconds',
  hasIdentity: true,
  includesOwnRequest: true,
  clockSkewMs: 0,
};

export type HeaderRecord = Record<string, string>;

/** The API rounds what is left of the token buckets to this. */
const tokenRounding = 1_000;

const anthropicNames: Readonly<Record<Dimension, string>> = {
  requests: 'requests',
  inputTokens: 'input-tokens',
  outputTokens: 'output-tokens',
};

const dimensions: readonly Dimension[] = ['requests', 'inputTokens', 'outputTokens'];

/** The limit headers for the levels of an organization and, where it has limits of its own, of a workspace. */
export function limitHeaders(
  organization: BudgetLevels,
  workspace: BudgetLevels | undefined,
  options: HeaderOptions,
  nowMs: number,
): HeaderRecord {
  const serverNowMs = nowMs + options.clockSkewMs;
  const levels = workspace === undefined ? organization : tighterOf(organization, workspace);
  const byStyle: Readonly<Record<HeaderOptions['style'], () => HeaderRecord>> = {
    anthropic: () => anthropicHeaders(levels, combinedLevel(organization, workspace), options, serverNowMs),
    openai: () => openAiHeaders(levels, combinedLevel(organization, workspace)),
    plain: () => plainHeaders(levels.requests, serverNowMs),
    ietf: () => ietfHeaders(levels.requests),
    none: () => ({}),
  };
  return byStyle[options.style]();
}

export function retryAfterHeader(waitMs: number, options: HeaderOptions, nowMs: number): HeaderRecord {
  if (options.retryAfter === 'none' || !Number.isFinite(waitMs)) return {};
  const seconds = Math.max(Math.ceil(waitMs / 1_000), 1);
  // A date has whole seconds only: rounded up, it never promises too early a retry.
  const date = Math.ceil((nowMs + options.clockSkewMs + waitMs) / 1_000) * 1_000;
  return { 'retry-after': options.retryAfter === 'seconds' ? String(seconds) : new Date(date).toUTCString() };
}

function anthropicHeaders(
  levels: BudgetLevels,
  combined: BucketLevel,
  options: HeaderOptions,
  serverNowMs: number,
): HeaderRecord {
  const headers: HeaderRecord = {};
  const add = (name: string, bucket: BucketLevel, rounding: number) => {
    if (!Number.isFinite(bucket.limit)) return;
    headers[`anthropic-ratelimit-${name}-limit`] = String(bucket.limit);
    headers[`anthropic-ratelimit-${name}-remaining`] = String(remainingOf(bucket, rounding));
    headers[`anthropic-ratelimit-${name}-reset`] = toRfc3339(serverNowMs + bucket.fullInMs);
  };
  for (const dimension of dimensions) {
    if (!options.families.includes(dimension)) continue;
    add(anthropicNames[dimension], levels[dimension], dimension === 'requests' ? 1 : tokenRounding);
  }
  if (options.families.includes('tokens')) add('tokens', combined, tokenRounding);
  return headers;
}

function openAiHeaders(levels: BudgetLevels, combined: BucketLevel): HeaderRecord {
  const headers: HeaderRecord = {};
  for (const [name, bucket] of [['requests', levels.requests] as const, ['tokens', combined] as const]) {
    if (!Number.isFinite(bucket.limit)) continue;
    headers[`x-ratelimit-limit-${name}`] = String(bucket.limit);
    headers[`x-ratelimit-remaining-${name}`] = String(remainingOf(bucket, 1));
    headers[`x-ratelimit-reset-${name}`] = toGoDuration(bucket.fullInMs);
  }
  return headers;
}

function plainHeaders(requests: BucketLevel, serverNowMs: number): HeaderRecord {
  if (!Number.isFinite(requests.limit)) return {};
  return {
    'x-ratelimit-limit': String(requests.limit),
    'x-ratelimit-remaining': String(remainingOf(requests, 1)),
    'x-ratelimit-reset': String(Math.ceil((serverNowMs + requests.fullInMs) / 1_000)),
  };
}

/** draft-ietf-httpapi-ratelimit-headers: a structured list, the reset in seconds from now. */
function ietfHeaders(requests: BucketLevel): HeaderRecord {
  if (!Number.isFinite(requests.limit)) return {};
  const reset = Math.ceil(requests.fullInMs / 1_000);
  return {
    'ratelimit-policy': `"requests";q=${requests.limit};w=60`,
    ratelimit: `"requests";r=${remainingOf(requests, 1)};t=${reset}`,
  };
}

function tighterOf(one: BudgetLevels, other: BudgetLevels): BudgetLevels {
  const pick = (dimension: Dimension) =>
    other[dimension].level < one[dimension].level ? other[dimension] : one[dimension];
  return { requests: pick('requests'), inputTokens: pick('inputTokens'), outputTokens: pick('outputTokens') };
}

/** A workspace's own token limit where it has one, else the sum over input and output. */
function combinedLevel(organization: BudgetLevels, workspace: BudgetLevels | undefined): BucketLevel {
  if (workspace !== undefined && Number.isFinite(workspace.inputTokens.limit)) return workspace.inputTokens;
  const { inputTokens, outputTokens } = organization;
  return {
    limit: inputTokens.limit + outputTokens.limit,
    level: Math.max(inputTokens.level, 0) + Math.max(outputTokens.level, 0),
    fullInMs: Math.max(inputTokens.fullInMs, outputTokens.fullInMs),
  };
}

function remainingOf(bucket: BucketLevel, rounding: number): number {
  const level = Math.max(bucket.level, 0);
  return rounding === 1 ? Math.floor(level) : Math.round(level / rounding) * rounding;
}

/** Whole seconds, rounded down, so that the reset of a full bucket lies a little in the past. */
function toRfc3339(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** As `6m0s`, `1s` or `120ms`. */
function toGoDuration(durationMs: number): string {
  const wholeMs = Math.ceil(durationMs);
  if (wholeMs < 1_000) return `${wholeMs}ms`;
  const seconds = Math.ceil(wholeMs / 1_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
