import { dimensions } from './dimensions';
import type { Ceiling, Shortage } from './budget';
import type { Amounts, Dimension } from './dimensions';
import { SlidingWindow } from './slidingWindow';
import type { UserLimits } from './types';

type Windows = Readonly<Record<Dimension, SlidingWindow>>;

/**
 * The caps the user set, over all lanes of a client. They hold over any minute as the *server* sees it, so nothing is
 * dated before the server is known to have it, and output that may still come is held in full. What was sent is counted
 * without a cap too: one that is set later knows the minute before it.
 *
 * Owned by the client; told the time, never throws.
 */
export class UserCaps {
  readonly #windows: Windows = {
    requests: new SlidingWindow(Infinity),
    inputTokens: new SlidingWindow(Infinity),
    outputTokens: new SlidingWindow(Infinity),
  };
  #maxConcurrent = Infinity;
  #running = 0;

  constructor(limits: UserLimits) {
    this.setLimits(limits);
  }

  /** From now on, for what waits as well; a field that is left out is no cap. */
  setLimits({ requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute, maxConcurrent }: UserLimits): void {
    this.#windows.requests.setCap(requestsPerMinute ?? Infinity);
    this.#windows.inputTokens.setCap(inputTokensPerMinute ?? Infinity);
    this.#windows.outputTokens.setCap(outputTokensPerMinute ?? Infinity);
    this.#maxConcurrent = maxConcurrent ?? Infinity;
  }

  get isConcurrencyReached(): boolean {
    return this.#running >= this.#maxConcurrent;
  }

  /** An answer is not allowed to be longer than what the cap leaves for a whole minute. */
  clampOutput(maxTokens: number): number {
    return Math.min(maxTokens, this.#windows.outputTokens.cap);
  }

  clampInput(tokens: number): number {
    return Math.min(tokens, this.#windows.inputTokens.cap);
  }

  /** What of a minute, or of what may run at once, one request takes: of the cap that it draws on most. */
  shareOf(amounts: Amounts): number {
    return dimensions.reduce(
      (share, dimension) => Math.max(share, amounts[dimension] / this.#windows[dimension].cap),
      1 / this.#maxConcurrent,
    );
  }

  canEverHold(amounts: Amounts): boolean {
    return this.findExceeded(amounts) === undefined;
  }

  /** The first cap that `amounts` exceed by themselves. */
  findExceeded(amounts: Amounts): Ceiling | undefined {
    for (const dimension of dimensions) {
      const limit = this.#windows[dimension].cap;
      const amount = Math.ceil(amounts[dimension]);
      if (amount > limit) return { dimension, limit, amount };
    }
    return undefined;
  }

  findShortage(amounts: Amounts, now: number): Shortage<'userLimit'> | undefined {
    let at = now;
    for (const dimension of dimensions) at = Math.max(at, this.#windows[dimension].readyAt(amounts[dimension], now));
    return at > now ? { reason: 'userLimit', at } : undefined;
  }

  /** The same for the sum over a queue, which may be more than fits into a minute. */
  forecast(amounts: Amounts, now: number): Shortage<'userLimit'> | undefined {
    let at = now;
    for (const dimension of dimensions) at = Math.max(at, this.#windows[dimension].passedAt(amounts[dimension], now));
    return at > now ? { reason: 'userLimit', at } : undefined;
  }

  reserve(amounts: Amounts): CapClaim {
    this.#running++;
    return new CapClaim(this.#windows, amounts, () => this.#running--);
  }

  /** Held and not yet dated, running requests included: 0 when nothing runs. */
  get held(): number {
    return dimensions.reduce((sum, dimension) => sum + this.#windows[dimension].held, this.#running);
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
    for (const dimension of dimensions) windows[dimension].hold(amounts[dimension]);
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
    this.#windows.inputTokens.date(tokens, now);
  }

  /** Output so far, in all. */
  produced(tokens: number, now: number): void {
    if (this.#hasEnded) return;
    const added = Math.max(tokens - this.#output, 0);
    this.#output += added;
    this.#windows.outputTokens.date(added, now);
    const held = Math.min(added, this.#held.outputTokens);
    this.#windows.outputTokens.release(held);
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
    this.#windows[dimension].date(amount, now);
  }

  #release(dimension: Dimension): void {
    this.#windows[dimension].release(this.#held[dimension]);
    this.#held[dimension] = 0;
  }
}
