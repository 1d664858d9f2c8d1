import { countRawTokens, TokenEstimator } from '../../client/tokens';

/** What is remembered holds on to its texts: enough for a long conversation, and no more than a few of them. */
const mostRememberedCharacters = 8_000_000;

/** What texts take of the input, roughly and at once. Remembers what it has counted: a conversation is counted often. */
export class TokenCounter {
  readonly #estimator = new TokenEstimator();
  readonly #known = new Map<string, number>();
  #characters = 0;

  count(text: string, model: string): number {
    return Math.ceil(this.#estimator.expect(this.#countRaw(text), model, ''));
  }

  #countRaw(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#characters + text.length > mostRememberedCharacters) {
      this.#known.clear();
      this.#characters = 0;
    }
    const raw = countRawTokens({ messages: [{ role: 'user', content: text }] });
    this.#known.set(text, raw);
    this.#characters += text.length;
    return raw;
  }
}
