import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { outFolder, repositoryRoot } from './paths';

/** Bundles test/integration for the extension host; what is bundled names VS Code and mocha only. Gives the entry module. */
export async function bundleIntegrationSuite(): Promise<string> {
  const source = join(repositoryRoot, 'test/integration');
  const target = join(outFolder, 'integration');
  const files = await readdir(source, { recursive: true });
  await rm(target, { recursive: true, force: true });
  await build({
    entryPoints: ['index.ts', ...files.filter((file) => file.endsWith('.test.ts'))].map((file) => join(source, file)),
    outbase: source,
    outdir: target,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'silent' },
  });
  return join(target, 'index');
}
