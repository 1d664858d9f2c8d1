import type { JudgedGoal } from './goals';
import { writeGoalsTable } from './goalsTable';
import type { WorkloadSummary } from './summary';
import { writeWorkloadTable } from './workloadTable';

export interface Circumstances {
  readonly command: string;
  /** As in a calendar. */
  readonly date: string;
  readonly node: string;
  readonly commit: string;
  readonly machine: string;
  readonly seeds: number;
}

export interface ReportContent {
  readonly circumstances: Circumstances;
  readonly summaries: readonly WorkloadSummary[];
  readonly goals: readonly JudgedGoal[];
  readonly titleOf: (workload: string) => string;
  /** A markdown table. */
  readonly singleFigures: string | undefined;
  readonly warnings: readonly string[];
}

/** The whole report in markdown, workload by workload, and then what of the goals is reached. */
export function writeReport(content: ReportContent): string {
  const { circumstances, summaries, goals, titleOf, singleFigures, warnings } = content;
  const sections = [
    '# Side by side',
    describe(circumstances),
    explanation,
    ...summaries.flatMap((summary) => [
      `## ${summary.workload}: ${titleOf(summary.workload)}`,
      writeWorkloadTable(summary),
    ]),
    ...(goals.length === 0 ? [] : ['## Goals', writeGoalsTable(goals)]),
    ...(singleFigures === undefined ? [] : ['## Without a workload', singleFigures]),
    ...(warnings.length === 0 ? [] : ['## Disturbances', warnings.map((warning) => `- ${warning}`).join('\n')]),
  ];
  return `${sections.join('\n\n')}\n`;
}

const explanation = [
  'Each contender meets the same requests at the same times, on a simulated server of its own unless another is named.',
  'Goodput is what completed requests used of the physical bound, on the dimension that is tightest.',
  'Chat is the time to the first text of an interactive request, by that of the same requests alone on a server without limits.',
  'CPU is the processor time of the contender’s process by the requests answered in the measured time, streaming included.',
].join(' ');

function describe({ command, date, node, commit, machine, seeds }: Circumstances): string {
  const seedsInWords = seeds === 1 ? 'one seed' : `medians over ${seeds} seeds`;
  return `\`${command}\` on ${date}, Node ${node}, commit ${commit}, ${machine}; ${seedsInWords}.`;
}
