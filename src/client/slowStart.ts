/** With so many accepted at a time the server has shown what it bears, and the buckets alone decide. */
const openAt = 32;
/** The first distance after a refusal that no bucket explains: slow for a server of 240 requests a minute. */
const firstSpacingMs = 250;
const longestSpacingMs = 60_000;
/** Half as far again after a refusal, a twentieth closer after each acceptance: about one in nine is refused. */
const wideningFactor = 1.5;
const narrowingFactor = 0.95;
/** Closer than this is no distance any more. */
const shortestSpacingMs = 50;

/**
 * What may run, and how closely one may follow another, while the buckets do not tell.
 *
 * How many: one probe first. Once it has brought limits, the buckets decide; without limits the number grows with each
 * acceptance, which doubles it each round. After a ramp refusal or a breakdown it grows the same way even though limits
 * are known.
 * How closely: without restraint, until a refusal comes that no bucket explains (a server that shows no limits, or that
 * enforces them in slices of a minute). Told the time (monotonic milliseconds), never throws.
 */
export class SlowStart {
  #window = 1;
  /** Opened step by step although limits are known. */
  #isRestrained = false;
  #spacingMs = 0;
  #startedAt = -Infinity;
  #isProbing = true;

  get window(): number {
    return this.#window;
  }

  /** Nothing has been accepted yet. */
  get isProbing(): boolean {
    return this.#isProbing;
  }

  get nextStartAt(): number {
    return this.#startedAt + this.#spacingMs;
  }

  started(now: number): void {
    this.#startedAt = now;
  }

  accepted(areLimitsKnown: boolean): void {
    this.#isProbing = false;
    this.#spacingMs *= narrowingFactor;
    if (this.#spacingMs < shortestSpacingMs) this.#spacingMs = 0;
    if (this.#window === Infinity) return;
    const isOpen = areLimitsKnown && !this.#isRestrained;
    this.#window = isOpen || this.#window + 1 >= openAt ? Infinity : this.#window + 1;
    if (this.#window === Infinity) this.#isRestrained = false;
  }

  /** Refused for a limit that no bucket shows, with so many running. */
  refused(running: number): void {
    this.#window = Math.max(Math.floor(Math.min(this.#window, running) / 2), 1);
    this.#spacingMs = Math.min(Math.max(this.#spacingMs * wideningFactor, firstSpacingMs), longestSpacingMs);
  }

  /** Usage grew too fast for the server: one finds out for the others. */
  rampRefused(): void {
    this.#window = 1;
    this.#isRestrained = true;
  }

  /** With so many running the server or the way to it broke down: half as many are tried, and more as it bears them. */
  brokeDown(running: number): void {
    this.#window = Math.max(Math.floor(Math.min(this.#window, running) / 2), 1);
    this.#isRestrained = true;
  }
}
