import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { systemClock, type Clock } from '../../src/client/clock';
import type { Job } from '../../src/jobs/job';
import { openDatabase } from '../../src/store/database';
import type { AttemptRecord } from '../simulator/log';
import { createSimulator, demoKey, type Simulator } from '../simulator/simulator';
import { answerSummary, marksOf, promptOf } from '../workloads/summaries/answers';
import type { WindowOrder } from './summaryProcess';

const program = fileURLToPath(new URL('./summaryProcess.ts', import.meta.url));
const folderPrefix = join(tmpdir(), 'sluice-killed-');
/** Both belong to one organization; the log tells by them which window has sent what. */
export const secondKey = 'demo-key-second';
const keys = [
  { key: demoKey, id: 'first' },
  { key: secondKey, id: 'second' },
];
/** Fast ones; what a request may take on average lies between the sizes of the files. */
const limits = { requestsPerMinute: 12_000, inputTokensPerMinute: 6_600_000, outputTokensPerMinute: 2_400_000 };
/** Some hundred times as fast as models are. */
const pace = { firstByteMs: 4, tokensPerSecond: 20_000, deltaIntervalMs: 2 };
/** What is under way when a window is killed is lost: a small part of some hundred and fifty requests. */
export const maxConcurrent = 2;
const seed = 1;
const files = 300;

/** A window in a process of its own, which has loaded what it needs and waits for its order. */
export class KillableWindow {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #role = Promise.withResolvers<'began' | 'joined'>();
  readonly ended = Promise.withResolvers<{ readonly code: number | null; readonly complaints: string }>();

  constructor(bundle: string) {
    // What one has compiled the next ones need not.
    const env = { ...process.env, NODE_COMPILE_CACHE: dirname(bundle) };
    this.#child = spawn(process.execPath, [bundle], { stdio: ['pipe', 'pipe', 'pipe'], env });
    let complaints = '';
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#role.resolve(text.startsWith('began') ? 'began' : 'joined');
    });
    this.#child.once('close', (code) => this.ended.resolve({ code, complaints }));
    this.#child.once('error', (error) => this.ended.reject(error));
    // What is written to one that was killed goes nowhere.
    this.#child.stdin.on('error', () => {});
  }

  /** Whether it has begun the job, or found it there; once that is written down. */
  get role(): Promise<'began' | 'joined'> {
    return this.#role.promise;
  }

  run(order: WindowOrder): void {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended.promise;
  }

  async expectGoodEnd(): Promise<void> {
    assert.deepEqual(await this.ended.promise, { code: 0, complaints: '' });
  }
}

interface Ended {
  readonly job: Job;
  readonly result: string | undefined;
}

/** A server, a database of its own, and windows that come and go. */
export class KilledStage {
  readonly server: Simulator;
  readonly #folder = mkdtempSync(folderPrefix);
  readonly #url: string;
  readonly #bundle: string;
  readonly #origin = Date.now();
  readonly #windows: KillableWindow[] = [];
  readonly #lost = new Set<AttemptRecord>();
  #seenUpTo = 0;

  constructor(server: Simulator, url: string, bundle: string) {
    this.server = server;
    this.#url = url;
    this.#bundle = bundle;
  }

