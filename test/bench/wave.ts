import { cpus } from 'node:os';
import type { ContenderName } from './contenders/names';
import type { OtherServer, Start } from './messages';
import { Pair } from './pair';
import type { PairResult } from './pair';
import type { Cell } from './plan';
import { measureUnloaded } from './unloaded';

/** Time for the word to reach every process. */
const startDelayMs = 500;

export interface WaveOptions {
  readonly cells: readonly Cell[];
  readonly contenders: readonly ContenderName[];
  readonly other: OtherServer | undefined;
}

export interface WaveResult {
  readonly pairs: readonly PairResult[];
  /** Share of the machine in use from the start to the end of the wave, by whomever. */
  readonly machineLoad: number;
}

/** Runs all pairs side by side. None of their processes is left when this settles. */
export async function runWave({ cells, contenders, other }: WaveOptions, folder: string): Promise<WaveResult> {
  const tasks = cells.map(({ workload, seed, durationMs }) => ({ workload, seed, durationMs }));
  const unloaded = other === undefined ? await measureUnloaded(folder, tasks) : [];
  const entries = cells.flatMap(({ workload, seed, durationMs, burstMs }, index) =>
    contenders.map((contender) => ({
      pair: new Pair(folder, { contender, workload, seed, durationMs, other }),
      burstMs,
      unloaded: unloaded[index] ?? [],
    })),
  );
  try {
    await Promise.all(entries.map(({ pair }) => pair.prepare()));
    return await runEntries(entries);
  } finally {
    await Promise.all(entries.map(({ pair }) => pair.stop()));
  }
}

interface Entry {
  readonly pair: Pair;
  readonly burstMs: number;
  readonly unloaded: Start['unloaded'];
}

/** Most traffic comes at the start of a run: one pair after the other, they do not take the processor from each other. */
async function runEntries(entries: readonly Entry[]): Promise<WaveResult> {
  const before = readMachineTimes();
  let startAt = Date.now() + startDelayMs;
  const runs: Promise<PairResult>[] = [];
  for (const { pair, burstMs, unloaded } of entries) {
    runs.push(pair.run(startAt, unloaded));
    startAt += burstMs;
  }
  const pairs = await Promise.all(runs);
  const after = readMachineTimes();
  return { pairs, machineLoad: (after.busy - before.busy) / (after.total - before.total) };
}

function readMachineTimes(): { readonly busy: number; readonly total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}
