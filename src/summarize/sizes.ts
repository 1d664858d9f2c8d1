import type { KnownLimits } from '../jobs/program';
import { estimateTokens, expectTokens, pieceTokens } from './pieceSize';
import { hasSections, type SummarySpec } from './spec';

/** How large a request may be, in tokens of the text in it. */
export interface Sizes {
  /** Of what is asked of the model for the whole, and of what is put together. */
  readonly whole: number;
  /** Of what is asked of the model for the parts. */
  readonly piece: number;
  /** Whether the limits are known that they follow from; otherwise they are cautious. */
  readonly isKnown: boolean;
}

/** More summaries than this in one answer, and models begin to mix them up. */
export const mostInOneAnswer = 12;

export function decideSizes({ model, mapModel }: SummarySpec, limitsOf: (model: string) => KnownLimits): Sizes {
  const [ofWhole, ofPiece] = [limitsOf(model), limitsOf(mapModel)];
  return {
    whole: sizeFor(model, ofWhole),
    piece: sizeFor(mapModel, ofPiece),
    isKnown: isTold(ofWhole) && isTold(ofPiece),
  };
}

function sizeFor(model: string, limits: KnownLimits): number {
  const tokens = pieceTokens(limits.inputTokensPerMinute, model);
  return isTold(limits) ? tokens : Math.min(tokens, pieceTokens(undefined, model));
}

function isTold({ inputTokensPerMinute, isCapOnly = false }: KnownLimits): boolean {
  return inputTokensPerMinute !== undefined && !isCapOnly;
}

/** Whether all of it goes into one request. `unsure`: the bound is within what the estimate may be wrong by. */
export function fitOf(
  spec: SummarySpec,
  sources: readonly { readonly text: string }[],
  { whole }: Sizes,
): 'yes' | 'no' | 'unsure' {
  if (hasSections(spec) && sources.length > mostInOneAnswer) return 'no';
  let expected = 0;
  let estimated = 0;
  for (const { text } of sources) {
    expected += expectTokens(text, spec.model);
    estimated += estimateTokens(text, spec.model);
    if (expected > whole) return 'no';
  }
  return estimated <= whole ? 'yes' : 'unsure';
}
