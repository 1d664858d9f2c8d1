import { dimensions } from './budget';
import type { Amounts, Dimension, Shortage } from './budget';
import { SlidingWindow } from './slidingWindow';
import type { UserLimits } from './types';

type Windows = Readonly<Record<Dimension, SlidingWindow | undefined>>;

/**
 * The caps the user set, over all lanes of a client. They hold over any minute as the *server* sees it, so nothing is
 * dated before the server is known to have it, and output that may still come is held in full.
 *
 * Owned by the client; told the time, never throws.
 */
export class UserCaps {
  readonly #windows: Windows;
  readonly #maxConcurrent: number;
  #running = 0;

  constructor({ requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute, maxConcurrent }: UserLimits) {
    this.#windows = {
      requests: windowOf(requestsPerMinute),
      inputTokens: windowOf(inputTokensPerMinute),
      outputTokens: windowOf(outputTokensPerMinute),
    };
    this.#maxConcurrent = maxConcurrent ?? Infinity;
  }

  get isConcurrencyReached(): boolean {
    return this.#running >= this.#maxConcurrent;
  }

  /** An answer is not allowed to be longer than what the cap leaves for a whole minute. */
  clampOutput(maxTokens: number): number {
    return Math.min(maxTokens, this.#windows.outputTokens?.cap ?? Infinity);
  }

  clampInput(tokens: number): number {
    return Math.min(tokens, this.#windows.inputTokens?.cap ?? Infinity);
  }

  canEverHold(amounts: Amounts): boolean {
    return dimensions.every((dimension) => amounts[dimension] <= (this.#windows[dimension]?.cap ?? Infinity));
  }

  findShortage(amounts: Amounts, now: number): Shortage<'userLimit'> | undefined {
    let at = now;
    for (const dimension of dimensions)
      at = Math.max(at, this.#windows[dimension]?.readyAt(amounts[dimension], now) ?? now);
    return at > now ? { reason: 'userLimit', at } : undefined;
  }

  reserve(amounts: Amounts): CapClaim {
    this.#running++;
    return new CapClaim(this.#windows, amounts, () => this.#running--);
  }

  /** Held and not yet dated, running requests included: 0 when nothing runs. */
  get held(): number {
    return dimensions.reduce((sum, dimension) => sum + (this.#windows[dimension]?.held ?? 0), this.#running);
  }
}

/** One request's part of the caps. Every method may be called at any time; after `end` none has effect. */
export class CapClaim {
  readonly #windows: Windows;
  readonly #onEnd: () => void;
  #wasSent = false;
  #wasDeclined = false;
  /** Still held, by dimension. */
  readonly #held: Record<Dimension, number>;
  #output = 0;
  #hasEnded = false;

  constructor(windows: Windows, amounts: Amounts, onEnd: () => void) {
    this.#windows = windows;
    this.#onEnd = onEnd;
    this.#held = { ...amounts };
    for (const dimension of dimensions) windows[dimension]?.hold(amounts[dimension]);
  }

  /** The request leaves now. */
  sent(): void {
    this.#wasSent = true;
  }

  /** The server has it: its headers are here, those of an error when `isSuccess` is false. */
  arrived(isSuccess: boolean, now: number): void {
    this.#wasDeclined = !isSuccess;
    if (!this.#hasEnded) this.#date('requests', now);
  }

  settleInput(tokens: number, now: number): void {
    if (this.#hasEnded) return;
    this.#release('inputTokens');
    this.#windows.inputTokens?.date(tokens, now);
  }

  /** Output so far, in all. */
  produced(tokens: number, now: number): void {
    if (this.#hasEnded) return;
    const added = Math.max(tokens - this.#output, 0);
    this.#output += added;
    this.#windows.outputTokens?.date(added, now);
    const held = Math.min(added, this.#held.outputTokens);
    this.#windows.outputTokens?.release(held);
    this.#held.outputTokens -= held;
  }

  end(now: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    // A request that left counts, whatever became of it: the cap is on what is sent.
    if (this.#wasSent) this.#date('requests', now);
    // Only an error says that its input was not taken; a connection that is lost says nothing.
    if (this.#wasSent && !this.#wasDeclined) this.#date('inputTokens', now);
    for (const dimension of dimensions) this.#release(dimension);
    this.#onEnd();
  }

  #date(dimension: Dimension, now: number): void {
    const amount = this.#held[dimension];
    this.#release(dimension);
    this.#windows[dimension]?.date(amount, now);
  }

  #release(dimension: Dimension): void {
    this.#windows[dimension]?.release(this.#held[dimension]);
    this.#held[dimension] = 0;
  }
}

function windowOf(cap: number | undefined): SlidingWindow | undefined {
  return cap === undefined ? undefined : new SlidingWindow(cap);
}
