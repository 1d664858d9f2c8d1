import assert from 'node:assert/strict';
import type { JobStore } from '../../../src/store/jobStore';
import type { Store } from '../../../src/store/store';
import { addJob, find, keep, keyOfQuestion, leaseMs, startAsker } from './jobSetup';
import { noon, setUpDesk, type Desk } from './setup';

const [one, two, three] = [keyOfQuestion(1), keyOfQuestion(2), keyOfQuestion(3)];
/** Long enough for two processes to have started and to wait for each other. */
const startTogetherMs = 1_500;
const manyQuestions = 400;

let desk: Desk;
beforeEach(() => (desk = setUpDesk()));
afterEach(() => desk.clear());

function killAfterTwenty(count: number, kill: () => void): void {
  if (count >= 20) kill();
}

/** Two windows, and a job that neither runs. */
function setUp(): { mine: Store; theirs: JobStore; jobs: JobStore; id: string } {
  const mine = desk.openStore('mine');
  const theirs = desk.openStore('theirs').jobs;
  return { mine, theirs, jobs: mine.jobs, id: addJob(mine.jobs) };
}

describe('The lease on a job', () => {
  it('is one window’s, until its last millisecond is over', () => {
    const { jobs, theirs, id } = setUp();
    assert.ok(jobs.lease(id, leaseMs));
    assert.ok(!theirs.lease(id, leaseMs));
    assert.deepEqual(find(theirs, id).runner, { windowId: 'mine', until: noon + leaseMs });
    desk.now = noon + leaseMs - 1;
    assert.ok(!theirs.lease(id, leaseMs));
    assert.equal(find(theirs, id).runner?.windowId, 'mine');
    desk.now += 1;
    assert.equal(find(theirs, id).runner, undefined);
    assert.ok(theirs.lease(id, leaseMs));
    assert.ok(!jobs.lease(id, leaseMs), 'and is the other’s then');
  });

  it('is renewed by whoever has it, also when it has run out and nobody took it', () => {
    const { jobs, theirs, id } = setUp();
    jobs.lease(id, leaseMs);
    for (const passed of [leaseMs / 2, leaseMs, 3 * leaseMs]) {
      desk.now += passed;
      assert.ok(jobs.lease(id, leaseMs));
      assert.ok(!theirs.lease(id, leaseMs));
      assert.equal(find(jobs, id).runner?.until, desk.now + leaseMs);
    }
  });

  it('is given up by its window only', () => {
    const { jobs, theirs, id } = setUp();
    jobs.lease(id, leaseMs);
    theirs.release(id);
    theirs.releaseAll();
    assert.equal(find(jobs, id).runner?.windowId, 'mine');
    jobs.release(id);
    assert.equal(find(jobs, id).runner, undefined);
    assert.ok(theirs.lease(id, leaseMs));
  });

  it('is not given of what is over or gone, and is of what can be tried again', () => {
    const { jobs, id } = setUp();
    for (const [state, isLeased] of [
      ['running', true],
      ['paused', true],
      ['incomplete', true],
      ['failed', true],
      ['done', false],
      ['cancelled', false],
    ] as const) {
      jobs.change(id, { state });
      assert.equal(jobs.lease(id, leaseMs), isLeased, state);
    }
    jobs.release(id);
    assert.equal(find(jobs, id).runner, undefined, 'what was held when it ended can be given up');
    jobs.remove(id);
    assert.ok(!jobs.lease(id, leaseMs));
  });

  it('is one for each job', () => {
    const { jobs, theirs, id } = setUp();
    const other = addJob(jobs, { identity: 'other' });
    assert.ok(jobs.lease(id, leaseMs) && theirs.lease(other, leaseMs));
    jobs.release(id);
    assert.equal(find(jobs, other).runner?.windowId, 'theirs');
  });

  it('is given back when the window closes, but not by a second connection of it', () => {
    const { mine, jobs, theirs, id } = setUp();
    jobs.lease(id, leaseMs);
    jobs.leaseQuestions(id, [one], leaseMs);
    desk.openStore('mine').close();
    assert.ok(!theirs.lease(id, leaseMs));
    mine.close();
    assert.ok(theirs.lease(id, leaseMs));
    assert.deepEqual(theirs.leaseQuestions(id, [one], leaseMs), [one]);
  });
});

