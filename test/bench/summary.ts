import type { ContenderName } from './contenders/names';
import type { FigureName, Measured } from './figures';
import { medianOf } from '../workloads/statistics';

interface Run {
  readonly contender: ContenderName;
  readonly workload: string;
  readonly figures: Measured;
}

export interface WorkloadSummary {
  readonly workload: string;
  /** Medians over the seeds, in the order in which the contenders first came. */
  readonly contenders: ReadonlyMap<ContenderName, Measured>;
}

/** Medians over the seeds, workload by workload, in the order in which they first came. */
export function summarize(runs: readonly Run[]): readonly WorkloadSummary[] {
  const byWorkload = Map.groupBy(runs, ({ workload }) => workload);
  return [...byWorkload].map(([workload, ofWorkload]) => {
    const byContender = Map.groupBy(ofWorkload, ({ contender }) => contender);
    const medians = [...byContender].map(
      ([contender, ofContender]) => [contender, mediansOf(ofContender.map(({ figures }) => figures))] as const,
    );
    return { workload, contenders: new Map(medians) };
  });
}

/** A figure that some seeds have nothing to measure of is the median of the others. */
function mediansOf(all: readonly Measured[]): Measured {
  const names = new Set(all.flatMap((figures) => Object.keys(figures).filter(isIn(figures))));
  return Object.fromEntries([...names].map((name) => [name, medianOf(all.flatMap((figures) => figures[name] ?? []))]));
}

function isIn(figures: Measured): (name: string) => name is FigureName {
  return (name): name is FigureName => name in figures;
}
