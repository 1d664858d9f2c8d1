import { dialectOf, placeholderOf, type Dialect } from './leakDialects';
import type { Leak } from './leaks';
import { isValueOfVariable } from './ownVariable';

/** What is written over the text from `start` to `end`. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Span = Pick<Leak, 'start' | 'end'>;

/** The string around a key. */
interface Literal {
  /** One character, or three of the same. */
  readonly quote: string;
  /** Of the opening quote. */
  readonly start: number;
  /** Behind the closing quote. */
  readonly end: number;
}

/** So far is looked for what stands beside a string. */
const nearbyCharacters = 200;

/**
 * What a key gives way to: an expression that reads the environment where the language is known, quotes included where the
 * key was the whole string, else a placeholder. It reads one line only and is no parser: what it takes for a string may be
 * a comment. The key is gone in any case, and nothing but its own string is touched. Where it was the value of that very
 * variable nothing takes its place: a reference would refer to itself.
 */
export function replacementFor(languageId: string, fileName: string, text: string, leak: Leak): Replacement {
  if (isValueOfVariable(languageId, fileName, lineBefore(text, leak.start), lineAfter(text, leak.end)))
    return { ...spanOf(leak), text: '' };
  const dialect = dialectOf(languageId);
  if (dialect === undefined) return { ...spanOf(leak), text: valueFor(languageId, fileName, text, leak) };
  const literal = findLiteral(text, leak, dialect);
  if (literal === undefined) return { ...spanOf(leak), text: dialect.bare ?? placeholderOf(languageId, fileName) };
  const isAttribute = isInMarkup(languageId) && /[\w-]=$/.test(text.slice(0, literal.start).slice(-2));
  const whole = replaceWhole(text, leak, literal, dialect);
  if (isAttribute) {
    // An attribute takes an expression in braces, and only in place of all of its value.
    const isReact = languageId.endsWith('react');
    return whole && isReact
      ? { ...whole, text: `{${dialect.expression}}` }
      : { ...spanOf(leak), text: placeholderOf(languageId, fileName) };
  }
  return whole ?? { ...spanOf(leak), text: textInside(text, literal, dialect) ?? placeholderOf(languageId, fileName) };
}

