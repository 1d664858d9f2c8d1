import { PriceList, withoutDate } from './prices';
import type { ModelPrice } from './types';

/** What is known of a model without asking the API. Tokens. */
export interface ModelFacts {
  /** Input and answer together. */
  readonly windowTokens: number;
  readonly maxOutputTokens: number;
  /** As published; `ClientOptions.prices` may say otherwise. */
  readonly price: ModelPrice | undefined;
  /** A prompt shorter than this may not be cached, and then nothing of it is. */
  readonly minCacheableTokens: number;
}

/**
 * Published are 512 to 4,096 tokens, by model. Which model has which is not known here, so it is the largest: a mark on
 * less may come to nothing, one on more never does.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
const carefulMinCacheableTokens = 4_096;

const millionTokens = 1_000_000;
const current = { windowTokens: millionTokens, maxOutputTokens: 128_000 } as const;

/**
 * Windows and longest answers as published on 2026-11-24; `Client.models()` tells what holds for a key.
 * https://platform.claude.com/docs/en/about-claude/models/overview
 */
const published: ReadonlyMap<string, Pick<ModelFacts, 'windowTokens' | 'maxOutputTokens'>> = new Map([
  ['claude-fable-5-2', current],
  ['claude-fable-5-1', current],
  ['claude-opus-5-5', current],
  ['claude-opus-5', current],
  ['claude-opus-4-8', current],
  ['claude-opus-4-7', current],
  ['claude-opus-4-6', current],
  ['claude-sonnet-5-5', current],
  ['claude-sonnet-5', current],
  ['claude-sonnet-4-6', current],
  ['claude-haiku-5-5', current],
  ['claude-haiku-4-5', { windowTokens: 200_000, maxOutputTokens: 64_000 }],
]);

/** Newest of each family first. */
export const publishedModelIds: readonly string[] = [...published.keys()];

const publishedPrices = new PriceList();

/** `undefined` for a model nobody has told us about; a dated snapshot is what its id without the date is. */
export function modelFacts(id: string): ModelFacts | undefined {
  const size = published.get(id) ?? published.get(withoutDate(id));
  return size && { ...size, price: publishedPrices.priceOf(id), minCacheableTokens: carefulMinCacheableTokens };
}
