/** Usage is compared over so long: servers are not known to look at less than seconds, nor at more than a minute. */
const windowMs = 10_000;
/** After a refusal a little less than what was borne… */
const caution = 0.9;
/** …and then more in each further window, well below the doubling that is mostly borne. */
const growthPerWindow = 1.25;
/** However little was under way when it was refused, this much of what the limit gives is always borne. */
const leastShare = 0.25;
const leastTokens = 2_000;
/** Once it has grown so much since the last refusal, it restrains nothing any more. */
const openAfterGrowth = 16;

interface Start {
  readonly at: number;
  readonly tokens: number;
}

/**
 * How fast usage may grow once the server has refused its growth: no more input within a window than was borne in one,
 * and more from window to window. Without restraint before the first such refusal. Told the time (monotonic
 * milliseconds), never throws.
 */
export class RampPace {
  readonly #starts: Start[] = [];
  #base = Infinity;
  #refusedAt = 0;

  /** When so much input may start; the smallest request always may in an empty window. */
  readyAt(tokens: number, now: number): number {
    if (this.#base === Infinity) return now;
    this.#forget(now);
    const growth = growthPerWindow ** ((now - this.#refusedAt) / windowMs);
    if (growth > openAfterGrowth) {
      this.#base = Infinity;
      return now;
    }
    let excess = this.#sum + tokens - this.#base * growth;
    for (const { at, tokens: left } of this.#starts) {
      if (excess <= 0) break;
      excess -= left;
      if (excess <= 0 || at === this.#starts.at(-1)?.at) return Math.max(at + windowMs, now);
    }
    return now;
  }

  started(tokens: number, now: number): void {
    this.#forget(now);
    this.#starts.push({ at: now, tokens });
  }

  /** What was refused counts for nothing. */
  takeBack(tokens: number): void {
    const index = this.#starts.findLastIndex((start) => start.tokens === tokens);
    if (index >= 0) this.#starts.splice(index, 1);
  }

  refused(refillPerMs: number, now: number): void {
    this.#forget(now);
    const least = Math.max(refillPerMs * windowMs * leastShare, leastTokens);
    this.#base = Math.max(Math.min(this.#sum, this.#allowed(now)) * caution, least);
    this.#refusedAt = now;
  }

  get #sum(): number {
    return this.#starts.reduce((sum, { tokens }) => sum + tokens, 0);
  }

  #allowed(now: number): number {
    return this.#base === Infinity ? Infinity : this.#base * growthPerWindow ** ((now - this.#refusedAt) / windowMs);
  }

  #forget(now: number): void {
    for (let first = this.#starts[0]; first && first.at <= now - windowMs; first = this.#starts[0])
      this.#starts.shift();
  }
}
