import type { ModelPrice, Usage } from './types';

const tokensPerPrice = 1_000_000;
/** Of everything, on top of what caching makes of a price. https://platform.claude.com/docs/en/build-with-claude/batch-processing */
const batchFactor = 0.5;

/**
 * US dollars for a million tokens, as published on 2026-11-24. Prices change: `ClientOptions.prices`
 * goes before this table, and a model that is in neither has no price rather than a guessed one.
 * https://platform.claude.com/docs/en/about-claude/pricing
 */
const publishedPrices: Readonly<Record<string, ModelPrice>> = {
  'claude-fable-5-2': price(8, 40, 10, 16, 0.2),
  'claude-fable-5-1': price(10, 50, 12.5, 20, 0.25),
  'claude-opus-5-5': price(4, 20, 5, 8, 0.2),
  'claude-opus-5': price(5, 25, 6.25, 10, 0.5),
  'claude-opus-4-8': price(5, 25, 6.25, 10, 0.5),
  'claude-opus-4-7': price(5, 25, 6.25, 10, 0.5),
  'claude-opus-4-6': price(5, 25, 6.25, 10, 0.5),
  'claude-sonnet-5-5': price(2, 10, 2.5, 4, 0.1),
  'claude-sonnet-5': price(2, 10, 2.5, 4, 0.2),
  'claude-sonnet-4-6': price(3, 15, 3.75, 6, 0.3),
  'claude-haiku-5-5': { ...price(0.1, 0.5, 0.125, 0.2, 0.01), longPrompt: { aboveTokens: 100_000, factor: 5 } },
  'claude-haiku-4-5': price(1, 5, 1.25, 2, 0.1),
};

/** What usage costs. Never throws. */
export class PriceList {
  readonly #prices: ReadonlyMap<string, ModelPrice>;

  constructor(own: Readonly<Record<string, ModelPrice>> = {}) {
    this.#prices = new Map([...Object.entries(publishedPrices), ...Object.entries(own)]);
  }

  /** `undefined` for a model whose price nobody has told us. */
  priceOf(model: string): ModelPrice | undefined {
    return this.#prices.get(model) ?? this.#prices.get(withoutDate(model));
  }

  /** In US dollars; `undefined` for a model whose price nobody has told us. */
  costOf(model: string, usage: Usage): number | undefined {
    const found = this.priceOf(model);
    if (!found) return undefined;
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
    const hourWrites = Math.min(usage.cacheWrite1hTokens ?? 0, cacheWriteTokens);
    const { longPrompt } = found;
    const promptTokens = inputTokens + cacheReadTokens + cacheWriteTokens;
    const factor = longPrompt && promptTokens > longPrompt.aboveTokens ? longPrompt.factor : 1;
    const sum =
      inputTokens * found.input +
      outputTokens * found.output +
      cacheReadTokens * found.cacheRead +
      (cacheWriteTokens - hourWrites) * found.cacheWrite5m +
      hourWrites * found.cacheWrite1h;
    return (sum * factor) / tokensPerPrice;
  }

  /** The same, in a batch. */
  batchCostOf(model: string, usage: Usage): number | undefined {
    const cost = this.costOf(model, usage);
    return cost === undefined ? undefined : cost * batchFactor;
  }
}

function price(
  input: number,
  output: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  cacheRead: number,
): ModelPrice {
  return { input, output, cacheWrite5m, cacheWrite1h, cacheRead };
}

/** `claude-sonnet-5-5-20261001` is a snapshot of `claude-sonnet-5-5`; nothing else about an id tells its price. */
export function withoutDate(model: string): string {
  return model.replace(/-\d{8}$/, '');
}
