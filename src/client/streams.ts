/** Weight of the newest stream in the usual speed. */
const learningRate = 0.2;

/**
 * The answers that are being written, and how fast: output is not taken at once but over seconds, in which the bucket
 * fills as well. Owned by one budget; never throws.
 */
export class Streams {
  #count = 0;
  #perMs: number | undefined;

  get count(): number {
    return this.#count;
  }

  opened(): void {
    this.#count++;
  }

  closed(): void {
    this.#count--;
  }

  /** An answer took so long from its first output to its last. */
  learn(tokens: number, lastedMs: number): void {
    if (tokens <= 0 || lastedMs <= 0) return;
    const perMs = tokens / lastedMs;
    this.#perMs = this.#perMs === undefined ? perMs : this.#perMs + learningRate * (perMs - this.#perMs);
  }

  /**
   * The share of what `count` answers still need that must be in the bucket when the last of them begins, if
   * `refillPerMs` flows in meanwhile. All of it while the speed is not known.
   */
  shareNeeded(count: number, refillPerMs: number): number {
    return this.#perMs === undefined ? 1 : Math.max(1 - refillPerMs / (count * this.#perMs), 0);
  }
}
