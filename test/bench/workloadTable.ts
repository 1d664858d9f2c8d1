import { contenderTitles } from './contenders/names';
import type { FigureName, Measured } from './figures';
import type { WorkloadSummary } from './summary';
import { writeTable } from './table';

interface FigureColumn {
  readonly title: string;
  readonly figure: FigureName;
  readonly format: (value: number) => string;
}

const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
const ratio = (value: number) => `${value.toFixed(2)} ×`;
const whole = (value: number) => value.toFixed(0);
const milliseconds = (value: number) => `${value.toFixed(0)} ms`;

/** Those that nobody has a figure for are left out of a table. */
const figureColumns: readonly FigureColumn[] = [
  { title: 'goodput', figure: 'goodput', format: percent },
  { title: 'answered', figure: 'completed', format: whole },
  { title: '429s', figure: 'refusedShare', format: percent },
  { title: 'failed', figure: 'failed', format: whole },
  { title: 'wasted input', figure: 'wastedInputShare', format: percent },
  { title: 'chat p50', figure: 'firstTextP50', format: ratio },
  { title: 'chat p95', figure: 'firstTextP95', format: ratio },
  { title: 'Jain', figure: 'fairness', format: (value) => value.toFixed(3) },
  { title: '429s at a change', figure: 'changeRefusals', format: whole },
  { title: 'change late', figure: 'changeLateMs', format: milliseconds },
  { title: 'readyAt off', figure: 'readyAtError', format: percent },
  { title: 'CPU a request', figure: 'cpuMsPerAnswer', format: (value) => `${value.toFixed(1)} ms` },
];

/** Of a server without a log there are only the times a person sees. */
const absoluteColumns: readonly FigureColumn[] = [
  { title: 'first text p50', figure: 'firstTextMsP50', format: milliseconds },
  { title: 'first text p95', figure: 'firstTextMsP95', format: milliseconds },
];

/** Everything measured of one workload, one line a contender. */
export function writeWorkloadTable({ contenders }: WorkloadSummary): string {
  const measured = [...contenders.values()];
  const hasFigure = ({ figure }: FigureColumn) => measured.some((figures) => figures[figure] !== undefined);
  const hasLog = measured.some(({ goodput }) => goodput !== undefined);
  const columns = (hasLog ? figureColumns : [...figureColumns, ...absoluteColumns]).filter(hasFigure);
  return writeTable(
    [{ title: 'contender', align: 'left' }, ...columns.map(({ title }) => ({ title, align: 'right' }) as const)],
    [...contenders].map(([name, figures]) => [
      contenderTitles[name],
      ...columns.map((column) => formatCell(column, figures)),
    ]),
  );
}

function formatCell({ figure, format }: FigureColumn, figures: Measured): string {
  const value = figures[figure];
  return value === undefined ? '–' : format(value);
}
