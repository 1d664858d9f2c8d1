import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { JobSource } from '../../../src/jobs/job';
import { condense } from '../../../src/summarize/condense';
import { leaveOutByContent, leaveOutByName } from '../../../src/summarize/leaveOut';
import { createRandom } from '../../support/random';

/** What of a package is summarized, and what was there. */
export interface SourceTree {
  readonly name: string;
  /** All files, those included that are left out. */
  readonly files: number;
  readonly sources: readonly JobSource[];
}

/** The files of an installed package, prepared as the host prepares a folder. */
export function readPackage(name: string): SourceTree {
  const folder = dirname(createRequire(__filename).resolve(`${name}/package.json`));
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted();
  const sources = paths.flatMap((path): readonly JobSource[] => {
    if (leaveOutByName(path) !== undefined) return [];
    const { text } = condense(path, readFileSync(join(folder, path), 'utf8'));
    return leaveOutByContent(path, text) === undefined ? [{ name: path, uri: undefined, text }] : [];
  });
  return { name, files: paths.length, sources };
}

/** The same tree after somebody has worked on so many of its files: a line more in the middle of each. */
export function changeSome(sources: readonly JobSource[], share: number, seed: number): readonly JobSource[] {
  const random = createRandom(seed);
  const count = Math.max(1, Math.round(sources.length * share));
  const changed = new Set<number>();
  while (changed.size < count) changed.add(Math.floor(random() * sources.length));
  return sources.map((source, index) => (changed.has(index) ? { ...source, text: withLine(source.text) } : source));
}

function withLine(text: string): string {
  const lines = text.split('\n');
  lines.splice(Math.floor(lines.length / 2), 0, '// Looked at once more.');
  return lines.join('\n');
}
