/**
 * What Sluice reaches in virtual time, beside the goals: one line per workload, medians over the seeds. Figures that miss
 * their goal end in `!`.
 *
 *     tsx test/workloads/figures.ts [--workload name] [--seeds n] [--each]
 *
 * `--each` adds a line per seed. Every workload has a process of its own, so that they share no timers and both cores.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { workloads } from './catalogue';
import { goalsOf, isMet } from './goals';
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

async function printWorkload(workload: Workload, seeds: number, showsEach: boolean): Promise<void> {
  const startedAt = performance.now();
  const all: Figures[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { figures } = await measureVirtually(workload, seed);
    all.push(figures);
    if (showsEach) print(lineOf(`  seed ${seed}`, figures, workload));
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  print(`${lineOf(workload.name, medianFigures(all), workload)}  ${seconds.toFixed(1)} s`);
}

/** The lines of one workload, from a process of its own. */
function runApart(name: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...process.execArgv, fileURLToPath(import.meta.url), '--workload', name, ...args],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? output : `${output}${name} ended with ${code}\n`));
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      workload: { type: 'string' },
      seeds: { type: 'string', default: '5' },
      each: { type: 'boolean', default: false },
    },
  });
  const { workload: name, seeds, each } = values;
  if (name !== undefined) {
    const workload = workloads.find((one) => one.name === name);
    if (workload === undefined)
      throw new Error(`No workload is called ${name}: ${workloads.map((one) => one.name).join(', ')}`);
    await printWorkload(workload, Number(seeds), each);
    return;
  }
  print('workload'.padEnd(nameWidth) + columns.map(({ head }) => `${head} `.padStart(columnWidth)).join(''));
  const waiting = workloads.map((one) => one.name);
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      process.stdout.write(await runApart(next, ['--seeds', seeds, ...(each ? ['--each'] : [])]));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
