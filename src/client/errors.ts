import type { Usage } from './types';

/**
 * Why a run failed, as one word a caller can branch on. The texts for people are the caller's: the client has none.
 *
 * - `spendLimit`: a monthly or contract cap; `until` only when known
 * - `tooLarge`: can never succeed at this size (413, "prompt is too long", larger than a bucket)
 * - `overloaded`, `network`, `stalled`, `incomplete`: not the caller's quota; with `partial` when output had begun
 * - `invalid`: the request or an option is wrong; nothing was sent when `requestId` is missing
 */
export type ClientErrorReason =
  | 'authentication'
  | 'permission'
  | 'billing'
  | 'spendLimit'
  | 'tooLarge'
  | 'invalid'
  | 'notFound'
  | 'rateLimited'
  | 'overloaded'
  | 'network'
  | 'stalled'
  | 'incomplete'
  | 'cancelled'
  | 'closed';

/** What had arrived before a run failed; the usage is the best known, at least what the API had reported. */
export interface PartialAnswer {
  readonly text: string;
  /** What the API showed of the model's thinking; empty when it showed none. */
  readonly thinking: string;
  readonly usage: Usage;
  /** What was streamed is spent. In US dollars; `undefined` for a model whose price is unknown. */
  readonly costUsd: number | undefined;
}

interface ClientErrorDetails {
  readonly until?: number | undefined;
  readonly partial?: PartialAnswer | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The class is in each bundle that uses it, and what the client's own file throws is no instance of the class next door:
 * the mark is the same in all of them.
 */
const brand: unique symbol = Symbol.for('sluice.ClientError');

function isBranded(error: unknown): error is ClientError {
  return typeof error === 'object' && error !== null && brand in error;
}

/** The only error the client throws or rejects with. `message` is for logs, never to be matched on, and holds no secret. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly reason: ClientErrorReason;
  /** Epoch milliseconds when it may be tried again, when known. */
  readonly until: number | undefined;
  readonly partial: PartialAnswer | undefined;
  readonly requestId: string | undefined;

  constructor(reason: ClientErrorReason, message: string, details: ClientErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.reason = reason;
    this.until = details.until;
    this.partial = details.partial;
    this.requestId = details.requestId;
  }

  /** On the prototype, so that no log shows it. */
  get [brand](): true {
    return true;
  }

  static is(error: unknown, reason?: ClientErrorReason): error is ClientError {
    return isBranded(error) && (reason === undefined || error.reason === reason);
  }
}
