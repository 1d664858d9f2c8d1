import type { ContentBlock, Message } from '../../client/types';
import type { Digest } from '../turn';
import { markPrompt, type MarkPlace, type Place } from './cacheMarks';
import { afterDigest, findDigest } from './digest';
import { tokensOf, toExchanges, type Exchange, type SentTurn } from './exchanges';
import { excerptBudget, findExcerpts, type Excerpts } from './excerpts';
import { findFirstKept } from './kept';
import { inputLimit, type History } from './policy';
import type { TurnIndex } from './turnIndex';
import { digestText } from './wording';

/** For a model that nobody knows. Should it take more, the marks on less are ignored and cost nothing. */
const usualMinCacheableTokens = 1_024;

interface ComposeInput extends History {
  /** What a prefix must have at least to be cached. */
  readonly minCacheableTokens?: number | undefined;
  /** Of this conversation, kept from question to question: without it `retrieval` reads the whole path each time. */
  readonly index?: TurnIndex | undefined;
}

export interface Composed {
  readonly system: readonly ContentBlock[] | undefined;
  /** With the breakpoints of the prompt cache. */
  readonly messages: readonly Message[];
  /** The turns that are sent as they are, in their order. */
  readonly sentTurnIds: readonly string[];
  /** The older turns of which excerpts are sent, in their order. */
  readonly excerptedTurnIds: readonly string[];
  /** Stands for the turns up to its own. */
  readonly digest: Digest | undefined;
  /** Turns with something to send that are neither sent as they are nor part of the digest. */
  readonly leftOut: number;
  readonly estimatedTokens: number;
  /** At most 4, which is what the API takes. */
  readonly breakpoints: number;
}

/** The parts of a request before the breakpoints are set. */
interface Parts {
  readonly system: readonly ContentBlock[] | undefined;
  readonly digest: Digest | undefined;
  readonly kept: readonly Exchange[];
  readonly excerpts: Excerpts | undefined;
}

/**
 * What is sent for the last question of a path, with the breakpoints of the prompt cache.
 *
 * Never more than the room, as estimated, unless the last question alone is: the oldest exchanges are left out first.
 * Thinking is never sent back.
 */
export function composeRequest(input: ComposeInput): Composed {
  const { path, policy, digests, room, estimate, index, minCacheableTokens = usualMinCacheableTokens } = input;
  const system: readonly ContentBlock[] | undefined = input.system ? [{ type: 'text', text: input.system }] : undefined;
  const limit = inputLimit(room);
  const all = toExchanges(path, estimate);
  const digest = policy.kind === 'summary' ? findDigest(path, all, digests) : undefined;
  const open = afterDigest(all, path, digest);
  const budget = policy.kind === 'retrieval' ? excerptBudget(limit) : 0;
  const fixedTokens = tokensOf(system ?? [], estimate) + (digest ? estimate(digestText(digest.text)) : 0);
  const first = findFirstKept(open, policy, limit - fixedTokens - budget);
  const kept = open.slice(first);
  const older = open.slice(0, first);
  const question = kept.at(-1)?.question.turn;
  const excerpts =
    policy.kind === 'retrieval' && question && older.length > 0
      ? findExcerpts({ path, older, question }, index, estimate, budget)
      : undefined;
  const sent = kept.flatMap(turnsOf);
  return {
    ...assemble({ system, digest, kept, excerpts }, estimate, minCacheableTokens),
    sentTurnIds: sent.map(({ turn }) => turn.id),
    excerptedTurnIds: excerpts?.turnIds ?? [],
    digest,
    leftOut: older.flatMap(turnsOf).length - (excerpts?.turnIds.length ?? 0),
  };
}

/**
 * Breakpoints go to the end of what stays longest (the digest, or the system prompt), to the end of the question before,
 * up to which the last request was cached, and to the end of the last question, for the request after this one.
 */
function assemble(
  { system, digest, kept, excerpts }: Parts,
  estimate: (text: string) => number,
  minCacheableTokens: number,
): Pick<Composed, 'system' | 'messages' | 'estimatedTokens' | 'breakpoints'> {
  const messages: Message[] = [];
  const places: MarkPlace[] = [];
  let tokens = tokensOf(system ?? [], estimate);
  const markHere = (place: Place) => places.push({ ...place, prefixTokens: tokens });
  if (system) markHere({ message: -1, block: system.length - 1 });
  for (const [position, { question, answers }] of kept.entries()) {
    const before: readonly ContentBlock[] =
      digest && position === 0 ? [{ type: 'text', text: digestText(digest.text) }] : [];
    tokens += tokensOf(before, estimate);
    const isLast = position === kept.length - 1;
    const after: readonly ContentBlock[] = isLast && excerpts ? [{ type: 'text', text: excerpts.text }] : [];
    if (before.length > 0) markHere({ message: messages.length, block: 0 });
    tokens += question.tokens;
    if (position >= kept.length - 2) {
      markHere({ message: messages.length, block: before.length + question.blocks.length - 1 });
    }
    messages.push({ role: 'user', content: [...before, ...question.blocks, ...after] });
    tokens += tokensOf(after, estimate);
    for (const answer of answers) {
      messages.push({ role: 'assistant', content: answer.blocks });
      tokens += answer.tokens;
    }
  }
  const marked = markPrompt({ system, messages }, places, minCacheableTokens);
  return { ...marked, estimatedTokens: Math.ceil(tokens) };
}

function turnsOf({ question, answers }: Exchange): readonly SentTurn[] {
  return [question, ...answers];
}
