import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../support/paths';
import { runCommand } from '../support/processes';

const script = 'test/bench/micro.ts';

export interface SingleFigures {
  /** A markdown table. */
  readonly table: string;
  readonly json: unknown;
}

/** What is measured without a workload, in a process of its own and before anything else runs. */
export async function measureSingleFigures(): Promise<SingleFigures | undefined> {
  if (!existsSync(join(repositoryRoot, script))) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    const file = join(folder, 'figures.json');
    const tsx = join(repositoryRoot, 'node_modules/tsx/dist/cli.mjs');
    const output = await runCommand(process.execPath, [tsx, script, '--json', file], { cwd: repositoryRoot });
    const table = output
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .join('\n');
    return { table, json: JSON.parse(await readFile(file, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
