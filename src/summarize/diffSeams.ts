import { headingRank, seamRank } from './seamRank';

const startCharacters = 12;

/** A diff is cut between files, then between hunks, then where lines that were not changed begin. */
export function diffSeams(text: string, lines: readonly number[], to: number): Uint8Array {
  const ranks = new Uint8Array(lines.length);
  let before = '';
  for (const [index, start] of lines.entries()) {
    const line = text.slice(start, Math.min(start + startCharacters, lines[index + 1] ?? to));
    ranks[index] = rankOf(line, before);
    before = line;
  }
  return ranks;
}

function rankOf(line: string, before: string): number {
  if (line.startsWith('diff --git ') || line.startsWith('Index: ')) return headingRank(1);
  if (line.startsWith('commit ')) return headingRank(1);
  if (line.startsWith('@@ ')) return before.startsWith('+++ ') ? seamRank.boundLine : headingRank(3);
  if (line.startsWith('--- ') || line.startsWith('+++ ')) return seamRank.boundLine;
  if (line.startsWith(' ') && !before.startsWith(' ')) return seamRank.blankLine;
  return seamRank.lineEnd;
}
