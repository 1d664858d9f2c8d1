/** Before anything is known an answer is taken to be this many times as long as allowed: an opinion worth one answer. */
const pseudoAnswers = 1;
/** Most answers are far shorter than they may be. */
const typicalShare = 0.3;
/** How quickly old answers stop counting: about thirty are remembered. */
const forgetting = 0.97;

/**
 * How long answers are, learned from complete ones and from those still running or broken off: an answer that was cut
 * tells how long it was *at least*, and leaving it out would favour short ones. Exponential model with censoring: all
 * tokens seen, over the number of answers seen to their end. Never throws.
 */
export class OutputForecast {
  #tokens = 0;
  #ends = 0;

  /** Expected tokens of an answer that may have at most `maxTokens`. */
  expect(maxTokens: number): number {
    const mean = (this.#tokens + pseudoAnswers * maxTokens) / (this.#ends + pseudoAnswers);
    return Math.ceil(Math.min(mean, maxTokens));
  }

  /** The best guess, for telling times: it may be wrong to either side. */
  typical(maxTokens: number): number {
    return Math.min((this.#tokens + typicalShare * maxTokens) / (this.#ends + 1), maxTokens);
  }

  /** `isWhole` is false for an answer that was broken off. */
  learn(tokens: number, isWhole: boolean): void {
    this.#tokens = this.#tokens * forgetting + tokens;
    this.#ends = this.#ends * forgetting + (isWhole ? 1 : 0);
  }
}
