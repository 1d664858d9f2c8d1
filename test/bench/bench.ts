/** `npm run bench`: Sluice and its peers, side by side, in real time. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseOrExit } from '../support/arguments';
import { repositoryRoot } from '../support/paths';
import { onShutdown, runCommand } from '../support/processes';
import { workloads } from '../workloads/catalogue';
import { parseBenchArguments, usage } from './arguments';
import type { BenchOptions } from './arguments';
import { bundleProcesses, ensureClientIsBuilt, removeBundles } from './build';
import { contenderNames } from './contenders/names';
import { runProcess } from './child';
import { findWorkload } from './findWorkload';
import { judgeGoals } from './goals';
import { writeReport } from './report';
import type { Circumstances } from './report';
import { runAll } from './schedule';
import { measureSingleFigures } from './singleFigures';
import { summarize } from './summary';

/** One where a person and several sources share, and one for each of the other limits that can bind. */
const quickWorkloads: readonly string[] = ['mixed', 'output', 'requests'];
const workloadNames = workloads.map(({ name }) => name);

const resultsFile = 'test/bench/RESULTS.md';

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function describeCircumstances({ seeds }: BenchOptions): Promise<Circumstances> {
  const commit = await runCommand('git', ['describe', '--always', '--dirty'], { cwd: repositoryRoot });
  return {
    command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
    date: new Date().toISOString().slice(0, 10),
    node: process.version.slice(1),
    commit: commit.trim(),
    machine: `${cpus().length} cores`,
    seeds: seeds.length,
  };
}

/** A part of a run must not overwrite the whole of one. */
function isWhole({ isQuick, other, workloads, contenders }: BenchOptions): boolean {
  const isComplete = workloads.length === workloadNames.length && contenders.length === contenderNames.length;
  return !isQuick && other === undefined && isComplete;
}

runProcess(async () => {
  const options = parseOrExit((args) => parseBenchArguments(args, workloadNames, quickWorkloads), usage);
  const { other, jsonFile } = options;
  if (other !== undefined && process.env[other.keyEnv] === undefined)
    throw new Error(`The environment variable ${other.keyEnv} holds no key.`);
  const circumstances = await describeCircumstances(options);
  if (await ensureClientIsBuilt()) say('built dist/client.js');
  const folder = await bundleProcesses();
  onShutdown(() => removeBundles(folder));
  const singleFigures = isWhole(options) ? await measureSingleFigures() : undefined;
  const { pairs, warnings, failure } = await runAll(options, folder, say);
  await removeBundles(folder);
  const summaries = summarize(workloadNames.flatMap((name) => pairs.filter(({ workload }) => workload === name)));
  const goals = judgeGoals(summaries, findWorkload);
  const report = writeReport({
    circumstances,
    summaries,
    goals,
    titleOf: (workload) => findWorkload(workload).title,
    singleFigures: singleFigures?.table,
    warnings,
  });
  process.stdout.write(report);
  if (jsonFile !== undefined) {
    const content = { circumstances, runs: pairs, goals, singleFigures: singleFigures?.json, warnings };
    await writeFile(jsonFile, `${JSON.stringify(content, null, 2)}\n`);
  }
  if (failure !== undefined) throw failure;
  if (isWhole(options)) await writeFile(join(repositoryRoot, resultsFile), report);
});
