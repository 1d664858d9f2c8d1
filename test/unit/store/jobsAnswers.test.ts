import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { JobStore } from '../../../src/store/jobStore';
import { addJob, cost, find, keep, keyOfQuestion, leaseMs } from './jobSetup';
import { minuteMs, noon, setUpDesk, type Desk } from './setup';

const [one, two, three] = [keyOfQuestion(1), keyOfQuestion(2), keyOfQuestion(3)];

let desk: Desk;
let jobs: JobStore;
beforeEach(() => {
  desk = setUpDesk();
  ({ jobs } = desk.openStore());
});
afterEach(() => desk.clear());

function usedAt(key: string): unknown {
  const database = new DatabaseSync(desk.file);
  try {
    return database.prepare('SELECT used_at FROM answers WHERE key = :key').get({ key })?.['used_at'];
  } finally {
    database.close();
  }
}

describe('An answer', () => {
  it('is kept with what it cost, for any job of any window', () => {
    const id = addJob(jobs);
    jobs.keep(
      id,
      [
        { key: one, text: 'First.', isCut: false },
        { key: two, text: 'Sec', isCut: true },
      ],
      cost,
    );
    const other = desk.openStore('other').jobs;
    assert.deepEqual(
      [...other.answers([three, two, one, two])],
      [
        [two, { text: 'Sec', isCut: true }],
        [one, { text: 'First.', isCut: false }],
      ],
    );
    assert.deepEqual(find(other, id).cost, cost);
    assert.deepEqual([...other.answers([])], []);
  });

  it('adds up what a job has cost, and once unknown it stays unknown', () => {
    const id = addJob(jobs);
    const other = desk.openStore('other').jobs;
    jobs.keep(id, [], cost);
    other.keep(id, [], { ...cost, hasUnknownCost: true, costUsd: 0 });
    jobs.keep(id, [], cost);
    const expected = { requests: 3, inputTokens: 21, outputTokens: 9, costUsd: 0.5, hasUnknownCost: true };
    assert.deepEqual(find(jobs, id).cost, expected);
  });

  it('that came first stays, since others may have been built on it; both were paid', () => {
    const id = addJob(jobs);
    keep(jobs, id, [one], 'First.');
    keep(desk.openStore('other').jobs, id, [one], 'Second.');
    assert.equal(jobs.answers([one]).get(one)?.text, 'First.');
    assert.equal(find(jobs, id).cost.requests, 2);
  });

  it('is kept as SQLite can hold it', () => {
    keep(jobs, addJob(jobs), [one], 'a\0b\ud800c');
    assert.equal(jobs.answers([one]).get(one)?.text, 'ab\ufffdc');
  });

  it('is kept when its job is gone: it was paid for', () => {
    const id = addJob(jobs);
    jobs.remove(id);
    keep(jobs, id, [one]);
    assert.equal(jobs.answers([one]).size, 1);
  });

  it('comes with thousands of others at once', () => {
    const id = addJob(jobs);
    const keys = Array.from({ length: 3_000 }, (_, index) => keyOfQuestion(index));
    const asked = keys.filter((_, index) => index % 3 !== 0);
    keep(jobs, id, asked);
    assert.deepEqual([...jobs.answers(keys).keys()], asked);
  });

  it('gives up the lease on its question, and on no other', () => {
    const id = addJob(jobs);
    const other = desk.openStore('other').jobs;
    jobs.leaseQuestions(id, [one, two], leaseMs);
    keep(jobs, id, [one]);
    assert.deepEqual(other.leaseQuestions(id, [one, two], leaseMs), [one]);
  });
});

describe('The use of an answer', () => {
  it('is marked when it is read, at most once an hour, so that reading does not write each time', () => {
    const other = desk.openStore('other');
    keep(jobs, addJob(jobs), [one, two]);
    other.hasChanged();
    for (const [minutes, marked] of [
      [0, 0],
      [59, 0],
      [60, 60],
      [119, 60],
      [125, 125],
    ] as const) {
      desk.now = noon + minutes * minuteMs;
      jobs.answers([one, three]);
      assert.deepEqual([usedAt(one), usedAt(two)], [noon + marked * minuteMs, noon], `after ${minutes} minutes`);
      assert.equal(other.hasChanged(), minutes === marked && minutes > 0);
    }
  });

  it('does not go back with the clock', () => {
    keep(jobs, addJob(jobs), [one]);
    desk.now = noon - 10 * 60 * minuteMs;
    jobs.answers([one]);
    keep(jobs, addJob(jobs), [one]);
    assert.equal(usedAt(one), noon);
  });

  it('need not be marked for the answer to be read: not while another window writes', () => {
    keep(jobs, addJob(jobs), [one]);
    const impatient = new DatabaseSync(desk.file);
    const log = { warn: () => undefined };
    const reader = new JobStore(impatient, { windowId: 'w', now: () => noon + 120 * minuteMs, log });
    const writer = new DatabaseSync(desk.file);
    writer.exec('BEGIN IMMEDIATE');
    assert.equal(reader.answers([one]).size, 1);
    writer.close();
    assert.equal(usedAt(one), noon);
    assert.equal(reader.answers([one]).size, 1);
    assert.equal(usedAt(one), noon + 120 * minuteMs);
    impatient.close();
  });
});
