import { atomsOf } from './atoms';
import { mergeAtoms } from './mergeAtoms';
import { overlapBefore } from './overlap';
import { Ruler } from './ruler';
import { seamRank } from './seamRank';

export interface SplitOptions {
  readonly mostTokens: number;
  readonly model: string;
  /** Offsets at which something begins, as far as they are known: a document's symbols. */
  readonly seams?: readonly number[];
  /** Tokens of the piece before that are repeated, where a piece begins in the middle of something. Default 0 */
  readonly overlapTokens?: number;
}

export interface TextPiece {
  readonly text: string;
  /** Offsets into the text, without the overlap. */
  readonly from: number;
  readonly to: number;
}

/** A piece's tokens are not exactly the sum of those of its parts: planned a little below the bound, few are cut twice. */
const plannedShare = 0.97;

/** Of a piece at most this share repeats the one before it, whatever is asked for. */
const mostOverlapShare = 0.25;

/** Each time a piece proves too large, its parts are made for so much less. */
const againShare = 0.8;

/** From this rank on a piece begins with something of its own, and needs nothing of what was before. */
const freshRank = seamRank.topBlank;

interface Cut {
  readonly from: number;
  readonly to: number;
  /** Of the seam at `from`. */
  readonly rank: number;
}

/**
 * Cuts a text where it is best cut: pieces of at most `mostTokens`, overlap included, that put together (without it) are
 * the text again. No line is cut that would fit in a piece, and no code point ever. Where a cut falls depends on what
 * is near it only: after an edit, the pieces behind it are soon the same as before.
 */
export function splitText(name: string, text: string, options: SplitOptions): readonly TextPiece[] {
  if (text === '') return [];
  const overlapTokens = Math.min(options.overlapTokens ?? 0, options.mostTokens * mostOverlapShare);
  const ruler = new Ruler(options.model, options.mostTokens);
  const splitter = new Splitter(name, text, ruler, options.seams ?? []);
  const cuts = splitter.cut((ruler.mostTokens - ruler.frameTokens - overlapTokens) * plannedShare);
  return cuts.map(({ from, to, rank }) => {
    const overlap = rank < freshRank ? overlapBefore(text, from, to, overlapTokens, ruler) : '';
    return { text: overlap + text.slice(from, to), from, to };
  });
}

class Splitter {
  readonly #name: string;
  readonly #text: string;
  readonly #ruler: Ruler;
  readonly #seams: readonly number[];
  readonly #cuts: Cut[] = [];

  constructor(name: string, text: string, ruler: Ruler, seams: readonly number[]) {
    this.#name = name;
    this.#text = text;
    this.#ruler = ruler;
    this.#seams = seams;
  }

  cut(plannedTokens: number): readonly Cut[] {
    this.#cut({ from: 0, to: this.#text.length, rank: Infinity }, plannedTokens, 0);
    return this.#cuts;
  }

  #cut(range: Cut, plannedTokens: number, round: number): void {
    const { from, to } = range;
    if (this.#ruler.fits(this.#text.slice(from, to)) || this.#isOne(from, to)) {
      this.#cuts.push(range);
      return;
    }
    const atoms = atomsOf({
      name: this.#name,
      text: this.#text,
      from,
      to,
      seams: this.#seams,
      round,
      ruler: this.#ruler,
    });
    const begins = mergeAtoms(atoms, plannedTokens);
    for (const [index, atom] of begins.entries()) {
      const start = atoms.starts[atom] ?? from;
      const next = begins[index + 1];
      const end = next === undefined ? to : (atoms.starts[next] ?? to);
      const rank = index === 0 ? range.rank : (atoms.ranks[atom] ?? 0);
      this.#cut({ from: start, to: end, rank }, plannedTokens * againShare, round + 1);
    }
  }

  /** The two characters of a line's end stay together as well. */
  #isOne(from: number, to: number): boolean {
    if (to - from === 1) return true;
    if (to - from > 2) return false;
    return (this.#text.codePointAt(from) ?? 0) > 0xffff || this.#text.slice(from, to) === '\r\n';
  }
}
