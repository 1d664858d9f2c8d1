type CharKind = 'letter' | 'digit' | 'symbol' | 'space' | 'newline';

/** Runs of one kind make tokens of this many characters: close enough to real tokenizers in the number of tokens. */
const charsPerToken: Readonly<Record<CharKind, number>> = { letter: 7, digit: 3, symbol: 2, space: 8, newline: 4 };

function kindOf(code: number): CharKind {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code >= 128) return 'letter';
  if (code === 32 || code === 9) return 'space';
  if (code === 10 || code === 13) return 'newline';
  return code >= 48 && code <= 57 ? 'digit' : 'symbol';
}

/** Calls back with the start and end of every token; together they are the whole text. */
function eachToken(text: string, onToken: (start: number, end: number) => void): void {
  let start = 0;
  while (start < text.length) {
    let end = start;
    // One blank belongs to the word after it.
    if (text.charCodeAt(start) === 32 && start + 1 < text.length && kindOf(text.charCodeAt(start + 1)) !== 'space')
      end++;
    const kind = kindOf(text.charCodeAt(end));
    const longest = Math.min(end + charsPerToken[kind], text.length);
    do end++;
    while (end < longest && kindOf(text.charCodeAt(end)) === kind);
    // Never between the halves of a surrogate pair: each piece is encoded to UTF-8 on its own.
    if (end < text.length && isLowSurrogate(text.charCodeAt(end))) end++;
    onToken(start, end);
    start = end;
  }
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

export function countTokens(text: string): number {
  let count = 0;
  eachToken(text, () => count++);
  return count;
}

export function splitTokens(text: string): readonly string[] {
  const tokens: string[] = [];
  eachToken(text, (start, end) => tokens.push(text.slice(start, end)));
  return tokens;
}

const charactersPerTokenAtAdmission = 4;

/** What the API charges before it has looked closely: by length alone, corrected once the request runs. */
export function estimateTokens(characters: number, tokenFactor: number): number {
  return Math.ceil((characters / charactersPerTokenAtAdmission) * tokenFactor);
}

/** How far a counted prompt may be from what is charged for it. */
const countSpread = 0.02;

/** What `count_tokens` says: close to the truth, and off by a share that depends on the number alone. */
export function estimateCount(inputTokens: number): number {
  const offset = ((inputTokens * 7) % 11) / 5 - 1;
  return Math.max(Math.round(inputTokens * (1 + countSpread * offset)), 1);
}

/** FNV-1a, 32 bits: spreads texts evenly and is the same on every machine. */
export function hashText(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
