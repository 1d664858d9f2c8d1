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
  const ofWhole = limitsOf(model).inputTokensPerMinute;
  const ofPiece = limitsOf(mapModel).inputTokensPerMinute;
  return {
    whole: pieceTokens(ofWhole, model),
    piece: pieceTokens(ofPiece, mapModel),
    isKnown: ofWhole !== undefined && ofPiece !== undefined,
  };
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
