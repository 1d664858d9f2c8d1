import { cpus } from 'node:os';
import type { BenchOptions } from './arguments';
import { contenderTitles } from './contenders/names';
import { findWorkload } from './findWorkload';
import { estimateLoad } from './load';
import type { PairResult } from './pair';
import { planWaves } from './plan';
import type { Cell } from './plan';
import { runWave } from './wave';
import type { WaveOptions } from './wave';

/** Beyond this the timers of the measured processes are late. */
const usableShare = 0.6;
/** Each takes about 80 MB. */
const mostProcesses = 70;
const mostLagMs = 50;
/** More than the benchmark itself should need: something else runs on the machine. */
const mostMachineLoad = 0.75;

export interface Outcome {
  readonly pairs: readonly PairResult[];
  readonly warnings: readonly string[];
  /** What ended it early. What was measured until then is not lost. */
  readonly failure: unknown;
}

/** Runs everything, wave by wave, with the bundles in the folder, and says how it goes. */
export async function runAll(options: BenchOptions, folder: string, say: (text: string) => void): Promise<Outcome> {
  const waves = planAll(options);
  const pairs: PairResult[] = [];
  const warnings: string[] = [];
  for (const [index, wave] of waves.entries()) {
    const names = wave.cells.map(({ workload, seed }) => `${workload}/${seed}`).join(', ');
    say(`wave ${index + 1} of ${waves.length}: ${names}`);
    const result = await runWave(wave, folder).catch((failure: unknown) => ({ failure }));
    if ('failure' in result) return { pairs, warnings, failure: result.failure };
    const { pairs: ofWave, machineLoad } = result;
    say(describeLoad(wave, ofWave, machineLoad));
    const late = [
      ...(machineLoad > mostMachineLoad ? [`the machine was ${inPercent(machineLoad)} busy during ${names}`] : []),
      ...ofWave.filter(({ lagMs }) => lagMs > mostLagMs).map(describeLag),
    ];
    for (const warning of late) say(`  warning: ${warning}`);
    pairs.push(...ofWave);
    warnings.push(...late);
  }
  return { pairs, warnings, failure: undefined };
}

/** Another server's limits are shared by all who ask it: there, one pair at a time. */
function planAll(options: BenchOptions): readonly WaveOptions[] {
  const { contenders, other } = options;
  const cells = planCells(options);
  if (other !== undefined)
    return cells.flatMap((cell) => contenders.map((contender) => ({ cells: [cell], contenders: [contender], other })));
  const room = { load: cpus().length * usableShare, processes: mostProcesses };
  return planWaves(cells, room).map((wave) => ({ cells: wave, contenders, other }));
}

function planCells({ workloads, seeds, contenders, durationMs: wanted }: BenchOptions): readonly Cell[] {
  return seeds.flatMap((seed) =>
    workloads.map((name) => {
      const workload = findWorkload(name);
      const durationMs = Math.min(wanted ?? Infinity, workload.durationMs);
      const { cores, burstMs } = estimateLoad(workload, seed, durationMs);
      const processes = contenders.length * 2;
      return { workload: name, seed, durationMs, load: contenders.length * cores, burstMs, processes };
    }),
  );
}

function describeLoad({ cells }: WaveOptions, pairs: readonly PairResult[], machineLoad: number): string {
  const longestMs = Math.max(...cells.map(({ durationMs }) => durationMs));
  const own = pairs.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / longestMs / cpus().length;
  const planned = cells.reduce((sum, { load }) => sum + load, 0) / cpus().length;
  return `  machine ${inPercent(machineLoad)} busy, with ${inPercent(own)} of the benchmark, planned ${inPercent(planned)}`;
}

function inPercent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function describeLag({ contender, workload, seed, lagMs }: PairResult): string {
  return `${contenderTitles[contender]} in ${workload}, seed ${seed}: timers were up to ${lagMs.toFixed(0)} ms late (p99)`;
}
