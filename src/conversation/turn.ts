import type { ClientErrorReason } from '../client/errors';
import type { ParkReason, RetryReason, Usage, WaitReason } from '../client/types';

export type AttachmentKind = 'selection' | 'file' | 'folder' | 'problems' | 'diff';

/** What was sent along with a message: a piece of text under a name such as `retry.ts:12–48`. */
export interface Attachment {
  readonly kind: AttachmentKind;
  readonly name: string;
  readonly languageId: string;
  readonly text: string;
}

interface TurnBase {
  readonly id: string;
  /** The turn it follows; `undefined` for a first turn. */
  readonly parentId: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface UserTurn extends TurnBase {
  readonly role: 'user';
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export type AnswerState =
  | {
      readonly kind: 'waiting';
      readonly reason: WaitReason | RetryReason | ParkReason;
      /** Epoch milliseconds; `undefined` while nobody can tell. */
      readonly until: number | undefined;
      /** In the queue, counted from 1; `undefined` once it left the queue. */
      readonly position: number | undefined;
      /** The attempt that comes next, counted from 1. */
      readonly attempt: number;
    }
  | { readonly kind: 'streaming' }
  | { readonly kind: 'done'; readonly stopReason: string }
  | { readonly kind: 'failed'; readonly reason: ClientErrorReason; readonly until: number | undefined };

/** What one request took, and when it was taken: epoch milliseconds. */
export interface RequestAccount {
  readonly usage: Usage;
  readonly at: number;
}

/** What an answer took, over all requests it was made of: one that was continued has several. Durations in milliseconds. */
export interface AnswerAccount {
  readonly usage: Usage;
  /** In US dollars; `undefined` as soon as the cost of one of the requests is unknown. */
  readonly costUsd: number | undefined;
  readonly waitedMs: number;
  /** From the start of the first request that brought text to that text; `undefined` when there was none. */
  readonly firstTextMs: number | undefined;
  readonly totalMs: number;
  readonly attempts: number;
  /** The last of the requests by itself, which is what the prompt cache knows of; not in accounts of older versions. */
  readonly last?: RequestAccount | undefined;
}

export interface AnswerTurn extends TurnBase {
  readonly role: 'assistant';
  readonly model: string;
  /** Kept whatever happens: an answer that fails half-way keeps what had arrived. */
  readonly text: string;
  readonly thinking: string;
  /** When its rest was asked for last, if ever: a summary from before does not know the rest. Epoch milliseconds. */
  readonly continuedAt?: number | undefined;
  readonly state: AnswerState;
  /** `undefined` until a request has ended that is known to have used something. */
  readonly account: AnswerAccount | undefined;
}

export type Turn = UserTurn | AnswerTurn;

/** A message that was typed while an answer was under way. */
export interface QueuedMessage {
  readonly id: string;
  readonly at: number;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** A summary that stands for all turns up to and including `upToTurnId`, on the path that has it. */
export interface Digest {
  readonly upToTurnId: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly tokensBefore: number;
  readonly tokensAfter: number;
}

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

/** An answer that broke off or was cut at its length, with something to go on from: white space alone is never sent. */
export function isIncomplete({ text, state }: AnswerTurn): boolean {
  return (state.kind === 'failed' || isCutAtLength(state)) && text.trim() !== '';
}

/** An answer that was under way in a window that is gone ended with it; nobody else hears the rest. */
export function closeWithWindow(turn: Turn): Turn {
  return turn.role === 'assistant' && isRunning(turn)
    ? { ...turn, state: { kind: 'failed', reason: 'closed', until: undefined } }
    : turn;
}
