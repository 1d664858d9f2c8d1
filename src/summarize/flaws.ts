import { ClientError } from '../client/errors';
import { NoAnswerError } from '../jobs/noAnswerError';
import type { Combined } from './combine';
import type { PieceOutcome } from './mapStage';
import type { Flaw } from './spec';

/** What keeps the summary of one text from being whole, each kind once. */
export function flawsOf(
  name: string,
  outcomes: readonly Pick<PieceOutcome, 'isCut' | 'errors' | 'parts' | 'uncombined'>[],
  combined?: Combined,
): readonly Flaw[] {
  const errors = outcomes.flatMap((each) => each.errors);
  const uncombined = combined?.error ?? outcomes.find((each) => each.uncombined)?.uncombined;
  const [error] = errors;
  const parts = outcomes.reduce((sum, each) => sum + each.parts, 0);
  return [
    ...(combined?.isCut || outcomes.some(({ isCut }) => isCut) ? [{ kind: 'cut', name } as const] : []),
    ...(error ? [{ kind: 'missing', name, parts: errors.length, of: parts, because: reasonOf(error) } as const] : []),
    ...(uncombined ? [{ kind: 'uncombined', name, because: reasonOf(uncombined) } as const] : []),
  ];
}

function reasonOf(error: Error): { reason: string; until?: number } {
  if (NoAnswerError.is(error)) return { reason: error.reason };
  if (!ClientError.is(error)) return { reason: 'unexpected' };
  return { reason: error.reason, ...(error.until === undefined ? {} : { until: error.until }) };
}
