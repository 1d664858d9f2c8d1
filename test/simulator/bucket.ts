import type { Clock } from '../../src/client/clock';

const minuteMs = 60_000;

/** Floating-point slack, in tokens: whoever waits exactly `msUntil` must then be served. */
const slackTokens = 1e-6;

/**
 * One continuously refilled bucket. It belongs to one budget and is brought up to the clock before every use, so a
 * level read twice at one instant is the same. The level never exceeds the capacity; it can fall below zero, because
 * some costs are known only after admission. No method throws.
 */
export class Bucket {
  readonly #clock: Clock;
  #limit: number;
  #capacity: number;
  #level: number;
  /** What others of the organization take, as a share of the refill. */
  #drainShare = 0;
  #updatedAt: number;

  /** `burstShare` is the share of a minute's worth that the bucket can hold. */
  constructor(clock: Clock, limitPerMinute: number, burstShare = 1) {
    this.#clock = clock;
    this.#limit = limitPerMinute;
    this.#capacity = capacityOf(limitPerMinute, burstShare);
    this.#level = this.#capacity;
    this.#updatedAt = clock.monotonic();
  }

  get limit(): number {
    return this.#limit;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get level(): number {
    this.#advance();
    return this.#level;
  }

  /** A negative amount gives back. */
  debit(amount: number): void {
    this.#level = Math.min(this.level - amount, this.#capacity);
  }

  /** By the refill alone: the server does not foresee what others will take. 0 when the amount is there. */
  msUntil(amount: number): number {
    if (this.#limit === Infinity) return 0;
    const missing = amount - this.level;
    return missing <= slackTokens ? 0 : missing / this.#ratePerMs;
  }

  msUntilFull(): number {
    return this.msUntil(this.#capacity);
  }

  /** What is in the bucket stays in it, as far as the new capacity holds it. */
  setLimit(limitPerMinute: number, burstShare = 1): void {
    this.#advance();
    const wasUnlimited = this.#level === Infinity;
    this.#limit = limitPerMinute;
    this.#capacity = capacityOf(limitPerMinute, burstShare);
    this.#level = limitPerMinute === Infinity || wasUnlimited ? this.#capacity : Math.min(this.#level, this.#capacity);
  }

  /** 1 takes all of the refill, more than 1 empties the bucket as well. */
  setDrain(share: number): void {
    this.#advance();
    this.#drainShare = share;
  }

  get #ratePerMs(): number {
    return this.#limit / minuteMs;
  }

  #advance(): void {
    const now = this.#clock.monotonic();
    let elapsedMs = now - this.#updatedAt;
    this.#updatedAt = now;
    if (this.#limit === Infinity || elapsedMs <= 0) return;
    if (this.#level < 0) {
      // Others find an empty bucket as well, so a debt is paid off at the full rate.
      const debtMs = -this.#level / this.#ratePerMs;
      if (elapsedMs <= debtMs) {
        this.#level += this.#ratePerMs * elapsedMs;
        return;
      }
      this.#level = 0;
      elapsedMs -= debtMs;
    }
    const gained = this.#ratePerMs * (1 - this.#drainShare) * elapsedMs;
    this.#level = Math.min(Math.max(this.#level + gained, 0), this.#capacity);
  }
}

/** Whatever can be refilled can hold at least one, or nothing would ever be admitted. */
function capacityOf(limitPerMinute: number, burstShare: number): number {
  return limitPerMinute === 0 ? 0 : Math.max(limitPerMinute * burstShare, 1);
}
