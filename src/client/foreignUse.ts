/** How quickly the estimate follows what is seen: slower than a burst, faster than a person's patience. */
const followMs = 10_000;
/** Without a reading for longer than it is followed, it is forgotten sooner: one burst must not hold a lane for long. */
const silentMs = 30_000;
/** How quickly it is forgotten where nothing confirms it. */
const forgetMs = 120_000;

/**
 * How much others of the same organization take of a bucket: what its level is short of our own books, as a rate that
 * leaks. Told the time (monotonic milliseconds), never throws.
 */
export class ForeignUse {
  #perMs = 0;
  #seenAt: number | undefined;
  /** Of several readings at one moment, some say more and some less. */
  #shortfall = 0;

  /** Tokens or requests per millisecond; never negative. Who is not seen again is forgotten, even with no reading. */
  perMs(now: number): number {
    const silenceMs = now - (this.#seenAt ?? now) - followMs;
    return this.#perMs * Math.exp(-Math.max(silenceMs, 0) / silentMs);
  }

  /** A reading shows `shortfall` less than was expected with the present estimate; negative for more. */
  saw(shortfall: number, now: number): void {
    const elapsedMs = now - (this.#seenAt ?? now);
    const before = this.perMs(now);
    this.#seenAt = now;
    this.#shortfall += shortfall;
    if (elapsedMs <= 0) return;
    const kept = Math.exp(-elapsedMs / forgetMs);
    const followed = (1 - Math.exp(-elapsedMs / followMs)) / elapsedMs;
    this.#perMs = Math.max(before * kept + this.#shortfall * followed, 0);
    this.#shortfall = 0;
  }
}
