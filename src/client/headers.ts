/** What a response says about one bucket. Any part may be missing. */
export interface BucketReading {
  /** Per minute. */
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** `remaining` may be off by this much either way. */
  readonly remainingError: number;
  /** Milliseconds until the bucket is full, seen from the server's clock; negative when that lies in the past. */
  readonly fullInMs: number | undefined;
  /** `fullInMs` may be off by this much either way. */
  readonly fullErrorMs: number;
  /** A gateway's reset. What it means differs (full again, the next fits, a window ends), so it says nothing of the level. */
  readonly resetInMs: number | undefined;
}

export interface HeaderReading {
  readonly requests: BucketReading | undefined;
  readonly inputTokens: BucketReading | undefined;
  readonly outputTokens: BucketReading | undefined;
  /** Of an error: when the server says that a retry can succeed. */
  readonly retryAfterMs: number | undefined;
  /** The server's own word on whether a retry can succeed. */
  readonly shouldRetry: boolean | undefined;
  readonly organization: string | undefined;
  readonly requestId: string | undefined;
}

/** Token counts in the headers are rounded to the nearest thousand. https://platform.claude.com/docs/en/api/rate-limits */
const tokenRoundingError = 500;
/** Reset times and the Date header carry whole seconds. */
const secondMs = 1000;
/** A difference to the server's Date header below this is its resolution and the way here, not a wrong clock. */
const clockToleranceMs = 2 * secondMs;
/** A hundred years: longer than anyone waits, and short enough that the moment it ends is still a date. */
const longestRetryAfterMs = 100 * 365 * 86_400_000;

/**
 * The one place where response headers are understood: Anthropic's, OpenAI's, and the plain and IETF rate-limit
 * headers of gateways. Each header is optional; what cannot be read counts as absent. Not read are the combined
 * `anthropic-ratelimit-tokens-…` (it hides an empty bucket behind a sum) and the `priority` and `fast` families, which
 * come only with services this client never asks for.
 */
export function readHeaders(response: Headers, nowMs: number): HeaderReading {
  // Read once: each `get` of `Headers` checks and lowers the name again, and there are many names to look for.
  const headers: Fields = new Map(response);
  const server = serverClock(headers, nowMs);
  const requests =
    anthropicBucket(headers, anthropic.requests, 0, server) ??
    openAiBucket(headers, 'requests') ??
    plainBucket(headers, server);
  // A gateway's only token limit counts input and output together; input is the larger part.
  const inputTokens =
    anthropicBucket(headers, anthropic.inputTokens, tokenRoundingError, server) ?? openAiBucket(headers, 'tokens');
  return {
    requests,
    inputTokens,
    outputTokens: anthropicBucket(headers, anthropic.outputTokens, tokenRoundingError, server),
    retryAfterMs: clampWait(readRetryAfter(headers, server) ?? resetOfEmpty(requests, inputTokens)),
    shouldRetry: readBoolean(headers.get('x-should-retry')),
    organization: headers.get('anthropic-organization-id'),
    requestId: headers.get('request-id') ?? headers.get('x-request-id'),
  };
}

type Fields = ReadonlyMap<string, string>;

interface ServerClock {
  readonly nowMs: number;
  readonly errorMs: number;
  /** The Date header as it stands; `undefined` without one. */
  readonly dateMs: number | undefined;
}

/** Resets and HTTP dates are in the server's time; ours may be minutes off. */
function serverClock(headers: Fields, nowMs: number): ServerClock {
  const dateMs = parseDate(headers.get('date'));
  if (Number.isNaN(dateMs)) return { nowMs, errorMs: 0, dateMs: undefined };
  if (Math.abs(dateMs - nowMs) <= clockToleranceMs) return { nowMs, errorMs: 0, dateMs };
  return { nowMs: dateMs + secondMs / 2, errorMs: secondMs, dateMs };
}

function anthropicNames(name: string) {
  const prefix = `anthropic-ratelimit-${name}`;
  return { limit: `${prefix}-limit`, remaining: `${prefix}-remaining`, reset: `${prefix}-reset` } as const;
}

/** Written once: they are looked up for every response. */
const anthropic = {
  requests: anthropicNames('requests'),
  inputTokens: anthropicNames('input-tokens'),
  outputTokens: anthropicNames('output-tokens'),
} as const;

function anthropicBucket(
  headers: Fields,
  names: ReturnType<typeof anthropicNames>,
  remainingError: number,
  server: ServerClock,
): BucketReading | undefined {
  const resetMs = parseDate(headers.get(names.reset));
  return reading({
    limit: readCount(headers.get(names.limit)),
    remaining: readCount(headers.get(names.remaining)),
    remainingError,
    fullInMs: Number.isNaN(resetMs) ? undefined : resetMs - server.nowMs,
    fullErrorMs: secondMs + server.errorMs,
    resetInMs: undefined,
  });
}

function openAiBucket(headers: Fields, name: string): BucketReading | undefined {
  return reading({
    limit: readCount(headers.get(`x-ratelimit-limit-${name}`)),
    remaining: readCount(headers.get(`x-ratelimit-remaining-${name}`)),
    remainingError: 0,
    fullInMs: undefined,
    fullErrorMs: 0,
    resetInMs: readDuration(headers.get(`x-ratelimit-reset-${name}`)),
  });
}

