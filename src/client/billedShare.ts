/** Weight of the newest report: a cache that has just been written is noticed at once. */
const learningRate = 0.4;
/** So many sources are remembered; then the one that reported longest ago goes. */
const largestSize = 500;
/** As for all input: short about one time in ten, by little. */
const deviations = 1.3;

interface Known {
  readonly share: number;
  readonly variance: number;
}

/**
 * Which part of a source's input counts against the limit: what is read from the cache does not, and requests of one
 * source mostly share their beginning. Never throws.
 */
export class BilledShare {
  readonly #known = new Map<string, Known>();

  /** On average; 1 for a source nobody knows. */
  expect(source: string): number {
    return this.#known.get(source)?.share ?? 1;
  }

  /** With a margin for its spread. */
  estimate(source: string): number {
    const known = this.#known.get(source);
    return known ? Math.min(known.share + deviations * Math.sqrt(known.variance), 1) : 1;
  }

  learn(source: string, billed: number, total: number): void {
    if (total <= 0) return;
    const share = billed / total;
    const known = this.#known.get(source) ?? { share, variance: 0 };
    const error = share - known.share;
    this.#known.delete(source);
    this.#known.set(source, {
      share: known.share + learningRate * error,
      variance: (1 - learningRate) * (known.variance + learningRate * error * error),
    });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= largestSize) break;
      this.#known.delete(oldest);
    }
  }
}
