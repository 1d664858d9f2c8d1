import { countTokens as countByPairs } from 'gpt-tokenizer/encoding/o200k_base';
import { countTokens as countByKinds } from '../../simulator/tokens';

/** What an API adds to a message beyond its text. */
const tokensPerMessage = 3;

/** None of them is ours, nor was any weight of our estimate fitted to one of them. */
export const tokenizers = {
  /** Byte pairs with a vocabulary of 200,000: as real models count. */
  o200k: (text: string) => countByPairs(text, { disallowedSpecial: new Set() }) + tokensPerMessage,
  simulator: (text: string) => countByKinds(text) + tokensPerMessage,
} as const satisfies Readonly<Record<string, (text: string) => number>>;
