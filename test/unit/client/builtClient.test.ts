import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { createSimulator, demoKey } from '../../simulator/simulator';
import type { Simulator } from '../../simulator/simulator';
import { createTemporaryFolder } from '../../support/files';
import type { TemporaryFolder } from '../../support/files';
import { repositoryRoot } from '../../support/paths';
import { runCommand, startGroup } from '../../support/processes';

/** All bundles at once take a second or two; a busy machine takes longer. */
const buildLimitMs = 60_000;

/** A Node of its own starts for each question. */
const childLimitMs = 30_000;

/** What a build needs of the repository. */
const borrowed = ['src', 'node_modules', 'tsconfig.json'] as const;

/**
 * What a program that uses the client does, in plain CommonJS. It reports by message, so that whatever is written to its
 * output comes from the client.
 */
const program = `
  const { basename } = require('node:path');
  const [, clientFile, baseUrl, apiKey] = process.argv;
  const isSdkLoaded = () => Object.keys(require.cache).some((file) => basename(file) === 'sdk.js');

  const { createClient } = require(clientFile);
  const client = createClient({ apiKey, baseUrl, retry: { maxAttempts: 1 } });
  const isLoadedAtFirst = isSdkLoaded();
  const run = client.send({
    model: 'claude-sonnet-5-5',
    maxTokens: 200,
    messages: [{ role: 'user', content: 'Which berth is free?' }],
    priority: 'interactive',
  });
  run.result.then(async ({ text, usage, attempts }) => {
    await client.close();
    process.send({ text, usage, attempts, isLoadedAtFirst, isLoadedAtLast: isSdkLoaded() });
  });
`;

const reportSchema = v.object({
  text: v.string(),
  usage: v.record(v.string(), v.number()),
  attempts: v.number(),
  isLoadedAtFirst: v.boolean(),
  isLoadedAtLast: v.boolean(),
});

interface Outcome {
  readonly report: v.InferOutput<typeof reportSchema>;
  /** Everything written to stdout and stderr. */
  readonly output: string;
}

describe('dist/client.js', function () {
  this.timeout(childLimitMs);
  const answer = 'Berth four is free until the evening tide.';
  const owned: (() => Promise<void>)[] = [];
  let folder: TemporaryFolder;

  before(async function () {
    this.timeout(buildLimitMs);
    folder = await createTemporaryFolder('build');
    // The build script works where it is started: here it leaves the dist/ of a running window alone.
    for (const name of borrowed) await symlink(join(repositoryRoot, name), join(folder.path, name));
    const build = [join(repositoryRoot, 'esbuild.mjs'), '--production'];
    await runCommand(process.execPath, build, { cwd: folder.path });
  });

  after(() => folder.remove());

  afterEach(async () => {
    for (const release of owned.splice(0).toReversed()) await release();
  });

  async function setup(): Promise<{
    simulator: Simulator;
    ask: (environment?: NodeJS.ProcessEnv) => Promise<Outcome>;
  }> {
    const { simulator, url } = await serve();
    const ask = (environment: NodeJS.ProcessEnv = {}) => {
      simulator.script({ text: answer });
      return runProgram([join(folder.path, 'dist/client.js'), url, demoKey], environment);
    };
    return { simulator, ask };
  }

  async function serve(): Promise<{ simulator: Simulator; url: string }> {
    const simulator = createSimulator();
    const server = await simulator.listen();
    owned.push(() => server.close());
    return { simulator, url: server.url };
  }

  it('answers a plain CommonJS program over HTTP, and lets it end', async () => {
    const { simulator, ask } = await setup();

    const { report, output } = await ask();

    assert.equal(report.text, answer);
    assert.equal(report.attempts, 1);
    assert.equal(report.usage['outputTokens'], simulator.log.last?.usage?.outputTokens);
    assert.equal(output, '');
    assert.deepEqual(
      simulator.log.attempts.map(({ outcome }) => outcome),
      ['completed'],
    );
  });

  it('is no part of the extension, which loads it when it is needed', async () => {
    const [extension, client] = await Promise.all(
      ['extension.js', 'client.js'].map((name) => readFile(join(folder.path, 'dist', name), 'utf8')),
    );
    assert.match(extension ?? '', /(import|require)\(["'`]\.\/client\.js["'`]\)/);
    const onlyInTheClient = 'Failed to load the SDK';
    assert.deepEqual(
      [client, extension].map((text) => text?.includes(onlyInTheClient)),
      [true, false],
    );
  });

  it('loads the SDK with the first request, not before', async () => {
    const { ask } = await setup();

    const { report } = await ask();

    assert.deepEqual([report.isLoadedAtFirst, report.isLoadedAtLast], [false, true]);
  });

  it('takes nothing from the environment that the SDK would listen to', async () => {
    const { simulator, ask } = await setup();
    const elsewhere = await serve();

    const plain = await ask();
    const surrounded = await ask({
      ANTHROPIC_BASE_URL: elsewhere.url,
      ANTHROPIC_API_KEY: 'demo-key-of-another',
      ANTHROPIC_AUTH_TOKEN: 'demo-token-of-another',
      ANTHROPIC_CUSTOM_HEADERS: 'x-foreign: harbour\nanthropic-beta: foreign-2026-01-01',
      ANTHROPIC_LOG: 'debug',
    });

    assert.deepEqual(elsewhere.simulator.log.attempts, []);
    assert.deepEqual(surrounded, plain);
    assert.equal(surrounded.output, '');
    const [without, within, ...others] = simulator.log.attempts;
    assert.ok(without && within);
    assert.equal(others.length, 0);
    assert.deepEqual(within.headers, without.headers);
    assert.equal(within.headers['x-foreign'], undefined);
    assert.deepEqual([within.auth, within.keyId, within.body], [without.auth, without.keyId, without.body]);
  });
});

/** Starts the program in a Node of its own and waits until it has ended by itself. */
async function runProgram(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Outcome> {
  const ownEnvironment = Object.entries(process.env).filter(([name]) => !name.startsWith('ANTHROPIC_'));
  const { child } = startGroup(process.execPath, ['--input-type=commonjs', '--eval', program, ...args], {
    environment: { ...Object.fromEntries(ownEnvironment), ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  }
  let message: unknown;
  child.on('message', (received) => {
    message = received;
  });
  await once(child, 'close');
  assert.equal(child.exitCode, 0, output.join(''));
  return { report: v.parse(reportSchema, message), output: output.join('') };
}
