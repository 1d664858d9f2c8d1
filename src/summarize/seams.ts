import { codeSeams } from './codeSeams';
import { diffSeams } from './diffSeams';
import { markdownSeams } from './markdownSeams';
import { seamRank } from './seamRank';

/** `lines` are the offsets at which lines begin, up to `to`; gives the rank of each. */
export function rankLineStarts(
  name: string,
  text: string,
  lines: readonly number[],
  to: number,
  given: readonly number[],
): Uint8Array {
  const ranks = rankByText(name, text, lines, to);
  raiseGiven(ranks, text, lines, to, given);
  return ranks;
}

const markdownNames = /\.(?:md|markdown|mdx|mdown|qmd|rmd|adoc|asciidoc|rst|txt|text)$/i;
const namesWithEnding = /\.[A-Za-z][\w-]{0,15}$/;
const diffNames = /\.(?:diff|patch)$/i;
const diffStarts = /^(?:diff --git |Index: |--- (?:a\/|\/dev\/null))/;

function rankByText(name: string, text: string, lines: readonly number[], to: number): Uint8Array {
  if (diffNames.test(name) || diffStarts.test(text.slice(0, 16))) return diffSeams(text, lines, to);
  // What has no ending is a conversation, a selection, a note: prose more often than not.
  const isProse = markdownNames.test(name) || !namesWithEnding.test(name);
  return isProse ? markdownSeams(text, lines, to) : codeSeams(name, text, lines, to);
}

/** Comments and decorators directly above what begins belong to it; so many lines of them at most. */
const mostLinesAbove = 40;
const lookedAtCharacters = 120;
const belongsBelow = /^[ \t]*(?:\/\/|\/?\*|#|--|;|@|"""|'''|<!--)/;

function raiseGiven(
  ranks: Uint8Array,
  text: string,
  lines: readonly number[],
  to: number,
  given: readonly number[],
): void {
  for (const offset of given) {
    if (!(offset > (lines[0] ?? 0) && offset < to)) continue;
    const line = lineAt(lines, offset);
    const own = ranks[line] ?? 0;
    if (own >= seamRank.heading) {
      if (line > 0 && own < seamRank.given) ranks[line] = own - seamRank.heading + seamRank.given + 2;
      continue;
    }
    const isIndented = /^[ \t]/.test(text.charAt(lines[line] ?? 0));
    const first = firstAbove(text, lines, line);
    if (first > 0) ranks[first] = Math.max(ranks[first] ?? 0, seamRank.given + (isIndented ? 0 : 1));
  }
}

/** The first of the comments and decorators that stand directly above a line, or the line itself. */
function firstAbove(text: string, lines: readonly number[], line: number): number {
  let first = line;
  while (first > 0 && line - first < mostLinesAbove) {
    const start = lines[first - 1] ?? 0;
    if (!belongsBelow.test(text.slice(start, Math.min(start + lookedAtCharacters, lines[first] ?? start)))) break;
    first--;
  }
  return first;
}

/** The last line that begins at or before an offset. */
function lineAt(lines: readonly number[], offset: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
