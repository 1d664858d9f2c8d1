import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

let inspect: ((folder: string) => Promise<void>) | undefined;

/** Called with each temporary folder before it is removed, when nothing writes into it any more. */
export function inspectFoldersAtTheirEnd(look: ((folder: string) => Promise<void>) | undefined): void {
  inspect = look;
}

/** The name stays short: Unix sockets inside it have about a hundred characters for their whole path. */
export async function createTemporaryFolder(purpose: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `sluice-${purpose}-`));
  const remove = async () => {
    try {
      await inspect?.(path);
    } finally {
      // A server that has just been stopped may still be writing its last log line.
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  };
  return { path, remove };
}

/** The parsed file; `undefined` when it is missing or no JSON. The caller narrows it. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export async function readPackageVersion(folder: string): Promise<string | undefined> {
  const manifest = await readJson(join(folder, 'package.json'));
  return isRecord(manifest) && typeof manifest['version'] === 'string' ? manifest['version'] : undefined;
}
