/**
 * What Sluice reaches in virtual time, beside the goals: one line per workload, medians over the seeds. Figures that miss
 * their goal end in `!`.
 *
 *     tsx test/workloads/figures.ts [--workload name] [--seeds n] [--each | --json]
 *
 * `--each` adds a line per seed; `--json` prints what runs of one workload give, for whoever started them apart. Every workload has a process of its own, so that they share no timers and both cores.
 */
import { parseArgs } from 'node:util';
import { workloads } from './catalogue';
import { runApart } from './apart';
import type { SeedReport } from './apart';
import { goalsOf, isMet } from './goals';
import { brokenInvariants } from './invariants';
import type { Figures } from './measures';
import { medianFigures } from './statistics';
import { measureVirtually } from './virtual';
import type { Workload } from './workload';

const columns: readonly { readonly figure: keyof Figures; readonly head: string; readonly digits: number }[] = [
  { figure: 'goodput', head: 'goodput', digits: 4 },
  { figure: 'failed', head: 'failed', digits: 0 },
  { figure: 'completed', head: 'done', digits: 0 },
  { figure: 'refusedShare', head: '429', digits: 4 },
  { figure: 'refusedAfterProbe', head: 'probed', digits: 0 },
  { figure: 'wastedInputShare', head: 'waste', digits: 4 },
  { figure: 'firstTextP50', head: 'text50', digits: 3 },
  { figure: 'firstTextP95', head: 'text95', digits: 3 },
  { figure: 'answerP50', head: 'ans50', digits: 3 },
  { figure: 'answerP95', head: 'ans95', digits: 3 },
  { figure: 'fairness', head: 'jain', digits: 4 },
  { figure: 'changeRefusals', head: 'chg429', digits: 0 },
  { figure: 'changeLateMs', head: 'chgMs', digits: 0 },
  { figure: 'readyAtError', head: 'ready', digits: 3 },
];
const nameWidth = 14;
const columnWidth = 9;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function lineOf(name: string, figures: Figures, workload: Workload): string {
  const cells = columns.map(({ figure, digits }) => {
    const value = figures[figure];
    const isMissed = goalsOf(workload).some((goal) => goal.figure === figure && !isMet(goal, value));
    return `${value === undefined ? '-' : value.toFixed(digits)}${isMissed ? '!' : ' '}`.padStart(columnWidth);
  });
  return name.padEnd(nameWidth) + cells.join('');
}

async function report(workload: Workload, seeds: number): Promise<readonly SeedReport[]> {
  const reports: SeedReport[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { trace, figures } = await measureVirtually(workload, seed);
    reports.push({ seed, figures, broken: brokenInvariants(trace, figures) });
  }
  return reports;
}

function printReports(workload: Workload, reports: readonly SeedReport[], showsEach: boolean): void {
  for (const { seed, figures, broken } of reports) {
    if (showsEach) print(lineOf(`  seed ${seed}`, figures, workload));
    for (const invariant of broken) print(`  seed ${seed}: ${invariant}`);
  }
  const all = reports.map(({ figures }) => figures);
  print(lineOf(workload.name, medianFigures(all), workload));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      workload: { type: 'string' },
      seeds: { type: 'string', default: '5' },
      each: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { workload: name, seeds, each, json } = values;
  const chosen = workloads.filter((one) => name === undefined || one.name === name);
  const [only] = chosen;
  if (only === undefined)
    throw new Error(`No workload is called ${name}: ${workloads.map((one) => one.name).join(', ')}`);
  if (json) {
    process.stdout.write(JSON.stringify(await report(only, Number(seeds))));
    return;
  }
  print('workload'.padEnd(nameWidth) + columns.map(({ head }) => `${head} `.padStart(columnWidth)).join(''));
  const pending = runApart(chosen, Number(seeds));
  for (const workload of chosen) printReports(workload, (await pending.get(workload.name)) ?? [], each);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
