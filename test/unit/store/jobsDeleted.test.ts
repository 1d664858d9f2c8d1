import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { JobState } from '../../../src/jobs/job';
import type { JobStore } from '../../../src/store/jobStore';
import type { Store } from '../../../src/store/store';
import { addJob, batch, keep, keyOfQuestion, leaseMs, source } from './jobSetup';
import { ids, minuteMs, noon, setUpDesk, type Desk } from './setup';

const hourMs = 60 * minuteMs;
const secret = 'planted-deleted-zebraquokka';
const ended = ['done', 'incomplete', 'failed', 'cancelled'] as const;

let desk: Desk;
let store: Store;
let jobs: JobStore;
beforeEach(() => {
  desk = setUpDesk();
  store = desk.openStore();
  ({ jobs } = store);
});
afterEach(() => desk.clear());

/** Ended at that time, or open. */
function addEnded(identity: string, state: JobState, at: number): string {
  const id = addJob(jobs, { identity });
  jobs.change(id, { state, endedAt: state === 'running' || state === 'paused' ? null : at });
  return id;
}

/** Keeps an answer at that time. */
function answerAt(index: number, at: number): string {
  const { now } = desk;
  desk.now = at;
  keep(jobs, 'no job', [keyOfQuestion(index)]);
  desk.now = now;
  return keyOfQuestion(index);
}

function rowsIn(table: string): unknown {
  const database = new DatabaseSync(desk.file);
  try {
    return database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count'];
  } finally {
    database.close();
  }
}

describe('Jobs that are removed', () => {
  it('go with all that belongs to them, and leave their answers', () => {
    for (const identity of ['a', 'b']) {
      const id = addJob(jobs, { identity });
      jobs.decide(id, 'size', '1');
      jobs.addBatch(batch(id, { token: identity }));
      jobs.change(id, { result: '{}' });
      keep(jobs, id, [keyOfQuestion(1)]);
    }
    const [first] = jobs.list();
    assert.ok(first);
    jobs.removeBatch(first.identity);
    jobs.remove(first.id);
    const tables = ['jobs', 'job_results', 'job_sources', 'job_decisions', 'job_batches', 'answers'];
    assert.deepEqual(
      tables.map((table) => rowsIn(table)),
      [1, 1, 1, 1, 1, 1],
    );
    assert.ok(!ids(jobs.list()).includes(first.id));
  });
});

describe('Old jobs', () => {
  it('are deleted when they ended before that time; open ones never are', () => {
    desk.now = noon - 10 * hourMs;
    for (const state of ended) addEnded(`${state} before`, state, noon - 1);
    const after = ended.map((state) => addEnded(`${state} after`, state, noon));
    const open = [addEnded('running', 'running', 0), addEnded('paused', 'paused', 0)];
    const never = addJob(jobs, { identity: 'ended without a time' });
    jobs.change(never, { state: 'failed' });
    jobs.prune(noon);
    assert.deepEqual(ids(jobs.list()).toSorted(), [...after, ...open].toSorted());
  });

  it('take along the answers that were last used before that time', () => {
    const [old, young] = [answerAt(1, noon - 1), answerAt(2, noon)];
    const used = answerAt(3, noon - 5 * hourMs);
    jobs.answers([used]);
    jobs.prune(noon);
    assert.deepEqual([...jobs.answers([old, young, used]).keys()], [young, used]);
  });

  it('leave the answers that a job may need which can still be run', () => {
    const before = answerAt(1, noon - 3 * hourMs);
    desk.now = noon - hourMs;
    const id = addEnded('a', 'incomplete', noon + hourMs);
    const needed = answerAt(2, noon - hourMs);
    const marked = answerAt(3, noon - 2 * hourMs + 1);
    jobs.answers([marked]);
    desk.now = noon;
    jobs.prune(noon);
    assert.deepEqual([...jobs.answers([before, needed, marked]).keys()], [needed, marked]);
    jobs.change(id, { state: 'done' });
    jobs.prune(noon + 1);
    assert.equal(jobs.answers([needed, marked]).size, 0);
  });

  it('take along the leases on questions that have run out', () => {
    const id = addJob(jobs);
    jobs.leaseQuestions(id, [keyOfQuestion(1)], leaseMs);
    desk.now += 1;
    jobs.leaseQuestions(id, [keyOfQuestion(2)], leaseMs);
    desk.now += leaseMs - 1;
    jobs.prune(noon);
    assert.equal(rowsIn('question_leases'), 1);
  });
});

