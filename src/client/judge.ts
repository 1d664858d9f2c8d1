import type { Adapter, Call } from './adapter';
import { IncompleteAnswer } from './answer';
import { KeyUnavailable } from './apiKey';
import type { Attempt } from './attempt';
import { classify } from './classify';
import type { Verdict } from './classify';

interface Judgement {
  readonly verdict: Verdict;
  /** For logs; free of the key. */
  readonly message: string;
  readonly cause: unknown;
  /** The server may have done what it was asked all the same. */
  readonly mayHaveArrived: boolean;
}

/** Of the failures that are not the request's own fault those that say that nothing was done; of a gateway's nobody knows. */
const overloadedStatus = 529;
const requestTimeoutStatus = 408;

/** Why an attempt that nobody had ended came to nothing, and what follows from it. */
export function judge(
  error: unknown,
  attempt: Attempt,
  sent: { readonly adapter: Adapter; readonly call: Call } | undefined,
  nowMs: number,
): Judgement {
  if (attempt.isStalled) {
    return {
      verdict: { kind: 'outage', reason: 'stalled', retryAfterMs: undefined },
      message: 'Failed to get an answer: nothing came for too long',
      cause: undefined,
      mayHaveArrived: true,
    };
  }
  if (error instanceof IncompleteAnswer) {
    return {
      verdict: { kind: 'outage', reason: 'incomplete', retryAfterMs: undefined },
      message: 'Failed to get the whole answer: the stream ended early',
      cause: undefined,
      mayHaveArrived: true,
    };
  }
  if (error instanceof KeyUnavailable) {
    return {
      verdict: { kind: 'final', reason: 'authentication' },
      message: error.message,
      cause: error.cause,
      mayHaveArrived: false,
    };
  }
  if (!sent) {
    // Not a fault of the request: the SDK's file is missing or broken.
    return {
      verdict: { kind: 'final', reason: 'invalid' },
      message: 'Failed to load the SDK',
      cause: error,
      mayHaveArrived: false,
    };
  }
  const failure = sent.adapter.explain(error, sent.call);
  if (!attempt.wasSent) {
    // Nothing left, so neither the network nor the server had a part in it: it would fail the same way again.
    return {
      verdict: { kind: 'final', reason: 'invalid' },
      message: `Failed to send the request: ${failure.message}`,
      cause: undefined,
      mayHaveArrived: false,
    };
  }
  const hints = attempt.reading ?? { retryAfterMs: undefined, shouldRetry: undefined };
  // The headers of a response that began well say nothing about an error in its middle.
  const verdict = classify(failure, failure.status === undefined ? noHints : hints, nowMs);
  const { status, type, errorCode, message } = failure;
  return {
    verdict,
    message: `Failed to get an answer: ${message}`,
    cause: { status, type, errorCode, message },
    mayHaveArrived: leavesOpen(status),
  };
}

/** Whether a server that answers so may have done what it was asked. */
function leavesOpen(status: number | undefined): boolean {
  if (status === undefined || status < 300) return true;
  return status === requestTimeoutStatus || (status >= 500 && status !== overloadedStatus);
}

const noHints = { retryAfterMs: undefined, shouldRetry: undefined };
