import { mapAmounts, noAmounts } from './dimensions';
import type { Amounts, Dimension } from './dimensions';

/** Parts of a minute's limit, by dimension: what a source has had, on one scale for all three. */
export type Shares = Amounts;

export const noShares: Shares = noAmounts;

/** Where a limit is not known, a common one stands for it: sources need a scale, not the truth. */
const usualLimits: Amounts = { requests: 1_000, inputTokens: 500_000, outputTokens: 100_000 };

/** The dimension of which a source uses most decides: whoever leaves the others alone takes nobody's turn. */
export function dominantOf({ requests, inputTokens, outputTokens }: Shares): number {
  return Math.max(requests, inputTokens, outputTokens);
}

/** What `amounts` are of the limits. */
export function sharesOf(amounts: Amounts, limitOf: (dimension: Dimension) => number | undefined): Shares {
  return mapAmounts((dimension) => amounts[dimension] / (limitOf(dimension) ?? usualLimits[dimension]));
}

export function addShares(one: Shares, other: Shares): Shares {
  return mapAmounts((dimension) => one[dimension] + other[dimension]);
}

export function subtractShares(one: Shares, other: Shares): Shares {
  return mapAmounts((dimension) => one[dimension] - other[dimension]);
}
