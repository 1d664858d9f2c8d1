import type { Links, MarkedToken, Tokens } from 'marked';
import { lexMarkdown } from './lex';
import type { Lex } from './lex';
import { closingFence, countSettled, isOpenFence, withAppended } from './settle';

/** A top-level block. While `token` is the same object, the block has not changed. */
export interface Block {
  readonly key: number;
  readonly token: MarkedToken;
}

/** Unlexed text may reach one part in this many of the block it goes on, so that a long block costs a fixed multiple. */
const growthDivisor = 8;
/** Below this, a new line is lexed at once for the sake of its look; above it the cost would grow with the square. */
const smallTailCharacters = 1024;
/** How much of a line tells what it is: `- [x] `, `100. `, `###### `, a fence with its language. */
const lineStartCharacters = 8;

interface OpenFence {
  readonly closing: RegExp;
  /** Where in the tail the first line starts that has not been compared with `closing`. */
  readonly scanned: number;
}

/**
 * Markdown that grows, as blocks.
 *
 * Owns: the text so far, and its cut into settled blocks, which are never lexed again, and a tail. The tail is what may
 * still change: the last block, or the last item of a list. Between two lexings new text is shown unparsed at its end;
 * the body of an open fence is not lexed at all until the fence closes. So the characters lexed stay within a small
 * multiple of the text, however it is cut into pieces.
 *
 * A text with link definitions is lexed once more as a whole when it is complete, since links before them may use them.
 * Never throws. A text that does not go on from the last one starts over.
 */
export class MarkdownDocument {
  readonly #lex: Lex;
  #text = '';
  #settled: Block[] = [];
  /** The tail's source as far as lexed, and what came after. */
  #lexed = '';
  #pending = '';
  #live: readonly MarkedToken[] = [];
  /** The settled items of the list whose last item is the tail. */
  #openList: Tokens.List | undefined;
  #fence: OpenFence | undefined;
  /** The definitions that are settled. */
  #links: Links = {};
  #hasDefinitions = false;
  #lexings = 0;
  #blocks: readonly Block[] = [];

  constructor(lex: Lex = lexMarkdown) {
    this.#lex = lex;
  }

