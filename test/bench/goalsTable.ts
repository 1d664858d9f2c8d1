import type { JudgedGoal, Verdict } from './goals';
import { writeTable } from './table';

/** What Sluice reaches and where it does not. */
export function writeGoalsTable(goals: readonly JudgedGoal[]): string {
  return writeTable(
    [
      { title: 'goal', align: 'left' },
      { title: 'verdict', align: 'left' },
      { title: 'workloads', align: 'right' },
      { title: 'missed in (figure, bound)', align: 'left' },
    ],
    goals.map(({ title, verdicts }) => {
      const missed = verdicts.filter(({ isReached }) => !isReached);
      const verdict = missed.length === 0 ? 'reached' : 'not reached';
      return [
        title,
        verdict,
        `${verdicts.length - missed.length} of ${verdicts.length}`,
        missed.map(describe).join(', '),
      ];
    }),
  );
}

function describe({ workload, value, bound }: Verdict): string {
  return `${workload} (${format(value)}, ${format(bound)})`;
}

/** Of shares four digits matter; of milliseconds none of them. */
function format(value: number): string {
  return String(Number(value.toFixed(Math.abs(value) < 10 ? 4 : 1)));
}
