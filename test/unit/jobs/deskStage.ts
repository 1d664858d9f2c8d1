import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchAnswer, Client } from '../../../src/client/types';
import type { Jobs } from '../../../src/jobs/desk';
import type { JobDeskOptions } from '../../../src/jobs/deskOptions';
import type { Job, JobSource, NewJob } from '../../../src/jobs/job';
import { createJobs } from '../../../src/jobs/jobDesk';
import type { Program } from '../../../src/jobs/program';
import { createQuestion, type Question } from '../../../src/jobs/question';
import type { JobRecords } from '../../../src/jobs/records';
import { openDatabase } from '../../../src/store/database';
import type { Store } from '../../../src/store/store';
import { StoreError, type StoreErrorReason } from '../../../src/store/storeError';
import { installVirtualTime, type VirtualTime } from '../../support/virtualTime';

export const model = 'claude-haiku-5-5';

export const mapQuestion = (text: string): Question =>
  createQuestion(text, 'map', { model, maxTokens: 300, system: 'Be brief.', prompt: text });

/** Asks about each source, then about all answers together. What fails is left out. */
export const mapAndReduce: Program = async ({ sources, asker, publish }) => {
  asker.expectMore(sources.length + 1);
  const texts: string[] = [];
  let failure: Error | undefined;
  await Promise.all(
    sources.map(async ({ text }, index) => {
      try {
        texts[index] = (await asker.ask(mapQuestion(text))).text;
        publish(JSON.stringify(texts));
      } catch (error) {
        failure ??= error instanceof Error ? error : new Error(String(error));
      }
    }),
  );
  const parts = texts.filter((text) => text !== undefined);
  if (failure && parts.length === 0) throw failure;
  const prompt = `All of ${parts.join(' ')}`;
  const whole = await asker.ask(
    createQuestion('all', 'reduce', { model, maxTokens: 300, system: 'Be brief.', prompt }),
  );
  return { result: JSON.stringify([...parts, whole.text]), isComplete: !failure, failure };
};

export const sourcesOf = (...texts: readonly string[]): readonly JobSource[] =>
  texts.map((text) => ({ name: text, uri: undefined, text }));

export const numbered = (count: number): readonly JobSource[] =>
  sourcesOf(...Array.from({ length: count }, (_, index) => `text ${index}`));

export const newJob = (more: Partial<NewJob> = {}): NewJob => ({
  title: 'src',
  identity: 'identity-1',
  workspace: undefined,
  model,
  priority: 'normal',
  delivery: 'direct',
  expected: { requests: 10, inputTokens: 10_000, outputTokens: 1_000 },
  spec: '{}',
  ...more,
});

export interface Window {
  readonly jobs: Jobs;
  readonly records: JobRecords;
  readonly accounted: BatchAnswer[];
  readonly logged: string[];
  /** Every write fails for this reason, while it is set. */
  failure: StoreErrorReason | undefined;
  /** Called before each call of the records, with its name. */
  beforeCall: ((name: string) => void) | undefined;
  /** Thrown away without a word: nothing of it reaches the store any more. */
  kill(): void;
  readonly isDead: boolean;
  find(jobId: string): Job;
}

export interface DeskStage {
  readonly time: VirtualTime;
  /** Added to the clock of everyone: the machine has slept. */
  sleptMs: number;
  readonly now: () => number;
  /** Lets time pass until the promise settles. @throws when it has not after a long time: desks have timers for ever */
  until<T>(promise: Promise<T>): Promise<T>;
  open(windowId: string, client: Client, options?: Partial<JobDeskOptions>): Window;
  close(): Promise<void>;
}

const stepMs = 1_000;
/** Two hours. */
const mostSteps = 7_200;

const writes: ReadonlySet<string | symbol> = new Set([
  'add',
  'change',
  'remove',
  'lease',
  'release',
  'releaseAll',
  'leaseQuestions',
  'releaseQuestions',
  'keep',
  'decide',
  'addBatch',
  'setBatchId',
  'removeBatch',
  'prune',
  'clear',
]);

/** Windows that share one database on disk, on one clock that only the test moves. */
export function createDeskStage(): DeskStage {
  const time = installVirtualTime();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-jobs-'));
  const windows: Window[] = [];
  const stores: Store[] = [];
  const stage: DeskStage = {
    time,
    sleptMs: 0,
    now: () => Date.now() + stage.sleptMs,
    until: async (promise) => {
      const state = { isSettled: false };
      const settle = () => void (state.isSettled = true);
      promise.then(settle, settle);
      await time.flush();
      for (let steps = 0; !state.isSettled && steps < mostSteps; steps++) await time.pass(stepMs);
      assert.ok(state.isSettled, 'The promise has not settled');
      return promise;
    },
    open(windowId, client, options = {}) {
      const { now } = stage;
      const opened = openDatabase({ folder, windowId, now, log: { warn: () => {} } });
      assert.ok(opened.kind === 'ready');
      const { store } = opened;
      stores.push(store);
      const window = openWindow(store, windowId, client, { now, ...options });
      windows.push(window);
      return window;
    },
    close: async () => {
      try {
        for (const { jobs, isDead } of windows) if (!isDead) await stage.until(jobs.close());
      } finally {
        for (const store of stores) store.close();
        time.uninstall();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
  return stage;
}

function openWindow(
  store: Store,
  windowId: string,
  client: Client,
  options: Partial<JobDeskOptions> & Pick<JobDeskOptions, 'now'>,
): Window {
  let isDead = false;
  const state: Pick<Window, 'failure' | 'beforeCall'> = { failure: undefined, beforeCall: undefined };
  const accounted: BatchAnswer[] = [];
  const logged: string[] = [];
  const fail = (name: string | symbol) => {
    state.beforeCall?.(String(name));
    if (isDead) throw new StoreError('closed', 'Failed to do anything: the window is gone');
    if (state.failure && writes.has(name)) throw new StoreError(state.failure, 'Failed to write');
  };
  const records = new Proxy<JobRecords>(store.jobs, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      return (...parameters: readonly unknown[]): unknown => {
        fail(name);
        return Reflect.apply(method, target, parameters);
      };
    },
  });
  return {
    records: store.jobs,
    accounted,
    logged,
    get failure() {
      return state.failure;
    },
    set failure(reason) {
      state.failure = reason;
    },
    get beforeCall() {
      return state.beforeCall;
    },
    set beforeCall(call) {
      state.beforeCall = call;
    },
    kill: () => void (isDead = true),
    get isDead() {
      return isDead;
    },
    find: (jobId) => {
      const job = store.jobs.find(jobId);
      assert.ok(job, 'the job is gone');
      return job;
    },
    jobs: createJobs({
      records: () => records,
      hasChanged: () => !isDead && store.hasChanged(),
      windowId,
      program: mapAndReduce,
      acquire: async (keyId = 'key-1') => ({ client, keyId }),
      limits: () => ({}),
      account: (_keyId, answer) => void accounted.push(answer),
      easeBySetting: () => 'ask',
      cheaperThan: () => undefined,
      applyEasing: () => undefined,
      log: {
        info: () => {},
        warn: (message) => void logged.push(message),
        error: (message, error) => void logged.push(`${message}: ${String(error)}`),
      },
      ...options,
    }),
  };
}
