import type { ContentBlock, Message } from '../../client/types';
import { toMessages } from '../messages';
import type { Turn } from '../turn';

/** Role markers and framing of one message, rounded up. */
const tokensPerMessage = 6;

/** A turn that is sent, as the API takes it. */
export interface SentTurn {
  readonly turn: Turn;
  readonly blocks: readonly ContentBlock[];
  readonly tokens: number;
}

/** A question and what was answered. Whole exchanges come and go, so that nothing ever begins with an answer. */
export interface Exchange {
  readonly question: SentTurn;
  readonly answers: readonly SentTurn[];
  /** The last of its turns that are sent. */
  readonly lastTurnId: string;
  /** Of that turn, on the path. */
  readonly lastIndex: number;
  readonly tokens: number;
}

/** All that can be sent of a path. Questions the API refused and empty answers are in none of the exchanges. */
export function toExchanges(path: readonly Turn[], estimate: (text: string) => number): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  for (const [index, turn] of path.entries()) {
    const message = messageOf(turn, path[index + 1]);
    if (!message) continue;
    const sent = toSent(turn, message, estimate);
    const end = { lastTurnId: turn.id, lastIndex: index };
    const last = exchanges.at(-1);
    if (turn.role === 'user') {
      exchanges.push({ question: sent, answers: [], tokens: sent.tokens, ...end });
    } else if (last) {
      exchanges.splice(-1, 1, { ...last, answers: [...last.answers, sent], tokens: last.tokens + sent.tokens, ...end });
    }
  }
  return exchanges;
}

/** Whether a turn can be sent depends on the one after it: an answer tells that its question was refused. */
export function messageOf(turn: Turn, next: Turn | undefined): Message | undefined {
  const pair = turn.role === 'user' && next?.role === 'assistant' ? [turn, next] : [turn];
  return toMessages(pair).find(({ role }) => role === turn.role);
}

export function tokensOf(blocks: readonly ContentBlock[], estimate: (text: string) => number): number {
  return blocks.reduce((sum, block) => sum + estimate(textOf(block)), 0);
}

/** A string is short for a single block of text. Always blocks: a breakpoint that moves then changes nothing else. */
export function toBlocks({ content }: Message): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

export function textOf(block: ContentBlock): string {
  return typeof block['text'] === 'string' ? block['text'] : JSON.stringify(block);
}

function toSent(turn: Turn, message: Message, estimate: (text: string) => number): SentTurn {
  const blocks = toBlocks(message);
  return { turn, blocks, tokens: tokensPerMessage + tokensOf(blocks, estimate) };
}
