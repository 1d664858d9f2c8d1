import type { Atoms } from './atoms';

/** Seams are put in order as numbers, which sorts fast: rank, then hash, then index, in 52 bits together. */
const indexRange = 2 ** 31;
const hashRange = 2 ** 16;

/**
 * Joins neighbours across the worst seam first, then the next, as long as they are not too much together: what is left in
 * the end are the best seams, and no two neighbours that would fit in one piece. Among seams of one rank the texts beside them decide
 * (their hash), not where they stand: so an edit is felt near it only. Gives the atoms that pieces begin with.
 */
export function mergeAtoms({ ranks, hashes, tokens }: Atoms, mostTokens: number): number[] {
  const totals = totalsOf(tokens);
  // At the first atom of a piece stands its last one, and at the last its first.
  const otherEnd = Uint32Array.from(tokens, (_, index) => index);
  const isJoined = new Uint8Array(tokens.length);
  for (const key of inOrder(ranks, hashes)) {
    const index = key % indexRange;
    const first = otherEnd[index - 1] ?? 0;
    const last = otherEnd[index] ?? 0;
    if ((totals[last + 1] ?? 0) - (totals[first] ?? 0) > mostTokens) continue;
    otherEnd[first] = last;
    otherEnd[last] = first;
    isJoined[index] = 1;
  }
  const begins: number[] = [];
  for (let index = 0; index < isJoined.length; index++) if (isJoined[index] === 0) begins.push(index);
  return begins;
}

function inOrder(ranks: readonly number[], hashes: readonly number[]): Float64Array {
  const keys = new Float64Array(Math.max(0, ranks.length - 1));
  for (let index = 1; index < ranks.length; index++) {
    keys[index - 1] = ((ranks[index] ?? 0) * hashRange + (hashes[index] ?? 0)) * indexRange + index;
  }
  return keys.sort();
}

function totalsOf(tokens: readonly number[]): Float64Array {
  const totals = new Float64Array(tokens.length + 1);
  let total = 0;
  for (const [index, count] of tokens.entries()) {
    total += count;
    totals[index + 1] = total;
  }
  return totals;
}
