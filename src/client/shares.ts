import { dimensions } from './dimensions';
import type { Amounts, Dimension } from './dimensions';

/** Parts of a minute's limit, by dimension: what a source has had, on one scale for all three. */
export type Shares = Readonly<Record<Dimension, number>>;

export const noShares: Shares = { requests: 0, inputTokens: 0, outputTokens: 0 };

/** The dimension of which a source uses most decides: whoever leaves the others alone takes nobody's turn. */
export function dominantOf(shares: Shares): number {
  return Math.max(shares.requests, shares.inputTokens, shares.outputTokens);
}

/** What `amounts` are of the limits; a limit that is not known counts for nothing. */
export function sharesOf(amounts: Amounts, limitOf: (dimension: Dimension) => number | undefined): Shares {
  const share = (dimension: Dimension) => amounts[dimension] / (limitOf(dimension) ?? Infinity);
  const shares = {
    requests: share('requests'),
    inputTokens: share('inputTokens'),
    outputTokens: share('outputTokens'),
  };
  // With no limit known at all, turns are counted.
  return dimensions.every((dimension) => limitOf(dimension) === undefined)
    ? { ...shares, requests: amounts.requests }
    : shares;
}
