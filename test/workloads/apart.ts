import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Figures } from './measures';
import type { Workload } from './workload';

/** What one run gave. */
export interface SeedReport {
  readonly seed: number;
  readonly figures: Figures;
  /** In words, each with what was seen. */
  readonly broken: readonly string[];
}

/** Runs each workload in a process of its own, so that they share no timers, as many at a time as there are cores. */
export function runApart(
  workloads: readonly Workload[],
  seeds: number,
): ReadonlyMap<string, Promise<readonly SeedReport[]>> {
  const lines = Array.from({ length: availableParallelism() }, (): Promise<unknown> => Promise.resolve());
  return new Map(
    workloads.map(({ name }, index) => {
      const line = index % lines.length;
      const reports = (lines[line] ?? Promise.resolve()).then(() => runOne(name, seeds));
      // Whoever waits for the reports hears of a failure; the next in line goes on.
      lines[line] = reports.catch(() => {});
      return [name, reports] as const;
    }),
  );
}

function runOne(name: string, seeds: number): Promise<readonly SeedReport[]> {
  const script = join(import.meta.dirname, 'figures.ts');
  const args = ['--import', 'tsx', script, '--json', '--workload', name, '--seeds', String(seeds)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`Workload ${name} ended with ${code}: ${errors}`));
    });
  });
}
