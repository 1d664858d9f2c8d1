/** The client's own figures: what it costs to wait in, to pass and to run. Needs no workload and no peer's server. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parseOrExit, UsageError } from '../support/arguments';
import { cpuFigures } from './micro/cpu';
import { crowdFigures } from './micro/crowd';
import { memoryFigures } from './micro/memory';
import { overheadFigures } from './micro/overhead';
import { prepare, runSubject, withServer } from './micro/processes';
import { figure, isReached, toRows } from './micro/rows';
import type { MicroFigures, Row } from './micro/rows';
import { writeTable } from './table';

const usage = `Usage: tsx test/bench/micro.ts [options]
  --quick       fewer samples, and one source only
  --json FILE   writes all figures`;

interface MicroOptions {
  readonly isQuick: boolean;
  readonly jsonFile: string | undefined;
}

const fullExtent = { sources: [1, 1_000], samples: 200, requests: 2_000, rounds: 5 } as const;
const quickExtent = { sources: [1], samples: 60, requests: 500, rounds: 3 } as const;

function parse(args: readonly string[]): MicroOptions {
  try {
    const options = { quick: { type: 'boolean' }, json: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], strict: true, allowPositionals: false, options });
    return { isQuick: values.quick === true, jsonFile: values.json };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** One after the other: they would take the processor from one another. */
async function measureAll(isQuick: boolean): Promise<MicroFigures> {
  const { sources, samples, requests, rounds } = isQuick ? quickExtent : fullExtent;
  const clientFile = await prepare();
  const crowds: MicroFigures['crowds'][number][] = [];
  for (const each of sources) {
    const figures = await runSubject({ measure: 'crowd', clientFile, sources: each }, crowdFigures);
    crowds.push({ sources: each, figures });
  }
  const memory = await runSubject({ measure: 'memory', clientFile }, memoryFigures);
  const [overhead, cpu] = await withServer(async (url) => [
    await runSubject({ measure: 'overhead', clientFile, url, samples }, overheadFigures),
    await runSubject({ measure: 'cpu', clientFile, url, requests, rounds }, cpuFigures),
  ]);
  return { crowds, memory, overhead, cpu };
}

function toCells(row: Row): readonly string[] {
  const { goal, bound, unit, measured, note } = row;
  const reached = isReached(row);
  return [
    goal,
    bound === undefined ? '–' : `≤ ${bound.toLocaleString('en')} ${unit}`,
    `${figure(measured)} ${unit}${note === undefined ? '' : ` (${note})`}`,
    reached === undefined ? '–' : reached ? 'yes' : 'no',
  ];
}

async function main(): Promise<void> {
  const { isQuick, jsonFile } = parseOrExit(parse, usage);
  const figures = await measureAll(isQuick);
  const rows = toRows(figures);
  const columns = ['goal', 'bound', 'measured', 'reached'].map((title) => ({ title, align: 'left' as const }));
  process.stdout.write(`${writeTable(columns, rows.map(toCells))}\n`);
  if (jsonFile !== undefined) {
    const goals = rows.map((row) => ({ ...row, isReached: isReached(row) }));
    await writeFile(jsonFile, `${JSON.stringify({ goals, figures }, undefined, 2)}\n`);
  }
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
