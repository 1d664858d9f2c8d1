import { join } from 'node:path';
import * as v from 'valibot';
import { runCommand } from '../support/processes';
import { start } from './messages';
import type { Start } from './messages';

interface Task {
  readonly workload: string;
  readonly seed: number;
  readonly durationMs: number;
}

/** What the interactive requests of each take alone, in a process of its own: a virtual clock owns its process. */
export async function measureUnloaded(folder: string, tasks: readonly Task[]): Promise<readonly Start['unloaded'][]> {
  const script = join(folder, 'unloadedProcess.mjs');
  const output = await runCommand(process.execPath, [script, JSON.stringify(tasks)]);
  return v.parse(v.array(start.entries.unloaded), JSON.parse(output));
}
