import { build } from 'esbuild';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../support/paths';
import { runCommand } from '../support/processes';
import { bundleFolder } from './childLink';

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

/** One file a process: dozens of them start at a time. */
export async function bundleProcesses(): Promise<void> {
  await build({
    entryPoints: ['contenderProcess', 'stageProcess', 'unloadedProcess'].map((name) =>
      join(repositoryRoot, `test/bench/${name}.ts`),
    ),
    outdir: bundleFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    banner: { js: requireBanner },
    logLevel: 'warning',
  });
}

async function modifiedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
