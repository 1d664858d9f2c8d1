/**
 * How far Sluice's expectation of a request's input tokens is off after ten requests of a job, for each kind of text and
 * for the mixture that a repository is, beside an estimate by the number of characters. The tokenizers that are asked
 * for the truth are not Sluice's.
 *
 *     tsx test/bench/tokens.ts [--seeds n] [--requests n]
 */
import { parseArgs } from 'node:util';
import { measureErrors, shareOf } from './tokens/errors';
import { createByCharacters, createSluice } from './tokens/subjects';
import { readTexts, textKinds } from './tokens/texts';
import { tokenizers } from './tokens/tokenizers';

/** Of the mixture. */
const goal = 0.05;
const nameWidth = 16;
const columnWidth = 22;

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function main(): void {
  const { values } = parseArgs({
    options: { seeds: { type: 'string', default: '20' }, requests: { type: 'string', default: '20' } },
  });
  const seeds = Number(values.seeds);
  const requests = Number(values.requests);
  const texts = readTexts();
  const heads = Object.keys(tokenizers).flatMap((name) => [`${name}: Sluice`, `${name}: characters`]);
  print(
    `Error of the expectation after ten requests, median / 90th percentile; ${seeds} jobs, ${requests} requests each`,
  );
  print('text'.padEnd(nameWidth) + heads.map((head) => head.padStart(columnWidth)).join(''));
  let isMet = true;
  for (const [name, some] of [...textKinds.map((kind) => [kind, [kind]] as const), ['mixture', textKinds] as const]) {
    const sample = { kinds: some, seeds, requests };
    const columns = Object.values(tokenizers).flatMap((count) =>
      measureErrors(texts, sample, count, [createSluice, createByCharacters]),
    );
    const cells = columns.map((errors) => `${percent(shareOf(errors, 0.5))} / ${percent(shareOf(errors, 0.9))}`);
    print(name.padEnd(nameWidth) + cells.map((cell) => cell.padStart(columnWidth)).join(''));
    if (name === 'mixture') isMet = columns.every((errors, index) => index % 2 === 1 || shareOf(errors, 0.5) <= goal);
  }
  print(`The median of the mixture is at most ${percent(goal)}: ${isMet ? 'yes' : 'no'}`);
  if (!isMet) process.exitCode = 1;
}

main();
