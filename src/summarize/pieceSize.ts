import { measureTextExactly } from '../client/content';
import { modelFacts } from '../client/models';
import { TokenEstimator } from '../client/tokens';

/** Never calibrated: what is asked must not depend on what was learnt meanwhile. */
const estimator = new TokenEstimator();

/** A piece is at most this part of the input limit: several fit a minute, and a chat finds room between them. */
const shareOfLimit = 0.4;

/** The other half of a window is for the answer, and for what is wrong with an estimate. */
const shareOfWindow = 0.5;

/** Before any answer has told the limit, a piece small enough for the smallest limit known (10k input tokens a minute). */
const cautiousTokens = 3_000;
/** The limit of which that would be the piece. */
export const cautiousLimit = cautiousTokens / shareOfLimit;

/** More makes summaries vague, whatever the limit allows. */
const largestTokens = 60_000;

/** None that was too large is divided below this: its summary would be as long as itself. */
export const smallestPieceCharacters = 400;

/** What a text takes of the input limit, with the margin that the client reserves; by what it is made of. */
export function estimateTokens(text: string, model: string): number {
  return estimator.estimate(measureTextExactly(text).rawTokens, model, '');
}

/** What a text is expected to take, without a margin. */
export function expectTokens(text: string, model: string): number {
  return estimator.expect(measureTextExactly(text).rawTokens, model, '');
}

/** How many tokens a piece may have under the limit of a minute, where it is known. */
export function pieceTokens(inputTokensPerMinute: number | undefined, model: string): number {
  const byLimit = inputTokensPerMinute === undefined ? cautiousTokens : inputTokensPerMinute * shareOfLimit;
  const byWindow = (modelFacts(model)?.windowTokens ?? Infinity) * shareOfWindow;
  return Math.max(1, Math.floor(Math.min(byLimit, byWindow, largestTokens)));
}
