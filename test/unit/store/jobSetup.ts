import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { noCost, type Job, type JobSource, type NewJob } from '../../../src/jobs/job';
import { keyOf } from '../../../src/jobs/question';
import type { BatchRecord } from '../../../src/jobs/records';
import type { JobStore } from '../../../src/store/jobStore';
import { noon } from './setup';
import { startWindow, type OnWrite } from './windowProcess';

const program = fileURLToPath(new URL('./jobProcess.ts', import.meta.url));

/** As the work on jobs takes them. */
export const leaseMs = 20_000;
/** What an answer costs in these tests: a quarter of a dollar adds up without rounding. */
export const cost = { requests: 1, inputTokens: 7, outputTokens: 3, costUsd: 0.25, hasUnknownCost: false };

export function job(given: Partial<NewJob> = {}): NewJob {
  return {
    title: 'src',
    identity: 'identity',
    workspace: 'file:///work',
    model: 'm',
    priority: 'background',
    delivery: 'direct',
    expected: { requests: 3, inputTokens: 700, outputTokens: 30 },
    spec: '{"name":"src"}',
    ...given,
  };
}

/** How a job is right after it was added. */
export function added(id: string, given: Partial<NewJob> = {}): Job {
  const { spec: _spec, ...rest } = job(given);
  return {
    ...rest,
    id,
    state: 'running',
    createdAt: noon,
    startedAt: undefined,
    endedAt: undefined,
    done: 0,
    total: 0,
    failed: 0,
    cost: noCost,
    pausedUntil: undefined,
    failure: undefined,
    failureUntil: undefined,
    easings: [],
    runner: undefined,
  };
}

export function source(given: Partial<JobSource> = {}): JobSource {
  return { name: 'src/retry.ts', uri: 'file:///work/src/retry.ts', text: 'export {};', ...given };
}

export function batch(jobId: string, given: Partial<BatchRecord> = {}): BatchRecord {
  const customIds = [keyOfQuestion(1), keyOfQuestion(2)];
  return { token: 'token', jobId, batchId: undefined, keyId: 'key-1', createdAt: noon, customIds, ...given };
}

/** Returns its id. */
export function addJob(jobs: JobStore, given?: Partial<NewJob>, sources: readonly JobSource[] = [source()]): string {
  return jobs.add(job(given), sources).job.id;
}

export function find(jobs: JobStore, id: string): Job {
  const found = jobs.find(id);
  assert.ok(found, `${id} is not there`);
  return found;
}

export function keyOfQuestion(index: number): string {
  return keyOf({ model: 'm', maxTokens: 100, system: 'Be brief.', prompt: `What is ${index}?` });
}

/** Answers all of them with one request. */
export function keep(jobs: JobStore, jobId: string, keys: readonly string[], text = 'It is so.'): void {
  const answers = keys.map((key) => ({ key, text, isCut: false }));
  jobs.keep(jobId, answers, cost);
}

interface AskerOptions {
  readonly folder: string;
  readonly windowId: string;
  readonly jobId: string;
  readonly questions: number;
  readonly startAt: number;
  /** Called with each number of an answer that has been kept. */
  readonly onWrite?: OnWrite;
}

/** A window in a process of its own that leases questions and keeps their answers; resolves with how it ended. */
export function startAsker({ folder, windowId, jobId, questions, startAt, onWrite }: AskerOptions) {
  return startWindow(program, [folder, windowId, jobId, String(questions), String(startAt)], onWrite);
}
