import { once } from 'node:events';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as v from 'valibot';
import { outFolder, repositoryRoot } from '../../support/paths';
import { lastLines, startGroup } from '../../support/processes';
import type { ProcessGroup } from '../../support/processes';
import { ensureClientIsBuilt } from '../build';
import type { SubjectOptions } from './subjectProcess';

const bundleFolder = join(outFolder, 'micro');
const linesOfTrouble = 20;

/** @returns the client to measure: a copy, so that a build in the meantime does no harm */
export async function prepare(): Promise<string> {
  await ensureClientIsBuilt();
  await mkdir(bundleFolder, { recursive: true });
  for (const file of ['client.js', 'sdk.js', 'bottleneck.js']) {
    // This package is CommonJS, and so is its copy.
    await copyFile(join(repositoryRoot, 'dist', file), join(bundleFolder, file));
  }
  await build({
    entryPoints: ['subjectProcess', 'unlimitedServer'].map((name) =>
      join(repositoryRoot, `test/bench/micro/${name}.ts`),
    ),
    outdir: bundleFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'warning',
  });
  return join(bundleFolder, 'client.js');
}

function start(name: string, nodeOptions: readonly string[], options: object): ProcessGroup {
  const script = join(bundleFolder, `${name}.mjs`);
  return startGroup(process.execPath, [...nodeOptions, script, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** The first message of a child; rejects when it ends without one. */
async function hear<Schema extends v.GenericSchema>(
  group: ProcessGroup,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  let trouble = '';
  group.child.stderr?.setEncoding('utf8').on('data', (text: string) => (trouble += text));
  const told = once(group.child, 'message');
  const ended = group.ended.then(() => undefined);
  const message = await Promise.race([told, ended]);
  if (message === undefined) throw new Error(`A measuring process ended early.\n${lastLines(trouble, linesOfTrouble)}`);
  return v.parse(schema, message[0]);
}

export async function runSubject<Schema extends v.GenericSchema>(
  options: SubjectOptions,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const group = start('subjectProcess', ['--expose-gc'], options);
  try {
    const message = await hear(group, v.object({ type: v.literal('measured'), figures: v.unknown() }));
    return v.parse(schema, message.figures);
  } finally {
    await group.stop();
  }
}

export async function withServer<T>(use: (url: string) => Promise<T>): Promise<T> {
  const group = start('unlimitedServer', [], {});
  try {
    const { url } = await hear(group, v.object({ type: v.literal('listening'), url: v.string() }));
    return await use(url);
  } finally {
    await group.stop();
  }
}