describe('All jobs', () => {
  it('are deleted but those that are open, with every answer that none of these may need', () => {
    for (const state of ended) addEnded(state, state, noon);
    const kept = [addEnded('running', 'running', 0), addEnded('paused', 'paused', 0)];
    const [before, needed] = [answerAt(1, noon - 2 * hourMs), answerAt(2, noon)];
    jobs.clear();
    assert.deepEqual(ids(jobs.list()).toSorted(), kept.toSorted());
    assert.deepEqual([...jobs.answers([before, needed]).keys()], [needed]);
    for (const id of kept) {
      assert.equal(jobs.sourcesOf(id).length, 1);
      jobs.change(id, { state: 'cancelled' });
    }
    jobs.clear();
    assert.deepEqual([jobs.list(), jobs.answers([needed]).size], [[], 0]);
  });
});

describe('What was deleted of jobs', () => {
  const long = secret.repeat(2_000);
  const isOnDisk = () =>
    [desk.file, `${desk.file}-wal`].some((path) => existsSync(path) && readFileSync(path).includes(secret));

  function plant(): string {
    const id = addJob(jobs, { title: secret, spec: long }, [source({ text: long }), source({ text: `${long}\0` })]);
    jobs.decide(id, 'size', long);
    jobs.change(id, { result: long });
    keep(jobs, id, [keyOfQuestion(1)], long);
    assert.ok(isOnDisk());
    return id;
  }

  const ways: Readonly<Record<string, (id: string) => void>> = {
    cleared: (id) => {
      jobs.change(id, { state: 'failed' });
      jobs.clear();
    },
    pruned: (id) => {
      jobs.change(id, { state: 'done', endedAt: noon });
      jobs.prune(noon + 1);
    },
    'removed and their answers pruned': (id) => {
      jobs.remove(id);
      jobs.prune(noon + 1);
    },
  };
  for (const [what, act] of Object.entries(ways)) {
    it(`is not on the disk any more once they are ${what}, and the space is given back`, () => {
      store.close();
      const empty = statSync(desk.file).size;
      store = desk.openStore();
      ({ jobs } = store);
      act(plant());
      assert.ok(!isOnDisk());
      store.close();
      assert.ok(!isOnDisk());
      assert.ok(statSync(desk.file).size < empty + long.length, `${statSync(desk.file).size} bytes`);
    });
  }

  it('are the texts of one that is done', () => {
    const id = addJob(jobs, {}, [source({ text: long }), source({ text: `${long}\0` })]);
    assert.ok(isOnDisk());
    jobs.change(id, { state: 'done' });
    assert.ok(!isOnDisk());
  });

  it('is gone at once with the job that is removed', () => {
    const id = addJob(jobs, { spec: long }, [source({ text: long })]);
    assert.ok(isOnDisk());
    jobs.remove(id);
    assert.ok(!isOnDisk());
  });

  it('is overwritten later when another window reads just then', () => {
    for (const again of [() => store.hasChanged(), () => jobs.release('x'), () => store.close()]) {
      const reader = new DatabaseSync(desk.file);
      const id = plant();
      reader.exec('BEGIN; SELECT count(*) FROM jobs');
      jobs.change(id, { state: 'cancelled' });
      jobs.clear();
      assert.ok(isOnDisk(), 'the reader keeps it there');
      assert.equal(desk.logged.splice(0).length, 1, 'it is said once');
      reader.close();
      again();
      assert.ok(!isOnDisk());
    }
  });
});

describe('What is written late', () => {
  it('changes nothing of a job that is done', () => {
    const id = addJob(jobs, { identity: 'a' });
    jobs.change(id, { state: 'done', result: '"whole"', done: 4 });
    assert.equal(jobs.change(id, { state: 'paused', result: '"half"', done: 1 }), undefined);
    assert.deepEqual([jobs.find(id)?.state, jobs.find(id)?.done, jobs.resultOf(id)], ['done', 4, '"whole"']);
  });

  it('does not bring back a job that was cancelled, and keeps what there is of its result', () => {
    const id = addJob(jobs, { identity: 'a' });
    jobs.change(id, { state: 'cancelled' });
    jobs.change(id, { state: 'paused', failure: 'billing', result: '"half"' });
    assert.deepEqual([jobs.find(id)?.state, jobs.resultOf(id)], ['cancelled', '"half"']);
  });
});
