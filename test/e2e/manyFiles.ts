import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Stands in one file of all and in no summary: whether a request has read that file. */
export function markOf(kind: string, number: number): string {
  return `${kind}_${String(number).padStart(4, '0')}_depth`;
}

/** Writes so many small modules into a folder of the workspace: each has something to say, and no two say the same. */
export async function writeModules(workspace: string, kind: string, count: number): Promise<void> {
  const folder = join(workspace, `${kind}s`);
  await mkdir(folder, { recursive: true });
  await Promise.all(
    Array.from({ length: count }, (_, number) =>
      writeFile(join(folder, `${kind}-${String(number).padStart(4, '0')}.ts`), composeModule(kind, number)),
    ),
  );
}

const trades = ['ferries', 'tankers', 'pilot boats', 'tugs', 'trawlers', 'dredgers', 'yachts', 'barges'];

function composeModule(kind: string, number: number): string {
  const trade = trades[number % trades.length] ?? 'ships';
  const metres = 4 + (number % 9);
  return `/**
 * The ${kind} number ${number} of the harbour takes ${trade} of up to ${40 + 3 * number} metres. Whoever comes in at low
 * water has to wait for ${metres} metres of depth before the pilot leaves the ship.
 */
export const ${markOf(kind, number)} = ${metres};

export function mayEnter${number}(draught: number, tide: number): boolean {
  return draught + ${(number % 7) / 10} < ${markOf(kind, number)} + tide;
}

export function feeOf${number}(hours: number): number {
  const begun = Math.ceil(hours / ${1 + (number % 5)});
  return begun * ${12 + number};
}
`;
}
