import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { plantedSecrets } from './planted';

/** A fault for every planted secret in every file below the folders. Latin-1 sees secrets in any kind of file. */
export async function findPlanted(folders: readonly string[]): Promise<readonly string[]> {
  const faults: string[] = [];
  const secrets = [...plantedSecrets()];
  for (const folder of folders) {
    for (const file of await listFiles(folder)) {
      // What is written for a moment only may be gone by now.
      const text = await readFile(file, 'latin1').catch(() => '');
      for (const secret of secrets) if (text.includes(secret)) faults.push(`${file} has ${secret}`);
    }
  }
  return faults;
}

/** The topmost folder above a path that the runner has made for this run. */
export function hostFolderOf(path: string): string {
  let found = path;
  for (let each = path; each !== dirname(each); each = dirname(each)) {
    if (basename(each).startsWith('sluice-')) found = each;
  }
  return found;
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** What each test has left in the extension's storage, which the next one deletes. */
export async function noteLeftovers(folder: string): Promise<void> {
  leftovers().push(...(await findPlanted([folder])));
}

const mark = Symbol.for('sluice.test.leftovers');

/** Of the process, as the list of secrets is. */
export function leftovers(): string[] {
  const known: unknown = Reflect.get(globalThis, mark);
  if (Array.isArray(known)) return known;
  const faults: string[] = [];
  Reflect.set(globalThis, mark, faults);
  return faults;
}
