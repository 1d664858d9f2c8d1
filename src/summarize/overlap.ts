import type { Ruler } from './ruler';

/** More characters than this are no single token on average. */
const mostCharactersPerToken = 6;
const shrink = 0.8;

/** The end of what stands before a piece, in whole lines where they fit, as far as the piece has room for it. */
export function overlapBefore(text: string, from: number, to: number, mostTokens: number, ruler: Ruler): string {
  if (from === 0 || mostTokens <= 0) return '';
  const body = text.slice(from, to);
  let characters = Math.min(from, Math.ceil(mostTokens * mostCharactersPerToken));
  for (; characters > 0; characters = Math.floor(characters * shrink)) {
    const overlap = tail(text, from, characters);
    if (ruler.tokensOf(overlap) <= mostTokens && ruler.fits(overlap + body)) return overlap;
  }
  return '';
}

function tail(text: string, end: number, characters: number): string {
  const start = end - characters;
  if (start === 0) return text.slice(0, end);
  const lineEnd = text.indexOf('\n', start - 1);
  if (lineEnd !== -1 && lineEnd + 1 < end) return text.slice(lineEnd + 1, end);
  const code = text.charCodeAt(start);
  return text.slice(code >= 0xdc00 && code <= 0xdfff ? start + 1 : start, end);
}
