import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Makes sure of a folder that is either complete or absent: `fill` works in a neighbour that takes the name only when all
 * of it is there. Safe when interrupted at any moment, and when two processes do it at once (one of them wins).
 */
export async function ensureStagedFolder(folder: string, fill: (staging: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) {
    return;
  }
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandonedStagings(folder);
  const staging = `${folder}.partial-${process.pid}`;
  try {
    await mkdir(staging);
    await fill(staging);
    await rename(staging, folder);
  } catch (error) {
    if (!existsSync(folder)) {
      throw error;
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function removeAbandonedStagings(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.partial-`;
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length)))) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
