import type { MarkedToken, Tokens } from 'marked';
import { ownTokens, plainText } from './lex';

/**
 * Which of the tokens at the front can no longer be changed by text that is still to come.
 *
 * A block is settled when it ends by itself (a heading's line, a closed fence, a paragraph before a blank line), or when
 * the first line of a later block is complete: an incomplete one can still turn out to belong to the block before it
 * (`-` may become a list, a heading's underline, or a word).
 */
export function countSettled(tokens: readonly MarkedToken[], source: string): number {
  let settled = 0;
  let start = 0;
  for (const [index, token] of tokens.entries()) {
    const end = start + token.raw.length;
    // The next start is counted from here; were this not the source, everything after it would be cut wrongly.
    if (source.slice(start, end) !== token.raw) break;
    if (hasBegun(token, source, start)) settled = index;
    if (endsByItself(token, tokens[index + 1], source.slice(Math.max(end - 1, 0), end + 1))) settled = index + 1;
    start = end;
  }
  return settled;
}

/** Whether what makes a block one of its own is complete: its first line, and for a table the line of dashes too. */
function hasBegun(token: MarkedToken, source: string, start: number): boolean {
  // A heading counts when it has ended: a single `-` under a line makes one, too.
  if (token.type === 'space' || token.type === 'heading') return false;
  const firstBreak = source.indexOf('\n', start);
  return firstBreak !== -1 && (token.type !== 'table' || source.includes('\n', firstBreak + 1));
}

function endsByItself(token: MarkedToken, next: MarkedToken | undefined, around: string): boolean {
  switch (token.type) {
    case 'heading':
    case 'hr':
      return around.includes('\n');
    case 'code':
      return token.codeBlockStyle !== 'indented' && !isOpenFence(token) && around.includes('\n');
    case 'paragraph':
    case 'table':
    case 'def':
      return next?.type === 'space' && /\n[ \t]*\n/.test(next.raw);
    default:
      return false;
  }
}

const fenceOpening = /^ {0,3}(`{3,}|~{3,})/;

/** A line that closes the fence this block opens with; `undefined` when the block is not fenced. */
export function closingFence(raw: string): RegExp | undefined {
  const marker = fenceOpening.exec(raw)?.[1];
  return marker === undefined ? undefined : new RegExp(`^ {0,3}${marker}[\`~]* *$`);
}

export function isOpenFence(token: Tokens.Code): boolean {
  const closing = closingFence(token.raw);
  if (closing === undefined) return false;
  const lines = token.raw.replace(/\n$/, '').split('\n');
  const last = lines.at(-1);
  return lines.length < 2 || last === undefined || !closing.test(last);
}

/**
 * The token with `text` put, unparsed, where text that goes on would land; `undefined` where that is nowhere, such as
 * in a table.
 */
export function withAppended(token: MarkedToken, text: string): MarkedToken | undefined {
  switch (token.type) {
    case 'paragraph':
    case 'heading':
      return { ...token, tokens: [...token.tokens, plainText(text)] };
    case 'text':
      return token.tokens && { ...token, tokens: [...token.tokens, plainText(text)] };
    case 'blockquote': {
      const tokens = withLastAppended(token.tokens, text);
      return tokens && { ...token, tokens };
    }
    case 'list': {
      const item = token.items.at(-1);
      const tokens = item && withLastAppended(item.tokens, text);
      return tokens && { ...token, items: [...token.items.slice(0, -1), { ...item, tokens }] };
    }
    default:
      return undefined;
  }
}

function withLastAppended(tokens: Tokens.Generic['tokens'], text: string): MarkedToken[] | undefined {
  const own = ownTokens(tokens ?? []);
  const last = own.at(-1);
  const appended = last && withAppended(last, text);
  return appended && [...own.slice(0, -1), appended];
}
