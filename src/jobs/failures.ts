import { ClientError, type ClientErrorReason } from '../client/errors';
import { NoAnswerError } from './noAnswerError';

/** These concern what was sent, not the job: the rest of it may well succeed. */
export function isOfItsTextOnly(error: unknown): boolean {
  return NoAnswerError.is(error) || ClientError.is(error, 'tooLarge') || ClientError.is(error, 'invalid');
}

/** They pass by themselves, so the same may be asked again. `closed`: of a client that another one has taken the place of. */
const passing: ReadonlySet<ClientErrorReason> = new Set<ClientErrorReason>([
  'rateLimited',
  'overloaded',
  'network',
  'stalled',
  'incomplete',
  'closed',
]);

export function isPassing(error: unknown): error is ClientError {
  return ClientError.is(error) && passing.has(error.reason);
}

export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** There is no client to ask, for want of a key for one. The reason is the word of whoever was to give one. */
export class NoClientError extends Error {
  override readonly name = 'NoClientError';
  readonly reason: string;
  readonly until = undefined;

  constructor(cause: unknown) {
    super('There is no client to ask', { cause });
    const hasReason = cause instanceof Error && 'reason' in cause && typeof cause.reason === 'string';
    this.reason = hasReason ? String(cause.reason) : 'unexpected';
  }
}

/** Why a job cannot go on. */
export type Hold = ClientError | NoClientError;

/** The job waits until something is done about it, or until it ends by itself; nothing of it is lost. */
export function isHold(error: unknown): error is Hold {
  if (error instanceof NoClientError) return true;
  return (
    ClientError.is(error, 'authentication') || ClientError.is(error, 'billing') || ClientError.is(error, 'spendLimit')
  );
}

/** One word for why something failed, as it is written down. */
export function reasonOf(error: unknown): string {
  return ClientError.is(error) || NoAnswerError.is(error) ? error.reason : 'unexpected';
}
