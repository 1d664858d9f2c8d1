import { dialectOf, placeholderOf, type Dialect } from './leakDialects';
import type { Leak } from './leaks';

/** What is written over the text from `start` to `end`. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The string around a key. */
interface Literal {
  /** One character, or three of the same. */
  readonly quote: string;
  /** Of the opening quote. */
  readonly start: number;
}

/**
 * What a key gives way to: an expression that reads the environment where the language is known, quotes included where the
 * key was the whole string, else a placeholder. It reads one line only and is no parser: what it takes for a string may be
 * a comment. The key is gone in any case, and nothing but its own string is touched.
 */
export function replacementFor(languageId: string, fileName: string, text: string, leak: Leak): Replacement {
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

function spanOf({ start, end }: Leak): { readonly start: number; readonly end: number } {
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
  let open: Literal | undefined;
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
  return open && lineAfter(text, leak.end).includes(open.quote) ? open : undefined;
}

/** When there is nothing but the key in the string. */
function replaceWhole(text: string, leak: Leak, literal: Literal, dialect: Dialect): Replacement | undefined {
  const { quote } = literal;
  if (literal.start + quote.length !== leak.start || !text.startsWith(quote, leak.end)) return undefined;
  const prefix = prefixOf(text, literal, dialect);
  const start = literal.start - prefix.length;
  const end = leak.end + quote.length;
  const before = text.charAt(start - 1);
  // A tag before a template, a kind of string we do not know, or a word that was glued to the quote, as in `return"…"`.
  if (/[#$]/.test(before) || (quote === '`' && /[\w)\]]/.test(before)) || isOtherKind(text, start, dialect))
    return undefined;
  const isGlued = /\w/.test(before) && dialect.join !== undefined;
  return { start, end, text: `${isGlued ? ' ' : ''}${dialect.expression}${/\w/.test(text.charAt(end)) ? ' ' : ''}` };
}

function textInside(text: string, literal: Literal, dialect: Dialect): string | undefined {
  const { quote } = literal;
  const written = dialect.inside?.[quote.charAt(0)];
  if (written !== undefined) return written;
  const prefix = prefixOf(text, literal, dialect);
  if (dialect.join === undefined || isOtherKind(text, literal.start - prefix.length, dialect)) return undefined;
  return `${quote} ${dialect.join} ${dialect.expression} ${dialect.join} ${prefix}${quote}`;
}

function prefixOf(text: string, { start }: Literal, { prefix }: Dialect): string {
  return prefix?.exec(text.slice(Math.max(0, start - 3), start))?.[0] ?? '';
}

/** One or two letters before the quote, such as the `b` of bytes, that are not among those that change nothing. */
function isOtherKind(text: string, start: number, { prefix }: Dialect): boolean {
  return prefix !== undefined && /(?<!\w)[a-zA-Z]{1,2}$/.test(text.slice(Math.max(0, start - 3), start));
}

function lineBefore(text: string, at: number): string {
  return text.slice(at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1, at);
}

function lineAfter(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(at, end === -1 ? text.length : end);
}
