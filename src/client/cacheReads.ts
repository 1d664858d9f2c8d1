import { RememberedSources } from './rememberedSources';

/** Weight of the newest report: a cache that has expired is noticed at once. */
const learningRate = 0.4;
/** How far off the first report may be, as a share: a cache can be missed. */
const firstDeviation = 0.2;
/** So many deviations fewer are counted on. */
const deviations = 1.3;
/** What is new in a request is at least this share of it. */
const leastBilledShare = 0.05;

interface Known {
  readonly tokens: number;
  readonly variance: number;
}

/**
 * How much of its input a source reads from the cache, which does not count against the limit: its requests mostly
 * begin alike. Never throws.
 */
export class CacheReads {
  readonly #known = new RememberedSources<Known>();

  /** Of `total` input tokens of `count` requests, what will count on average. */
  expectBilled(source: string, total: number, count: number): number {
    return billedOf(total, count * (this.#known.get(source)?.tokens ?? 0));
  }

  /** Of one request's input, what may count: with a margin. */
  estimateBilled(source: string, total: number): number {
    const known = this.#known.get(source);
    return known ? billedOf(total, Math.max(known.tokens - deviations * Math.sqrt(known.variance), 0)) : total;
  }

  learn(source: string, readTokens: number, writtenTokens: number): void {
    const known = this.#known.get(source);
    // What the first of a source writes, those after it read.
    const tokens = known ? readTokens : readTokens + writtenTokens;
    const { tokens: expected, variance } = known ?? { tokens, variance: (firstDeviation * tokens) ** 2 };
    const error = tokens - expected;
    this.#known.set(source, {
      tokens: expected + learningRate * error,
      variance: (1 - learningRate) * (variance + learningRate * error * error),
    });
  }
}

function billedOf(total: number, read: number): number {
  return Math.max(total - read, total * leastBilledShare);
}
