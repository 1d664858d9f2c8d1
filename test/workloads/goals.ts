import type { Figures } from './measures';
import type { Workload } from './workload';

/** What a figure is to reach, at the median over the seeds. */
export interface Goal {
  readonly figure: keyof Figures;
  readonly title: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const common: readonly Goal[] = [
  { figure: 'failed', title: 'failed requests', atMost: 0 },
  { figure: 'firstTextP50', title: 'interactive p50 of the first text against the unloaded server', atMost: 1.05 },
  { figure: 'firstTextP95', title: 'interactive p95 of the first text against the unloaded server', atMost: 1.3 },
  { figure: 'answerP50', title: 'interactive p50 of the answer against the unloaded server', atMost: 1.05 },
  { figure: 'answerP95', title: 'interactive p95 of the answer against the unloaded server', atMost: 1.3 },
  { figure: 'fairness', title: 'fairness between backlogged sources (Jain)', atLeast: 0.98 },
  { figure: 'changeRefusals', title: 'refusals by a change of limits', atMost: 3 },
  { figure: 'changeLateMs', title: 'later at 95 % of the new bound than 2 responses and 1 s (ms)', atMost: 0 },
  { figure: 'readyAtError', title: 'error of readyAt', atMost: 0.2 },
];

const byKind: Readonly<Record<Workload['kind'], readonly Goal[]>> = {
  alone: [
    { figure: 'refusedShare', title: '429s of all attempts', atMost: 0.01 },
    { figure: 'wastedInputShare', title: 'wasted input', atMost: 0.01 },
  ],
  shared: [
    { figure: 'refusedShare', title: '429s of all attempts', atMost: 0.1 },
    { figure: 'wastedInputShare', title: 'wasted input', atMost: 0.2 },
  ],
};

/** All goals of a workload. One that has nothing to measure in a run, such as no change of limits, holds. */
export function goalsOf({ kind, tightest }: Workload): readonly Goal[] {
  const goodput = tightest === 'outputTokens' ? 0.97 : 0.98;
  return [{ figure: 'goodput', title: 'goodput of the physical bound', atLeast: goodput }, ...byKind[kind], ...common];
}

export function isMet({ atLeast = -Infinity, atMost = Infinity }: Goal, value: number | undefined): boolean {
  return value === undefined || (value >= atLeast && value <= atMost);
}