  /** Ahead of time: loading takes longer than most of what is tried here. */
  prepare(): KillableWindow {
    const window = new KillableWindow(this.#bundle);
    this.#windows.push(window);
    return window;
  }

  order(windowId: string, more: Partial<WindowOrder> = {}, clock: Partial<WindowOrder['clock']> = {}): WindowOrder {
    return {
      folder: join(this.#folder, 'store'),
      windowId,
      url: this.#url,
      apiKey: demoKey,
      limits,
      maxConcurrent,
      preset: 'standard',
      files,
      seed,
      clock: { origin: this.#origin, speed: 1, aheadMs: 0, ...clock },
      ...more,
    };
  }

  get attempts(): readonly AttemptRecord[] {
    return this.server.log.messages;
  }

  /** Those whose answer was not kept when their window was killed. */
  get lost(): readonly AttemptRecord[] {
    return [...this.#lost];
  }

  /**
   * Kills it, and looks in a copy of the database which answers are in there: nobody but the next window is to mend what
   * was left behind.
   *
   * @param isTheirs which attempts were of this window
   */
  async kill(window: KillableWindow, isTheirs: (attempt: AttemptRecord) => boolean = () => true): Promise<void> {
    await window.kill();
    await untilIdle(this.server, isTheirs);
    const kept = this.#keptMarks();
    for (const attempt of this.attempts.slice(this.#seenUpTo)) {
      const marks = marksOf(promptOf(attempt.body));
      const count = marks.filter((mark) => kept.has(mark)).length;
      assert.ok(count === 0 || count === marks.length, 'a request is kept as a whole or not at all');
      if (count === 0 && isTheirs(attempt)) this.#lost.add(attempt);
    }
    this.#seenUpTo = this.attempts.length;
  }

  /** All jobs as they are in the end, once every window has gone. */
  readEnd(): readonly Ended[] {
    const opened = openDatabase({
      folder: join(this.#folder, 'store'),
      windowId: 'reader',
      now: Date.now,
      log: { warn: (message) => assert.fail(message) },
    });
    assert.ok(opened.kind === 'ready');
    try {
      const { jobs } = opened.store;
      return jobs.list().map((job) => ({ job, result: jobs.resultOf(job.id) }));
    } finally {
      opened.store.close();
    }
  }

  async close(): Promise<void> {
    for (const window of this.#windows) await window.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #keptMarks(): ReadonlySet<string> {
    const copy = join(this.#folder, 'copy');
    cpSync(join(this.#folder, 'store'), copy, { recursive: true });
    const database = new DatabaseSync(join(copy, 'sluice.db'));
    try {
      const texts = database.prepare('SELECT text FROM answers').all();
      return new Set(texts.map(({ text }) => String(text).split(' ', 1)[0] ?? ''));
    } finally {
      database.close();
      rmSync(copy, { recursive: true });
    }
  }
}

/** What a server has seen: each request that came, and each answer that was written to its end. */
export interface Events {
  readonly reached: (count: number) => Promise<void>;
}

/** The program of the windows in one file: it is started some seventy times, and loads in a quarter of the time. */
export async function bundleWindow(): Promise<{ readonly path: string; readonly remove: () => void }> {
  const folder = mkdtempSync(folderPrefix);
  const path = join(folder, 'window.cjs');
  await build({
    entryPoints: [program],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
  });
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

export async function playKilled<T>(
  bundle: string,
  work: (stage: KilledStage, events: Events) => Promise<T>,
): Promise<T> {
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const look = () => {
    if (waiting.length === 0) return;
    const count = countEvents(server);
    for (const each of waiting.splice(0)) {
      if (count >= each.count) each.resolve();
      else waiting.push(each);
    }
  };
  const clock: Clock = {
    ...systemClock,
    schedule: (callback, delayMs) =>
      systemClock.schedule(() => {
        callback();
        look();
      }, delayMs),
  };
  const server = createSimulator({
    clock,
    seed,
    keys,
    limits,
    answer: (body) => {
      look();
      return { ...answerSummary(body, seed), ...pace };
    },
  });
  const running = await server.listen();
  const stage = new KilledStage(server, running.url, bundle);
  try {
    return await work(stage, {
      reached: (count) => new Promise<void>((resolve) => void waiting.push({ count, resolve })),
    });
  } finally {
    await stage.close();
    await running.close();
    server.reset();
  }
}

export function countEvents({ log }: Simulator): number {
  const { messages } = log;
  return messages.length + messages.filter(({ outcome }) => outcome === 'completed').length;
}

/** The server learns a little later that a window is gone. */
async function untilIdle(server: Simulator, isTheirs: (attempt: AttemptRecord) => boolean): Promise<void> {
  const isBusy = () => server.log.messages.some((attempt) => isTheirs(attempt) && attempt.outcome === 'running');
  while (isBusy()) await new Promise((resolve) => void setImmediate(resolve));
}

/** The words that files are known by, where their texts are sent. */
export function unitsOf(attempt: AttemptRecord): readonly string[] {
  return promptOf(attempt.body).match(/\bunit\d+u\b/g) ?? [];
}

/**
 * What all attempts have cost. One that was cut short counts as if it had been answered to its end: whether the API goes
 * on writing for nobody is its own affair.
 */
export function paidFor(attempts: readonly AttemptRecord[], all: readonly AttemptRecord[]): number {
  const costs = new Map<string, number>();
  for (const { body, outcome, usage } of all) {
    if (outcome === 'completed' && usage) costs.set(promptOf(body), usage.inputTokens + usage.outputTokens);
  }
  return attempts.reduce((sum, { body }) => {
    const cost = costs.get(promptOf(body));
    assert.ok(cost !== undefined, 'what was cut short was asked again, in the same words');
    return sum + cost;
  }, 0);
}

/** Nothing is asked twice but what was lost, and no file is left out. */
export function checkAskedOnce(stage: KilledStage): void {
  const lost = new Set(stage.lost);
  const kept = stage.attempts.filter((attempt) => !lost.has(attempt));
  assert.ok(kept.every(({ outcome }) => outcome === 'completed'));
  const prompts = kept.map(({ body }) => promptOf(body));
  assert.equal(new Set(prompts).size, prompts.length, 'no request was answered, kept and sent again');
  const units = kept.flatMap((attempt) => unitsOf(attempt));
  assert.equal(new Set(units).size, units.length, 'no file was asked about again, alone or with others');
  assert.equal(units.length, files, 'each file was asked about');
}
