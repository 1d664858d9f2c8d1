import type { Digest, Turn } from '../turn';

/** What of a conversation is sent along with its newest question. */
export type HistoryPolicy =
  /** Everything, while it fits. */
  | { readonly kind: 'all' }
  /** At least the last so many questions with their answers. */
  | { readonly kind: 'window'; readonly turns: number }
  /** A digest stands for the older part, once what is sent passes this share of what fits. */
  | { readonly kind: 'summary'; readonly atShare: number }
  /** As `window`, and excerpts of older turns that bear on the question. */
  | { readonly kind: 'retrieval'; readonly turns: number };

/** What the model and the limits allow for the input of one request, in tokens. */
export interface Room {
  readonly windowTokens: number;
  readonly reservedForAnswer: number;
  /** The most input a minute's limit can ever hold; `undefined` while it is not known. */
  readonly perMinute: number | undefined;
}

/**
 * What all functions of this folder look at.
 *
 * Where the sent part of a conversation begins follows from its beginning on: whoever wants the prompt cache to be hit
 * keeps `room` and `estimate` the same from question to question.
 */
export interface History {
  /** From the first turn to the newest; the question that is asked included. */
  readonly path: readonly Turn[];
  readonly policy: HistoryPolicy;
  readonly digests: readonly Digest[];
  readonly room: Room;
  /** Tokens of a text. */
  readonly estimate: (text: string) => number;
  readonly system?: string | undefined;
}

/** What the input may have at most. */
export function inputLimit({ windowTokens, reservedForAnswer, perMinute }: Room): number {
  return Math.max(Math.min(windowTokens - reservedForAnswer, perMinute ?? Infinity), 0);
}
