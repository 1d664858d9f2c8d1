import type { Figures } from './measures';
import type { Trace } from './trace';

/** What must hold in every run of Sluice, whatever its figures. That nothing stays reserved is checked as it closes. */
export function brokenInvariants(
  { workload, durationMs, neverEnded, answers }: Trace,
  figures: Figures,
): readonly string[] {
  const broken: string[] = [];
  if (neverEnded > 0) broken.push(`${neverEnded} runs never ended`);
  const [failure] = answers.filter(({ answer }) => answer?.ok === false);
  if (failure !== undefined) broken.push(`${figures.failed} runs failed, the first with: ${failure.answer?.reason}`);
  const isKnown = workload.kind === 'alone' && workload.changes(durationMs).length === 0;
  if (isKnown && figures.refusedAfterProbe > 0)
    broken.push(`refused ${figures.refusedAfterProbe} times after the probe`);
  return broken;
}
