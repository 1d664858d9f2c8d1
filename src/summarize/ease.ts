import type { Easing } from '../jobs/job';
import { readSpec, type SummarySpec } from './spec';

/**
 * The spec (JSON) of a summary that is eased; `undefined` where that changes nothing of what is asked. What was answered
 * before stays in use.
 *
 * @throws when it is not the spec of a summary
 */
export function easeSpec(spec: string, easing: Easing, cheaperModel?: string): string | undefined {
  const before = readSpec(spec);
  const change = changeFor(before, easing, cheaperModel);
  if (!change) return undefined;
  const { model, mapModel, length } = before;
  const earlier = [{ model, mapModel, length }, ...(before.earlier ?? [])];
  return JSON.stringify({ ...before, ...change, earlier } satisfies SummarySpec);
}

function changeFor(
  { model, mapModel, length }: SummarySpec,
  easing: Easing,
  cheaperModel: string | undefined,
): Partial<SummarySpec> | undefined {
  switch (easing) {
    case 'cheaperModel':
      if (cheaperModel === undefined || cheaperModel === mapModel) return undefined;
      // With one model for all it is that one's limit which is short, also for what is put together.
      return { mapModel: cheaperModel, ...(model === mapModel ? { model: cheaperModel } : {}) };
    case 'shorter':
      return length === 'short' ? undefined : { length: 'short' };
    case 'batch':
    case 'later':
      return undefined;
  }
}
