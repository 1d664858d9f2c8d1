import assert from 'node:assert/strict';
import type { JobStore } from '../../../src/store/jobStore';
import type { Store } from '../../../src/store/store';
import { addJob, cost, keyOfQuestion, leaseMs, source } from './jobSetup';
import { quickest } from './quickest';
import { noon, setUpDesk, type Desk } from './setup';
import { usageEntry } from './usageSetup';

const text = 'Some words. '.repeat(50);

/** Ended jobs, each with such a result and such a spec. */
function fill({ jobs }: Store, count: number, result: string): JobStore {
  for (let index = 0; index < count; index++) {
    const id = addJob(jobs, { identity: String(index), spec: result }, []);
    jobs.change(id, { state: 'done', endedAt: noon, result });
  }
  return jobs;
}

function answer(jobs: JobStore, jobId: string, count: number): readonly string[] {
  const keys = Array.from({ length: count }, (_, index) => keyOfQuestion(index));
  jobs.keep(
    jobId,
    keys.map((key) => ({ key, text, isCut: false })),
    cost,
  );
  return keys;
}

/** Of one answer at a time, each to another question. */
function keepTime(jobs: JobStore, jobId: string): number {
  let next = 1_000_000;
  return quickest(() => {
    next += 1;
    jobs.keep(jobId, [{ key: keyOfQuestion(next), text, isCut: false }], cost);
  });
}

describe('The time it takes', () => {
  const desks: Desk[] = [];
  const openStore = () => {
    const desk = setUpDesk();
    desks.push(desk);
    return desk.openStore();
  };
  afterEach(() => {
    for (const desk of desks.splice(0)) desk.clear();
  });

  it('to list 1,000 jobs that have ended does not grow with their results', () => {
    const brief = fill(openStore(), 1_000, '{}');
    const long = fill(openStore(), 1_000, JSON.stringify('word '.repeat(2_000)));
    assert.equal(long.list().length, 1_000);
    const ratio = quickest(() => long.list()) / quickest(() => brief.list());
    assert.ok(ratio < 3, `${ratio} times as long for five thousand times the text`);
  });

  it('to keep an answer does not grow with the job or with what was answered before', () => {
    const { jobs: small } = openStore();
    const large = fill(openStore(), 500, '{}');
    const sources = [source({ text: 'word '.repeat(1_000_000) })];
    const id = addJob(large, { identity: 'large' }, sources);
    large.change(id, { result: JSON.stringify('word '.repeat(200_000)) });
    answer(large, id, 5_000);
    const ratio = keepTime(large, id) / keepTime(small, addJob(small));
    assert.ok(ratio < 3, `${ratio} times as long`);
  });

  it('to keep an answer is not much more than to record what a request used', () => {
    const { jobs, usage } = openStore();
    const ratio = keepTime(jobs, addJob(jobs)) / quickest(() => usage.record(usageEntry()));
    assert.ok(ratio < 8, `${ratio} times as long`);
  });

  it('to read 5,000 answers, or to lease their questions, is ten times that for 500, not more', () => {
    const { jobs } = openStore();
    const id = addJob(jobs);
    const many = answer(jobs, id, 5_000);
    const few = many.slice(0, 500);
    assert.equal(jobs.answers(many).size, 5_000);
    const reading = quickest(() => jobs.answers(many)) / quickest(() => jobs.answers(few));
    assert.ok(reading < 10 * 2.5, `${reading} times as long to read`);
    const lease = (keys: readonly string[]) => quickest(() => jobs.leaseQuestions(id, keys, leaseMs));
    const leasing = lease(many) / lease(few);
    assert.ok(leasing < 10 * 2.5, `${leasing} times as long to lease`);
  });

  it('to see that nothing is answered does not grow with what is', () => {
    const [{ jobs: few }, { jobs: many }] = [openStore(), openStore()];
    answer(many, addJob(many), 5_000);
    const unknown = Array.from({ length: 200 }, (_, index) => keyOfQuestion(-1 - index));
    assert.equal(many.answers(unknown).size, 0);
    const ratio = quickest(() => many.answers(unknown)) / quickest(() => few.answers(unknown));
    assert.ok(ratio < 3, `${ratio} times as long`);
  });
});
