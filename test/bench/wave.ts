import { cpus } from 'node:os';
import type { ContenderName } from './contenders/names';
import type { OtherServer, Start } from './messages';
import { Pair } from './pair';
import type { PairResult } from './pair';
import { measureUnloaded } from './unloaded';

/** Time for the word to reach every process. */
const startDelayMs = 500;
/** Most traffic comes at the start: one pair after the other, they do not take the processor from each other. */
const staggerMs = 250;

export interface WaveOptions {
  readonly cells: readonly { readonly workload: string; readonly seed: number; readonly durationMs: number }[];
  readonly contenders: readonly ContenderName[];
  readonly other: OtherServer | undefined;
}

export interface WaveResult {
  readonly pairs: readonly PairResult[];
  /** Share of the machine in use from the start to the end of the wave, by whomever. */
  readonly machineLoad: number;
}

/** Runs all pairs side by side. None of their processes is left when this settles. */
export async function runWave({ cells, contenders, other }: WaveOptions): Promise<WaveResult> {
  const unloaded = other === undefined ? await measureUnloaded(cells) : [];
  const entries = cells.flatMap(({ workload, seed, durationMs }, index) =>
    contenders.map((contender) => ({
      pair: new Pair({ contender, workload, seed, durationMs, other }),
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

async function runEntries(
  entries: readonly { readonly pair: Pair; readonly unloaded: Start['unloaded'] }[],
): Promise<WaveResult> {
  const before = readMachineTimes();
  const startAt = Date.now() + startDelayMs;
  const pairs = await Promise.all(
    entries.map(({ pair, unloaded }, index) => pair.run(startAt + index * staggerMs, unloaded)),
  );
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
