import type { ClientErrorReason } from '../client/errors';
import type { RetryReason, Usage, WaitReason } from '../client/types';

/** What was sent along with a message: a piece of a document under a name such as `retry.ts:12–48`. */
export interface Attachment {
  readonly name: string;
  readonly languageId: string;
  readonly text: string;
}

export interface UserTurn {
  readonly role: 'user';
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
  readonly attachment: Attachment | undefined;
}

export type AnswerState =
  | {
      readonly kind: 'waiting';
      readonly reason: WaitReason | RetryReason;
      /** Epoch milliseconds; `undefined` while nobody can tell. */
      readonly until: number | undefined;
      /** In the queue, counted from 1; `undefined` once it left the queue. */
      readonly position: number | undefined;
      /** The attempt that comes next, counted from 1. */
      readonly attempt: number;
    }
  | { readonly kind: 'streaming' }
  | {
      readonly kind: 'done';
      readonly stopReason: string;
      readonly usage: Usage;
      /** In US dollars; `undefined` while nobody knows the price of the model. */
      readonly costUsd: number | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: ClientErrorReason; readonly until: number | undefined };

export interface AnswerTurn {
  readonly role: 'assistant';
  readonly id: string;
  readonly at: number;
  readonly model: string;
  /** Kept whatever happens: an answer that fails half-way keeps what had arrived. */
  readonly text: string;
  readonly state: AnswerState;
}

export type Turn = UserTurn | AnswerTurn;

export function isRunning(turn: Turn): boolean {
  return turn.role === 'assistant' && (turn.state.kind === 'waiting' || turn.state.kind === 'streaming');
}

/** Whether the API ended the answer for its length, not because it was finished. */
export function isCutAtLength(state: AnswerState): boolean {
  return (
    state.kind === 'done' && (state.stopReason === 'max_tokens' || state.stopReason === 'model_context_window_exceeded')
  );
}

/**
 * Whether the API refused the question as it is: sent along with later ones it would have them refused as well. An
 * answer that had begun shows that the question was taken.
 */
export function isUnsendable({ text, state }: AnswerTurn): boolean {
  return text.trim() === '' && state.kind === 'failed' && (state.reason === 'tooLarge' || state.reason === 'invalid');
}

/** An answer that broke off or was cut at its length. */
export function isIncomplete({ text, state }: AnswerTurn): boolean {
  return text !== '' && (state.kind === 'failed' || isCutAtLength(state));
}
