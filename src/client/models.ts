import { PriceList, withoutDate } from './prices';
import type { ModelPrice } from './types';

/** What is known of a model without asking the API. Tokens. */
export interface ModelFacts {
  /** Input and answer together. */
  readonly windowTokens: number;
  readonly maxOutputTokens: number;
  /** As published; `ClientOptions.prices` may say otherwise. */
  readonly price: ModelPrice | undefined;
  /** A prompt shorter than this is not cached, not even in part. */
  readonly minCacheableTokens: number;
}

const millionTokens = 1_000_000;

function current(minCacheableTokens: number) {
  return { windowTokens: millionTokens, maxOutputTokens: 128_000, minCacheableTokens };
}

/**
 * As published on 2026-11-24; `Client.models()` tells what window and longest answer hold for a key.
 * https://platform.claude.com/docs/en/about-claude/models/overview
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
const published: ReadonlyMap<string, Omit<ModelFacts, 'price'>> = new Map([
  ['claude-fable-5-2', current(512)],
  ['claude-fable-5-1', current(512)],
  ['claude-opus-5-5', current(1_024)],
  ['claude-opus-5', current(1_024)],
  ['claude-opus-4-8', current(4_096)],
  ['claude-opus-4-7', current(4_096)],
  ['claude-opus-4-6', current(4_096)],
  ['claude-sonnet-5-5', current(1_024)],
  ['claude-sonnet-5', current(1_024)],
  ['claude-sonnet-4-6', current(1_024)],
  ['claude-haiku-5-5', current(2_048)],
  ['claude-haiku-4-5', { windowTokens: 200_000, maxOutputTokens: 64_000, minCacheableTokens: 4_096 }],
]);

/** Newest of each family first. */
export const publishedModelIds: readonly string[] = [...published.keys()];

const publishedPrices = new PriceList();

/** `undefined` for a model nobody has told us about; a dated snapshot is what its id without the date is. */
export function modelFacts(id: string): ModelFacts | undefined {
  const size = published.get(id) ?? published.get(withoutDate(id));
  return size && { ...size, price: publishedPrices.priceOf(id) };
}