/** The line that the replacement needs at the top, and where it goes; Python knows `os` only once it is imported. */
export function importFor(languageId: string, text: string): Replacement | undefined {
  if (languageId !== 'python' || /^[ \t]*import\s+(?:[\w.]+\s*,\s*)*os(?:\.\w+)*\s*(?:[,;#]|$)/m.test(text))
    return undefined;
  const first = /^(?:import\s+[\w.]+|from\s+(?!__future__)[\w.]+\s+import\b)/m.exec(text);
  // Without any import, what stands at the top may have to stay there: a docstring, a declaration of the encoding.
  const start = first?.index ?? (/^\s*(?:#|from\s|[a-zA-Z]?["'])/.test(text) ? undefined : 0);
  return start === undefined
    ? undefined
    : { start, end: start, text: text.includes('\r\n') ? 'import os\r\n' : 'import os\n' };
}

function spanOf({ start, end }: Leak): Span {
  return { start, end };
}

function isInMarkup(languageId: string): boolean {
  return languageId.endsWith('react') || languageId === 'vue' || languageId === 'svelte';
}

function valueFor(languageId: string, fileName: string, text: string, { start, end }: Leak): string {
  const value = placeholderOf(languageId, fileName);
  // In YAML's `{…}` and `[…]` a brace ends a value that has no quotes.
  const isInFlow = /[[{,:]\s*$/.test(lineBefore(text, start)) && /^\s*[,}\]]/.test(lineAfter(text, end));
  return languageId.includes('yaml') && isInFlow ? `"${value}"` : value;
}

/** The string on the key's line that is still open at the key, and is closed behind it. */
function findLiteral(text: string, leak: Leak, { quotes, rawQuotes = '' }: Dialect): Literal | undefined {
  let open: Pick<Literal, 'quote' | 'start'> | undefined;
  for (let at = leak.start - lineBefore(text, leak.start).length; at < leak.start; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && !(open && rawQuotes.includes(open.quote))) {
      at += 1;
    } else if (open !== undefined) {
      if (text.startsWith(open.quote, at)) {
        at += open.quote.length - 1;
        open = undefined;
      }
    } else if (quotes.includes(character)) {
      const triple = character.repeat(3);
      const quote = text.startsWith(triple, at) ? triple : character;
      open = { quote, start: at };
      at += quote.length - 1;
    }
  }
  if (open === undefined) return undefined;
  const close = lineAfter(text, leak.end).indexOf(open.quote);
  return close === -1 ? undefined : { ...open, end: leak.end + close + open.quote.length };
}

/** When there is nothing but the key in the string. */
function replaceWhole(text: string, leak: Leak, literal: Literal, dialect: Dialect): Replacement | undefined {
  const { quote, end } = literal;
  if (literal.start + quote.length !== leak.start || end !== leak.end + quote.length) return undefined;
  const start = literal.start - prefixOf(text, literal, dialect).length;
  const before = text.charAt(start - 1);
  // A tag before a template, or a kind of string we do not know.
  if (/[#$]/.test(before) || (quote === '`' && /[\w)\]]/.test(before))) return undefined;
  const span = { start, end };
  if (!isPlain(text, span, dialect)) return undefined;
  const [left, right] = dialect.touching === 'word' ? [before, text.charAt(end)] : ['', ''];
  return { start, end, text: `${/\w/.test(left) ? ' ' : ''}${dialect.expression}${/\w/.test(right) ? ' ' : ''}` };
}

function textInside(text: string, literal: Literal, dialect: Dialect): string | undefined {
  const { quote, end } = literal;
  const { join, expression, inside } = dialect;
  const written = inside?.[quote.charAt(0)];
  if (written !== undefined) return written;
  const prefix = prefixOf(text, literal, dialect);
  const span = { start: literal.start - prefix.length, end };
  if (join === undefined || !isPlain(text, span, dialect)) return undefined;
  // What follows would take hold of the last part alone, and what stands before of the first.
  const following = text.slice(end, end + nearbyCharacters).trimStart();
  if (/^(?:\?\.|[.[%*^]|->)/.test(following) && !following.startsWith(join)) return undefined;
  if (/[%*]\s*$/.test(lineBefore(text, span.start).slice(-nearbyCharacters))) return undefined;
  return `${quote} ${join} ${expression} ${join} ${prefix}${quote}`;
}

function prefixOf(text: string, { start }: Literal, { prefix }: Dialect): string {
  return prefix?.exec(text.slice(Math.max(0, start - 3), start))?.[0] ?? '';
}

/** Whether an expression can stand for the string. */
function isPlain(text: string, span: Span, dialect: Dialect): boolean {
  return !isOtherKind(text, span, dialect) && !isName(text, span, dialect) && !hasNeighbour(text, span, dialect);
}

/** Letters at its quotes, such as the `b` of bytes or the `s` of an interpolation, that change what the string is. */
function isOtherKind(text: string, { start, end }: Span, { touching }: Dialect): boolean {
  if (touching === 'value') return false;
  const [before = ''] = /\w*$/.exec(text.slice(Math.max(0, start - 3), start)) ?? [];
  if (touching === 'word') return before.length === 1 || before.length === 2;
  return before !== '' || /\w/.test(text.charAt(end));
}

/** Where JavaScript takes no expression: as the name of a module, or of a property. */
function isName(text: string, { start, end }: Span, { inside }: Dialect): boolean {
  if (inside?.['`'] === undefined) return false;
  const before = lineBefore(text, start).slice(-nearbyCharacters);
  return /\b(?:from|import)\s*$/.test(before) || (/(?:^|[{,])\s*$/.test(before) && /^\s*:/.test(lineAfter(text, end)));
}

/** Another string before or behind it, over the ends of lines as well, with which it is one. */
function hasNeighbour(text: string, { start, end }: Span, { hasAdjacent, quotes }: Dialect): boolean {
  if (!hasAdjacent) return false;
  const before = text.slice(Math.max(0, start - nearbyCharacters), start).replace(/[\s\\]+$/, '');
  const following = text.slice(end, end + nearbyCharacters).replace(/^[\s\\]*(?:u8|[a-zA-Z]{0,2})(?=["'])/, '');
  return [before.slice(-1), following.slice(0, 1)].some((quote) => quote !== '' && quotes.includes(quote));
}

function lineBefore(text: string, at: number): string {
  return text.slice(at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1, at);
}

function lineAfter(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(at, end === -1 ? text.length : end);
}
