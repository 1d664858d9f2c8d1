import type { ContentBlock, Message } from '../../client/types';
import { toBlocks } from './exchanges';

/** A block of a request by its place. */
export interface Place {
  /** In the list of messages; -1 is the system prompt. */
  readonly message: number;
  readonly block: number;
}

/** A place that may get a breakpoint, and the tokens of all up to and including it. */
export interface MarkPlace extends Place {
  readonly prefixTokens: number;
}

interface Prompt {
  readonly system: readonly ContentBlock[] | undefined;
  readonly messages: readonly Message[];
}

/**
 * Sets breakpoints of the prompt cache at these places, except where the prefix is too short to be cached: the API would
 * ignore them, at most four of them count.
 */
export function markPrompt(
  { system, messages }: Prompt,
  places: readonly MarkPlace[],
  minCacheableTokens: number,
): Prompt & { readonly breakpoints: number } {
  const marked = places.filter(({ prefixTokens }) => prefixTokens >= minCacheableTokens);
  return {
    system: system && markBlocks(system, -1, marked),
    messages: messages.map((message, index) => ({
      role: message.role,
      content: markBlocks(toBlocks(message), index, marked),
    })),
    breakpoints: marked.length,
  };
}

function markBlocks(
  blocks: readonly ContentBlock[],
  message: number,
  marked: readonly Place[],
): readonly ContentBlock[] {
  return blocks.map((block, index) =>
    marked.some((place) => place.message === message && place.block === index)
      ? { ...block, cache_control: { type: 'ephemeral' } }
      : block,
  );
}
