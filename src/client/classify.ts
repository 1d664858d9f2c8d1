import type { ApiFailure } from './adapter';
import type { ClientErrorReason } from './errors';
import type { HeaderReading } from './headers';
import type { OutageReason } from './outage';

/** What a failed attempt means for the run and for the lane. */
export type Verdict =
  /** Nothing the client could do again would succeed. */
  | { readonly kind: 'final'; readonly reason: ClientErrorReason; readonly until?: number | undefined }
  /** A limit of the organization: the buckets are set, and the request goes first when it may. */
  | { readonly kind: 'refused'; readonly isRamp: boolean; readonly retryAfterMs: number | undefined }
  /** Not the caller's quota. */
  | { readonly kind: 'outage'; readonly reason: OutageReason; readonly retryAfterMs: number | undefined };

type HttpHints = Pick<HeaderReading, 'retryAfterMs' | 'shouldRetry'>;

const finalReasons: Readonly<Record<string, ClientErrorReason>> = {
  authentication_error: 'authentication',
  permission_error: 'permission',
  billing_error: 'billing',
  not_found_error: 'notFound',
  request_too_large: 'tooLarge',
  invalid_request_error: 'invalid',
};

/** For answers without a body of the API's: the edge's and the gateways'. */
const typeOfStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
};

const spendLimitCodes: ReadonlySet<string> = new Set([
  'enforced_spend_limit_reached',
  'contract_spend_limit_reached',
  'linked_organization_spend_limit_reached',
]);

/** These may succeed on another day of the same request: a lock, a time-out. */
const transientStatuses: ReadonlySet<number> = new Set([408, 409, 425]);

/** The two cases in which only the wording tells. */
const ownSpendLimitMessage = 'You have reached your specified';
const promptTooLongMessage = 'prompt is too long';

/** By status, error type and error code. https://platform.claude.com/docs/en/api/errors */
export function classify(failure: ApiFailure, hints: HttpHints, nowMs: number): Verdict {
  const { status, errorCode, message } = failure;
  if (status === undefined && failure.type === undefined) {
    return { kind: 'outage', reason: 'network', retryAfterMs: undefined };
  }
  // The status is the protocol's own word; the type refines it, and stands alone in the middle of a stream.
  const type = (status === undefined ? undefined : typeOfStatus[status]) ?? failure.type ?? '';

  if (errorCode !== undefined && spendLimitCodes.has(errorCode)) {
    const until = errorCode === 'enforced_spend_limit_reached' ? startOfNextMonth(nowMs) : undefined;
    return { kind: 'final', reason: 'spendLimit', until };
  }
  if (type === 'invalid_request_error' && message.includes(ownSpendLimitMessage))
    return { kind: 'final', reason: 'spendLimit' };
  if (type === 'invalid_request_error' && message.includes(promptTooLongMessage))
    return { kind: 'final', reason: 'tooLarge' };

  if (type === 'rate_limit_error') {
    // "Do not retry" beside a time to retry at is a contradiction; the time is the more useful half.
    if (hints.shouldRetry === false && hints.retryAfterMs === undefined)
      return { kind: 'final', reason: 'rateLimited' };
    return { kind: 'refused', isRamp: errorCode === 'ramp_limit_exceeded', retryAfterMs: hints.retryAfterMs };
  }

  const reason = finalReasons[type];
  if (reason) return { kind: 'final', reason };
  const isTransient = status === undefined || status >= 500 || transientStatuses.has(status);
  // Other 4xx, and redirects, which are never followed with a key in hand.
  if (!isTransient && hints.shouldRetry !== true) return { kind: 'final', reason: 'invalid' };
  if (hints.shouldRetry === false) return { kind: 'final', reason: 'overloaded' };
  return { kind: 'outage', reason: 'overloaded', retryAfterMs: hints.retryAfterMs };
}

/** The enforced cap is lifted at 00:00 UTC on the 1st. */
function startOfNextMonth(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
}
