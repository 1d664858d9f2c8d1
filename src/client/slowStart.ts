/** With so many accepted at a time the server has shown what it bears, and the buckets alone decide. */
const openAt = 32;

/**
 * How many requests may run at a time while that is not known otherwise: one probe first. Once it has brought limits,
 * the buckets decide; without limits the number doubles with each round of accepted requests. After a ramp refusal
 * (usage grew too fast) it grows the same way even though the limits are known. Never throws.
 */
export class SlowStart {
  #window = 1;
  #isRamping = false;

  get window(): number {
    return this.#window;
  }

  accepted(areLimitsKnown: boolean): void {
    if (this.#window === Infinity) return;
    if (areLimitsKnown && !this.#isRamping) this.#window = Infinity;
    else this.#window = this.#window + 1 >= openAt ? Infinity : this.#window + 1;
    if (this.#window === Infinity) this.#isRamping = false;
  }

  /** Refused for a limit that no bucket shows, with so many running. */
  refused(running: number): void {
    this.#window = Math.max(Math.floor(Math.min(this.#window, running) / 2), 1);
  }

  rampRefused(): void {
    this.#window = 1;
    this.#isRamping = true;
  }
}