/**
 * `X-RateLimit-…`, the older IETF draft `RateLimit-…` and the newer `RateLimit: "default";r=50;t=30`. The window is a
 * minute unless a policy says otherwise.
 */
function plainBucket(headers: Fields, server: ServerClock): BucketReading | undefined {
  const combined = readParameters(headers.get('ratelimit'));
  const policy = readParameters(headers.get('ratelimit-policy'));
  const windowSeconds = policy.get('w') ?? 60;
  const limit =
    combined.get('limit') ??
    policy.get('q') ??
    readCount(headers.get('ratelimit-limit')) ??
    readCount(headers.get('x-ratelimit-limit'));
  const resetSeconds = combined.get('reset') ?? combined.get('t') ?? readCount(headers.get('ratelimit-reset'));
  return reading({
    limit: limit === undefined || windowSeconds <= 0 ? undefined : (limit * 60) / windowSeconds,
    remaining:
      combined.get('remaining') ??
      combined.get('r') ??
      readCount(headers.get('ratelimit-remaining')) ??
      readCount(headers.get('x-ratelimit-remaining')),
    remainingError: 0,
    fullInMs: undefined,
    fullErrorMs: 0,
    resetInMs:
      resetSeconds === undefined
        ? readEpochOrSeconds(headers.get('x-ratelimit-reset'), server)
        : resetSeconds * secondMs,
  });
}

function reading(bucket: BucketReading): BucketReading | undefined {
  // Nothing ever flows into a bucket of 0, so no wait would end: such a limit is a gateway's word for "none".
  if (bucket.limit !== undefined && bucket.limit <= 0) return reading({ ...bucket, limit: undefined });
  return bucket.limit === undefined && bucket.remaining === undefined ? undefined : bucket;
}

/**
 * Seconds or an HTTP date (RFC 9110, section 10.2.3), and `retry-after-ms` where a server sends it. They should agree;
 * where they do not, the longest is the one that breaks none of them.
 */
function readRetryAfter(headers: Fields, server: ServerClock): number | undefined {
  const text = headers.get('retry-after');
  const seconds = readNumber(text);
  const dateMs = seconds === undefined ? parseDate(text) : Number.NaN;
  const told = [
    readNumber(headers.get('retry-after-ms')),
    seconds === undefined ? undefined : seconds * secondMs,
    Number.isNaN(dateMs) ? undefined : waitUntil(dateMs, server),
  ].filter((each) => each !== undefined);
  return told.length > 0 ? Math.max(...told) : readUnifiedReset(headers, server);
}

/** Between two moments of the server's own clock: ours, however little it is off, would undercut it. */
function waitUntil(atMs: number, { nowMs, dateMs }: ServerClock): number {
  return Math.max(atMs - (dateMs ?? nowMs), 0);
}

function clampWait(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.min(ms, longestRetryAfterMs);
}

/** A gateway that names no time to retry at still says when its empty bucket changes. */
function resetOfEmpty(...buckets: readonly (BucketReading | undefined)[]): number | undefined {
  const resets = buckets.flatMap((bucket) => (bucket?.remaining === 0 ? [bucket.resetInMs ?? 0] : []));
  const latest = Math.max(0, ...resets);
  return latest > 0 ? latest : undefined;
}

/** Subscription tokens say when in Unix seconds, and only a rejection means that one has to wait for it. */
function readUnifiedReset(headers: Fields, server: ServerClock): number | undefined {
  const resetSeconds = readNumber(headers.get('anthropic-ratelimit-unified-reset'));
  if (headers.get('anthropic-ratelimit-unified-status') !== 'rejected' || resetSeconds === undefined) return undefined;
  return waitUntil(resetSeconds * secondMs, server);
}

/** An HTTP date or RFC 3339; `Date.parse` alone makes a date of almost anything, `-5` included. */
function parseDate(text: string | undefined): number {
  return text && /^([A-Z][a-z]{2,8}, |\d{4}-\d\d-\d\dT)/.test(text) ? Date.parse(text) : Number.NaN;
}

function readBoolean(text: string | undefined): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** A finite number ≥ 0. */
function readNumber(text: string | undefined): number | undefined {
  if (!text || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The first item of a list such as `100, 100;w=60`. */
function readCount(text: string | undefined): number | undefined {
  return readNumber(text && /[,;]/.test(text) ? text.split(/[,;]/, 1)[0] : text);
}

function readParameters(text: string | undefined): ReadonlyMap<string, number> {
  const parameters = new Map<string, number>();
  for (const [, name, value] of (text ?? '').matchAll(/([a-z]+)\s*=\s*(\d+(?:\.\d+)?)/gi)) {
    if (name && value && !parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), Number(value));
  }
  return parameters;
}

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: secondMs, ms: 1 };

/** `6m0s`, `1.5s`, `120ms`, or plain seconds. */
function readDuration(text: string | undefined): number | undefined {
  const seconds = readNumber(text);
  if (seconds !== undefined) return seconds * secondMs;
  if (!text || !/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  }
  return total;
}

/** Gateways disagree on whether a plain reset is a time or a delay; nobody means a delay of thirty years. */
function readEpochOrSeconds(text: string | undefined, server: ServerClock): number | undefined {
  const value = readCount(text);
  if (value === undefined) return undefined;
  if (value > 1e12) return value - server.nowMs;
  if (value > 1e9) return value * secondMs - server.nowMs;
  return value * secondMs;
}
