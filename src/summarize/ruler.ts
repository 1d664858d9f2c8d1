import { estimateTokens } from './pieceSize';

/** Measures texts against the bound of a piece. */
export class Ruler {
  readonly mostTokens: number;
  /** What an empty piece takes already. */
  readonly frameTokens: number;
  readonly #model: string;

  constructor(model: string, mostTokens: number) {
    this.#model = model;
    this.mostTokens = mostTokens;
    this.frameTokens = estimateTokens('', model);
  }

  /** What a text adds to a piece. */
  tokensOf(text: string): number {
    return estimateTokens(text, this.#model) - this.frameTokens;
  }

  fits(text: string): boolean {
    return estimateTokens(text, this.#model) <= this.mostTokens;
  }
}
