import type { Atoms } from './atoms';
import type { Ruler } from './ruler';
import { seamHash } from './seamHash';
import { seamRank } from './seamRank';
import { isSpace } from './textLines';

/** So many parts of a line for each token of a piece, that pieces can be filled well. */
const charactersPerToken = 0.25;

/** Cuts a line that no piece can hold into parts far smaller than a piece; each time it is tried again, into smaller ones. */
export function addLineParts(
  atoms: Atoms,
  text: string,
  from: number,
  to: number,
  rank: number,
  round: number,
  ruler: Ruler,
): void {
  const longest = Math.max(1, Math.floor((ruler.mostTokens * charactersPerToken) / 2 ** round));
  let start = from;
  let startRank = rank;
  while (start < to) {
    const end = to - start <= longest ? to : bestEnd(text, start, to, longest);
    atoms.starts.push(start);
    atoms.ranks.push(startRank);
    atoms.hashes.push(seamHash(text, start));
    atoms.tokens.push(ruler.tokensOf(text.slice(start, end)));
    start = end;
    startRank = rankInLine(text, start);
  }
}

/** The best place in the second half of what may be taken; by its text among equals, so that an edit is soon behind. */
function bestEnd(text: string, start: number, to: number, longest: number): number {
  let best = -1;
  let bestWorth = -1;
  for (let end = start + Math.ceil(longest / 2); end <= start + longest; end++) {
    if (isInsideOne(text, end)) continue;
    const worth = rankInLine(text, end) * 0x1_00_00 + nearHash(text, end);
    if (worth > bestWorth) [best, bestWorth] = [end, worth];
  }
  return best === -1 ? Math.min(to, start + longest + 1) : best;
}

/** Between the halves of a surrogate pair, or of a line break. */
function isInsideOne(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  if (before === 13 && after === 10) return true;
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

const sentenceEnds: ReadonlySet<string> = new Set(['.', '!', '?', '。', '！', '？']);

function rankInLine(text: string, at: number): number {
  const before = text.charAt(at - 1);
  if (before === ';' || before === '}') return seamRank.afterSentence;
  if (sentenceEnds.has(before) && before > '\u007f') return seamRank.afterSentence;
  if (isSpace(text.charCodeAt(at - 1))) {
    return sentenceEnds.has(text.charAt(at - 2)) ? seamRank.afterSentence : seamRank.afterSpace;
  }
  return before === ',' || before === '>' ? seamRank.afterComma : seamRank.inWord;
}

const nearCharacters = 6;

function nearHash(text: string, at: number): number {
  let hash = 0;
  for (let index = at - nearCharacters; index < at + nearCharacters; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & 0xffff;
}