describe('The lease on a question', () => {
  it('is one window’s until it runs out, and renewed by it', () => {
    const { jobs, theirs, id } = setUp();
    assert.deepEqual(jobs.leaseQuestions(id, [one, two], leaseMs), [one, two]);
    assert.deepEqual(theirs.leaseQuestions(id, [three, two, one], leaseMs), [three]);
    desk.now += leaseMs / 2;
    assert.deepEqual(jobs.leaseQuestions(id, [two], leaseMs), [two]);
    desk.now += leaseMs / 2;
    assert.deepEqual(theirs.leaseQuestions(id, [one, two, three], leaseMs), [one, three]);
    assert.deepEqual(jobs.leaseQuestions(id, [one, two, one], leaseMs), [two]);
    assert.deepEqual(jobs.leaseQuestions(id, [], leaseMs), []);
  });

  it('holds whichever job asks it', () => {
    const { jobs, theirs, id } = setUp();
    const other = addJob(theirs, { identity: 'other' });
    jobs.leaseQuestions(id, [one], leaseMs);
    assert.deepEqual(theirs.leaseQuestions(other, [one, two], leaseMs), [two]);
  });

  it('is given up by its window only', () => {
    const { jobs, theirs, id } = setUp();
    jobs.leaseQuestions(id, [one, two], leaseMs);
    theirs.releaseQuestions([one, two]);
    theirs.release(id);
    assert.deepEqual(theirs.leaseQuestions(id, [one, two], leaseMs), []);
    jobs.releaseQuestions([two, three]);
    assert.deepEqual(theirs.leaseQuestions(id, [one, two], leaseMs), [two]);
  });

  it('is given up with its job, while those of other jobs stay', () => {
    const { jobs, theirs, id } = setUp();
    const other = addJob(jobs, { identity: 'other' });
    jobs.leaseQuestions(id, [one], leaseMs);
    jobs.leaseQuestions(other, [two], leaseMs);
    jobs.release(id);
    assert.deepEqual(theirs.leaseQuestions(id, [one, two], leaseMs), [one]);
    jobs.releaseAll();
    assert.deepEqual(theirs.leaseQuestions(id, [two], leaseMs), [two]);
  });
});

describe('Windows in processes of their own that run one job', function () {
  this.timeout(60_000);

  it('ask each question once; of one that is killed only what it was asking is left to do', async () => {
    const id = addJob(desk.openStore('starter').jobs);
    const keys = Array.from({ length: manyQuestions }, (_, index) => keyOfQuestion(index));
    const given = { folder: desk.folder, jobId: id, questions: manyQuestions, startAt: Date.now() + startTogetherMs };
    const [killed, whole] = await Promise.all([
      startAsker({ ...given, windowId: 'killed', onWrite: killAfterTwenty }),
      startAsker({ ...given, windowId: 'whole' }),
    ]);
    assert.equal(killed.signal, 'SIGKILL', killed.complaints);
    assert.deepEqual([whole.code, whole.complaints], [0, '']);

    const opened = desk.open('next');
    assert.ok(opened.kind === 'ready' && opened.setAside === undefined);
    const { jobs } = opened.store;
    const runs = ['killed', 'whole'].map((name) => jobs.decisionOf(id, `is run by ${name}`));
    assert.deepEqual(
      runs.map(String).toSorted((a, b) => a.localeCompare(b)),
      ['false', 'true'],
      'one of them ran it',
    );
    const answers = jobs.answers(keys);
    for (const [key, { text }] of answers) assert.ok(text.startsWith(`${key} `) && text.endsWith(` ${key}`));
    assert.equal(find(jobs, id).cost.requests, answers.size, 'none was paid twice, and none is without its cost');
    assert.ok(answers.size >= killed.written + whole.written);

    const left = keys.filter((key) => !answers.has(key));
    assert.ok(left.length < 8, `${left.length} are left`);
    assert.deepEqual(jobs.leaseQuestions(id, keys, leaseMs), [...answers.keys()], 'what it asked is still leased');
    const wasRunner = runs[0] === 'true';
    assert.equal(jobs.lease(id, leaseMs), !wasRunner);
    desk.now += leaseMs;
    assert.ok(jobs.lease(id, leaseMs));
    assert.deepEqual(jobs.leaseQuestions(id, left, leaseMs), left);
    for (const key of left) keep(jobs, id, [key]);
    assert.deepEqual([jobs.answers(keys).size, find(jobs, id).cost.requests], [manyQuestions, manyQuestions]);
    assert.deepEqual(desk.logged, []);
  });
});
