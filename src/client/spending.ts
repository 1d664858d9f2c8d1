/** Spends this close together are kept as one. */
const mergeMs = 10;
/** No reading is older: answers begin within this, or their headers tell nothing any more. */
const rememberedMs = 120_000;

interface Step {
  readonly at: number;
  total: number;
}

/**
 * All that was ever spent, and how much of it when: for comparing a reading with what was sent about the same time.
 * Told the time (monotonic milliseconds, never going back), never throws.
 */
export class Spending {
  readonly #steps: Step[] = [];
  #total = 0;
  /** What was spent before the first step that is remembered. */
  #forgotten = 0;

  add(amount: number, now: number): void {
    this.#total += amount;
    const last = this.#steps.at(-1);
    if (last && now - last.at < mergeMs) last.total = this.#total;
    else this.#steps.push({ at: now, total: this.#total });
    const [first, second] = this.#steps;
    if (first && second && second.at < now - rememberedMs) {
      this.#forgotten = first.total;
      this.#steps.shift();
    }
  }

  /** What was spent after a moment. */
  since(at: number): number {
    for (let index = this.#steps.length - 1; index >= 0; index--) {
      const step = this.#steps[index];
      if (step && step.at <= at) return this.#total - step.total;
    }
    return this.#total - this.#forgotten;
  }
}
