import { goalsOf, isMet } from '../workloads/goals';
import type { Goal } from '../workloads/goals';
import type { Workload } from '../workloads/workload';
import type { ContenderName } from './contenders/names';
import type { Measured } from './figures';
import type { WorkloadSummary } from './summary';

type Peers = ReadonlyMap<ContenderName, Measured>;

export interface Verdict {
  readonly workload: string;
  readonly isReached: boolean;
  readonly value: number;
  /** To be reached or not to be exceeded. */
  readonly bound: number;
}

export interface JudgedGoal {
  readonly title: string;
  /** Of the workloads in which there is something to measure. */
  readonly verdicts: readonly Verdict[];
}

/** How much rarer refusals have to be than with the best peer. */
const rarerBy = 20;

/** Judges Sluice by its medians: by the goals of each workload, and by what its peers reach in the same run. */
export function judgeGoals(
  summaries: readonly WorkloadSummary[],
  factsOf: (workload: string) => Workload,
): readonly JudgedGoal[] {
  const judged = summaries.flatMap((summary) => judgeWorkload(summary, factsOf(summary.workload)));
  return [...Map.groupBy(judged, ({ title }) => title)].map(([title, entries]) => ({
    title,
    verdicts: entries.map(({ verdict }) => verdict),
  }));
}

function judgeWorkload({ contenders }: WorkloadSummary, workload: Workload) {
  const sluice = contenders.get('sluice') ?? {};
  const peers = new Map([...contenders].filter(([name]) => name !== 'sluice'));
  const own = goalsOf(workload).flatMap((goal) => {
    const value = sluice[goal.figure];
    const bound = goal.atLeast ?? goal.atMost;
    if (value === undefined || bound === undefined) return [];
    return [{ title: goal.title, verdict: { workload: workload.name, isReached: isMet(goal, value), value, bound } }];
  });
  return [...own, ...judgeBesidePeers(sluice, peers, workload)];
}

function judgeBesidePeers(sluice: Measured, peers: Peers, workload: Workload) {
  const comparisons = [
    {
      title: '429s against 1/20 of the best peer that reaches the goodput goal',
      value: sluice.refusedShare,
      bound: rareRefusals(peers, goalsOf(workload)),
    },
    {
      title: 'CPU per request against p-limit(4) (ms)',
      value: sluice.cpuMsPerAnswer,
      bound: peers.get('p-limit')?.cpuMsPerAnswer,
    },
  ];
  return comparisons.flatMap(({ title, value, bound }) =>
    value === undefined || bound === undefined
      ? []
      : [{ title, verdict: { workload: workload.name, isReached: value <= bound, value, bound } }],
  );
}

/** Of the peers that use the limit up, the one that is refused least sets the mark. */
function rareRefusals(peers: Peers, goals: readonly Goal[]): number | undefined {
  const shares = [...peers.values()].flatMap(({ goodput, refusedShare }) => {
    const usesLimit = goals.every((goal) => goal.figure !== 'goodput' || isMet(goal, goodput ?? 0));
    return usesLimit && refusedShare !== undefined ? [refusedShare] : [];
  });
  return shares.length === 0 ? undefined : Math.min(...shares) / rarerBy;
}
