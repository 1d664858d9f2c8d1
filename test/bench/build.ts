import { build } from 'esbuild';
import { cp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { outFolder, repositoryRoot } from '../support/paths';
import { runCommand } from '../support/processes';

/** Lets CommonJS packages inside of an ES module find what is Node's own. */
const requireBanner = `import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);`;

/** dist/client.js as it is shipped, unless it is newer than all it is made of. */
export async function ensureClientIsBuilt(): Promise<boolean> {
  const builtAt = await modifiedAt(join(repositoryRoot, 'dist/client.js'));
  const sources = await readdir(join(repositoryRoot, 'src/client'), { withFileTypes: true, recursive: true });
  const times = await Promise.all(
    sources.filter((entry) => entry.isFile()).map((entry) => modifiedAt(join(entry.parentPath, entry.name))),
  );
  if (builtAt > Math.max(...times)) return false;
  await runCommand(process.execPath, ['esbuild.mjs', '--production'], { cwd: repositoryRoot });
  return true;
}

/**
 * A folder of its own for each benchmark, with all that its processes run: one file a process, because dozens of them
 * start at a time, and the client as it is now. Directly below the folder for output, from where they find the
 * repository as the sources do.
 */
export async function bundleProcesses(): Promise<string> {
  const folder = join(outFolder, `bench-${process.pid}`);
  // Whole, because the client loads parts of itself from beside it.
  await cp(join(repositoryRoot, 'dist'), folder, { recursive: true });
  await build({
    entryPoints: ['contenderProcess', 'stageProcess', 'unloadedProcess'].map((name) =>
      join(repositoryRoot, `test/bench/${name}.ts`),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    banner: { js: requireBanner },
    logLevel: 'warning',
  });
  return folder;
}

export function removeBundles(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

async function modifiedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