  /** @param isComplete nothing is known to follow: everything is lexed. More text may come all the same. */
  update(text: string, isComplete: boolean): readonly Block[] {
    if (!text.startsWith(this.#text)) this.#startOver();
    this.#read(text, isComplete);
    if (isComplete && this.#hasDefinitions && this.#lexings > 1) {
      this.#startOver();
      this.#read(text, isComplete);
    }
    return this.#blocks;
  }

  #startOver(): void {
    this.#text = '';
    this.#settled = [];
    this.#lexed = '';
    this.#pending = '';
    this.#live = [];
    this.#openList = undefined;
    this.#fence = undefined;
    this.#links = {};
    this.#hasDefinitions = false;
    this.#lexings = 0;
    this.#blocks = [];
  }

  #read(text: string, isComplete: boolean): void {
    // A trailing \r may be half of a line break.
    const end = text.endsWith('\r') && !isComplete ? text.length - 1 : text.length;
    const added = text.slice(this.#text.length, end);
    this.#text = text.slice(0, end);
    this.#pending += added.replace(/\r\n?/g, '\n');
    const isExact = this.#pending === '' && (this.#fence === undefined || !isComplete);
    if (isExact) return;

    if (this.#fence !== undefined) this.#readFence(this.#fence, isComplete);
    if (this.#fence === undefined && this.#isWorthLexing(isComplete)) this.#lexTail();
    if (isComplete) this.#fence = undefined;
    this.#blocks = this.#collect();
  }

  #isWorthLexing(isComplete: boolean): boolean {
    if (isComplete || this.#pending.length * growthDivisor >= this.#lexed.length) return true;
    if (this.#lexed.length > smallTailCharacters) return false;
    const lineLength = this.#lexed.length - (this.#lexed.lastIndexOf('\n') + 1);
    return lineLength < lineStartCharacters || this.#pending.includes('\n');
  }

  #lexTail(): void {
    const source = this.#lexed + this.#pending;
    this.#pending = '';
    const { tokens, links } = this.#lex(source, this.#links);
    this.#lexings += 1;
    this.#hasDefinitions ||= Object.keys(links).length > 0;

    const joined = this.#joinOpenList(tokens);
    const settledCount = countSettled(joined, source);
    let tailStart = 0;
    for (const token of joined.slice(0, settledCount)) {
      tailStart += token.raw.length;
      if (token.type === 'def') this.#links = { [token.tag]: token, ...this.#links };
      if (isVisible(token)) this.#settled.push({ key: this.#settled.length, token });
    }
    if (settledCount > 0) this.#openList = undefined;
    this.#live = joined.slice(settledCount);
    this.#lexed = source.slice(tailStart);

    const [first, ...others] = this.#live;
    if (others.some(isVisible)) return;
    if (first?.type === 'list') this.#settleItems(first, tokens[settledCount]);
    if (first?.type === 'code') this.#enterFence(first);
  }

  #joinOpenList(tokens: readonly MarkedToken[]): readonly MarkedToken[] {
    const open = this.#openList;
    const [first, ...others] = tokens;
    if (open === undefined || first?.type !== 'list') return tokens;
    const { ordered, start } = open;
    const joined = {
      ...first,
      ordered,
      start,
      loose: open.loose || first.loose,
      items: [...open.items, ...first.items],
    };
    return [joined, ...others];
  }

  /** @param inTail the part of `list` that the tail holds */
  #settleItems(list: Tokens.List, inTail: MarkedToken | undefined): void {
    if (inTail?.type !== 'list') return;
    const lastStart = inTail.items.slice(0, -1).reduce((sum, item) => sum + item.raw.length, 0);
    // `- -` may yet become a rule, and `1.` a number.
    if (lastStart === 0 || !this.#lexed.includes('\n', lastStart)) return;
    this.#openList = { ...list, items: list.items.slice(0, -1) };
    this.#lexed = this.#lexed.slice(lastStart);
  }

  #enterFence(code: Tokens.Code): void {
    const closing = closingFence(code.raw);
    const firstBreak = this.#lexed.indexOf('\n');
    if (closing === undefined || firstBreak === -1 || !isOpenFence(code)) return;
    this.#fence = { closing, scanned: this.#lexed.lastIndexOf('\n') + 1 };
  }

  #readFence(fence: OpenFence, isComplete: boolean): void {
    const source = this.#lexed + this.#pending;
    this.#pending = '';
    const lines = source.slice(fence.scanned).split('\n');
    const isClosed = lines.slice(0, -1).some((line) => fence.closing.test(line));
    if (isClosed || isComplete) {
      this.#fence = undefined;
      this.#lexed = '';
      this.#pending = source;
      return;
    }
    this.#lexed = source;
    this.#fence = { ...fence, scanned: source.lastIndexOf('\n') + 1 };
    const [code] = this.#live;
    if (code?.type === 'code') this.#live = [{ ...code, text: fencedText(source) }];
  }

  #collect(): readonly Block[] {
    const live = this.#live.filter(isVisible);
    const last = live.at(-1);
    // A later line waits: what kind of block it starts is not known yet.
    const [pendingLine = ''] = this.#pending.split('\n', 1);
    const appended = last && pendingLine !== '' ? withAppended(last, pendingLine) : undefined;
    if (appended) live[live.length - 1] = appended;
    const firstKey = this.#settled.length;
    return [...this.#settled, ...live.map((token, index) => ({ key: firstKey + index, token }))];
  }
}

function isVisible(token: MarkedToken): boolean {
  return token.type !== 'space' && token.type !== 'def';
}

/** The body of an open fence, less a last line that may become the closing fence. */
function fencedText(source: string): string {
  return source.slice(source.indexOf('\n') + 1).replace(/(^|\n) {0,3}(?:`+|~+)$/, '$1');
}
