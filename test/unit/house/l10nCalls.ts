export interface L10nCall {
  /** From 1. */
  readonly line: number;
  /** The English text, which is the key of its translation; `undefined` when it is not written out in the call. */
  readonly text: string | undefined;
}

/**
 * Every call of `l10n.t` in a source text, and every other use of it, which counts as a call without a text. What stands
 * in a comment counts too: to be told of one too many is better than to miss one behind a quote that was misread.
 */
export function findL10nCalls(source: string): readonly L10nCall[] {
  return [...source.matchAll(/\bl10n\s*(?:\?\.|\.)\s*t\b(\s*\()?/g)].map(({ 0: found, 1: parenthesis, index }) => ({
    line: source.slice(0, index).split('\n').length,
    text: parenthesis === undefined ? undefined : readLiterals(source, index + found.length),
  }));
}

/** Whether `l10n.t` goes by another name in this source text, past what `findL10nCalls` looks for. */
export function hidesL10nCalls(source: string): boolean {
  const clauses = [...source.matchAll(/\b(?:import|export)\s+([^;'"]*?)\s+from\s+['"]@vscode\/l10n['"]/g)];
  const isRenamed = clauses.some(([, clause]) => clause !== '* as l10n');
  return isRenamed || /\bimport\(\s*['"]@vscode\/l10n|=\s*(?:vscode\s*\.\s*)?l10n\s*[;,)\n]|\bl10n\s*\[/.test(source);
}

/** The argument that starts here, when it is string literals alone, joined by `+` when there are several. */
function readLiterals(source: string, start: number): string | undefined {
  const read = (position: number, before: string): string | undefined => {
    const literal = literalAt(source, skipSpace(source, position));
    if (!literal) return undefined;
    const text = before + literal.text;
    const next = skipSpace(source, literal.end);
    if (source[next] === '+') return read(next + 1, text);
    return source[next] === ',' || source[next] === ')' ? text : undefined;
  };
  return read(start, '');
}

/** In single quotes, double quotes, or backticks without `${`. */
const literalPattern = /'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"|`(?:[^`\\$]|\\[^]|\$(?!\{))*`/y;

function literalAt(source: string, start: number): { readonly text: string; readonly end: number } | undefined {
  literalPattern.lastIndex = start;
  const found = literalPattern.exec(source)?.[0];
  return found === undefined ? undefined : { text: unescape(found.slice(1, -1)), end: start + found.length };
}

const spacePattern = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;

function skipSpace(source: string, start: number): number {
  spacePattern.lastIndex = start;
  return start + (spacePattern.exec(source)?.[0].length ?? 0);
}

const escapePattern = /\\(?:u\{([\da-fA-F]+)\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|[^]))/g;

/** The escapes that do not stand for their own letter; one at the end of a line stands for nothing. */
const escaped: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
  '\r\n': '',
};

function unescape(body: string): string {
  return body.replaceAll(
    escapePattern,
    (_all: string, point?: string, unit?: string, byte?: string, char: string = '') => {
      const code = point ?? unit ?? byte;
      return code === undefined ? (escaped[char] ?? char) : String.fromCodePoint(Number.parseInt(code, 16));
    },
  );
}
