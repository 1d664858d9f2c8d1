import { addLineParts } from './lineParts';
import type { Ruler } from './ruler';
import { seamHash } from './seamHash';
import { seamRank } from './seamRank';
import { rankLineStarts } from './seams';
import { linesOf } from './textLines';

/** The smallest parts of a text that pieces are made of: lines, or parts of a line that no piece can hold. */
export interface Atoms {
  readonly starts: number[];
  /** Of the seam at each start. */
  readonly ranks: number[];
  readonly hashes: number[];
  readonly tokens: number[];
}

interface AtomSource {
  readonly name: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly seams: readonly number[];
  /** How often these parts were cut already and proved too large. */
  readonly round: number;
  readonly ruler: Ruler;
}

/** Lines are measured several at once: an estimate of a few words says little, and calls cost. */
const measuredCharacters = 2_048;
/** Not so many that a piece would be made of few… */
const charactersPerToken = 0.25;
/** …nor so few that rounding counts. */
const fewestMeasuredCharacters = 64;
/** One line in so many ends what is measured at once, by its text: an edit shifts no more than the next few lines. */
const hashesPerEnd = 4;
const leastShare = 0.1;
/** Lines so short that several are this part of what is measured at once are one atom: texts of nothing else stay cheap. */
const togetherShare = 1 / 32;

export function atomsOf(source: AtomSource): Atoms {
  const { text, from, to, ruler, round } = source;
  const atoms: Atoms = { starts: [], ranks: [], hashes: [], tokens: [] };
  const lines = linesOf(text, from, to, round === 0);
  if (lines.length === 1) {
    addLineParts(atoms, text, from, to, 0, round, ruler);
    return atoms;
  }
  const ranks = rankLineStarts(source.name, text, lines, to, source.seams);
  const most = Math.max(fewestMeasuredCharacters, Math.min(measuredCharacters, ruler.mostTokens * charactersPerToken));
  let measured = from;
  for (const [index, start] of lines.entries()) {
    const end = lines[index + 1] ?? to;
    const rank = ranks[index] ?? 0;
    // Where it is tried again each line counts.
    const isFree = round === 0 && index > 0 && rank <= seamRank.shallowLineEnd;
    if (isFree && end - (atoms.starts.at(-1) ?? from) <= most * togetherShare && start > measured) continue;
    const hash = seamHash(text, start);
    const isEnd = end - measured > most || (hash % hashesPerEnd === 0 && start - measured > most * leastShare);
    if (start > measured && isEnd) {
      shareTokens(atoms, measured, start, ruler.tokensOf(text.slice(measured, start)));
      measured = start;
    }
    if (end - start > most && !ruler.fits(text.slice(start, end))) {
      addLineParts(atoms, text, start, end, rank, round, ruler);
      measured = end;
    } else {
      atoms.starts.push(start);
      atoms.ranks.push(rank);
      atoms.hashes.push(hash);
    }
  }
  if (measured < to) shareTokens(atoms, measured, to, ruler.tokensOf(text.slice(measured, to)));
  return atoms;
}

/** The lines that were measured together have each their share by length. */
function shareTokens({ starts, tokens }: Atoms, from: number, to: number, measured: number): void {
  const perCharacter = measured / (to - from);
  while (tokens.length < starts.length) {
    const index = tokens.length;
    tokens.push(((starts[index + 1] ?? to) - (starts[index] ?? from)) * perCharacter);
  }
}
