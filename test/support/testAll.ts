import { parseOrExit, parsePartNames } from './arguments';
import { countsOf, parts } from './testParts';
import type { Counts, PartName } from './testParts';

const known = Object.keys(parts).filter((name): name is PartName => name in parts);

const usage = `Usage: npm test [-- --only PART,PART]
Parts: ${known.join(', ')}`;

interface Row extends Counts {
  readonly name: PartName;
  readonly seconds: number;
}

async function runPart(name: PartName): Promise<Row> {
  console.log(`\n── ${name}`);
  const startedAt = performance.now();
  const result = await parts[name]().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return null;
  });
  return { name, ...countsOf(result), seconds: (performance.now() - startedAt) / 1000 };
}

function printSummary(rows: readonly Row[]): void {
  console.log('\npart         passed  failed     time');
  for (const { name, passed, failed, seconds } of rows) {
    console.log(
      `${name.padEnd(12)} ${String(passed).padStart(6)}  ${String(failed).padStart(6)}  ${seconds.toFixed(1).padStart(6)} s`,
    );
  }
}

async function main(): Promise<number> {
  const names = parseOrExit((args) => parsePartNames(args, known), usage);
  const rows: Row[] = [];
  for (const name of names) {
    rows.push(await runPart(name));
  }
  printSummary(rows);
  const passed = rows.reduce((sum, row) => sum + row.passed, 0);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
