import type { Usage } from '../client/types';

/** One request that has ended, however it did. */
export interface UsageEntry {
  readonly keyId: string;
  readonly model: string;
  /** When it ended; epoch milliseconds. */
  readonly at: number;
  readonly outcome: 'done' | 'failed' | 'cancelled';
  /** `undefined` when none is known: it never began, or what began told nothing. */
  readonly usage: Usage | undefined;
  /** US dollars; `undefined` where nobody has told us a price. */
  readonly costUsd: number | undefined;
  /** How often the server answered 429 on the way. */
  readonly refusals: number;
}
