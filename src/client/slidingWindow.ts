/**
 * A minute, and the resolution of the clocks at its two ends: two entries exactly a minute apart must not be counted
 * into one minute by whoever measures.
 */
export const windowMs = 60_000 + 10;
/** What comes within this is kept as one entry, dated to the latest: never too short, and the list stays small. */
const mergeMs = 250;

interface Entry {
  /** The first amount came: from here, or a steady trickle would be one entry for ever. */
  readonly openedAt: number;
  at: number;
  amount: number;
}

/**
 * Keeps a sum below a cap over *any* minute. An amount is held while its moment is still open, and leaves a minute
 * after it was dated. Told the time (monotonic milliseconds), never throws.
 */
export class SlidingWindow {
  #cap: number;
  readonly #entries: Entry[] = [];
  /** Index of the oldest entry that still counts. */
  #first = 0;
  #dated = 0;
  #held = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  get cap(): number {
    return this.#cap;
  }

  /** What was dated and held stays so, and counts against the new cap. */
  setCap(cap: number): void {
    this.#cap = cap;
  }

  /** Held or dated within the last minute. */
  total(now: number): number {
    this.#expire(now);
    return this.#dated + this.#held;
  }

  /** When `amount` fits. What is held has no date yet: if it must go first, this is the earliest it could. */
  readyAt(amount: number, now: number): number {
    let excess = this.total(now) + amount - this.#cap;
    if (excess <= 0) return now;
    for (let index = this.#first; index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      if (!entry) break;
      excess -= entry.amount;
      if (excess <= 0) return entry.at + windowMs;
    }
    return now + windowMs;
  }

  /** When so much, the sum over a queue, will have passed: what is above the cap goes a minute after what filled it. */
  passedAt(amount: number, now: number): number {
    const excess = this.total(now) + amount - this.#cap;
    if (excess <= 0 || this.#cap === Infinity) return now;
    const rounds = Math.ceil(excess / this.#cap) - 1;
    return this.readyAt(amount - rounds * this.#cap, now) + rounds * windowMs;
  }

  /** With no date yet: 0 when nothing runs. */
  get held(): number {
    return this.#held;
  }

  hold(amount: number): void {
    this.#held += amount;
  }

  release(amount: number): void {
    this.#held -= amount;
  }

  /** From now on it counts for a minute. */
  date(amount: number, now: number): void {
    if (amount <= 0) return;
    this.#expire(now);
    this.#dated += amount;
    const last = this.#entries.at(-1);
    if (last && this.#entries.length > this.#first && now - last.openedAt < mergeMs) {
      last.at = now;
      last.amount += amount;
    } else {
      this.#entries.push({ openedAt: now, at: now, amount });
    }
  }

  #expire(now: number): void {
    for (;;) {
      const entry = this.#entries[this.#first];
      if (!entry || entry.at + windowMs > now) break;
      this.#dated -= entry.amount;
      this.#first++;
    }
    if (this.#first > 0 && this.#first * 2 >= this.#entries.length) {
      this.#entries.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
