import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import type { JobChange } from '../../../src/jobs/job';
import type { JobStore } from '../../../src/store/jobStore';
import { openInMemory } from '../../../src/store/memory';
import { StoreError } from '../../../src/store/storeError';
import { addJob, added, batch, find, job, keep, keyOfQuestion, source } from './jobSetup';
import { ids, minuteMs, noon, setUpDesk, type Desk } from './setup';

let desk: Desk;
let jobs: JobStore;
beforeEach(() => {
  desk = setUpDesk();
  ({ jobs } = desk.openStore());
});
afterEach(() => desk.clear());

function exec(sql: string): void {
  const database = new DatabaseSync(desk.file);
  database.exec(sql);
  database.close();
}

describe('A job', () => {
  it('is there as it was begun', () => {
    const { job: begun, isNew } = jobs.add(job(), [source()]);
    assert.ok(isNew);
    assert.deepEqual(begun, added(begun.id));
    assert.deepEqual(jobs.find(begun.id), begun);
    assert.deepEqual(jobs.list(), [begun]);
    assert.deepEqual(jobs.specOf(begun.id), job().spec);
    assert.deepEqual([jobs.resultOf(begun.id), jobs.batchesOf(begun.id)], [undefined, []]);
  });

  it('is there for the next window, and in memory alone', () => {
    const id = addJob(jobs, { workspace: undefined });
    assert.deepEqual(desk.openStore('other').jobs.find(id), added(id, { workspace: undefined }));
    const store = openInMemory({ windowId: 'w', now: () => noon, log: { warn: () => {} } });
    const inMemory = addJob(store.jobs);
    assert.deepEqual(store.jobs.list(), [added(inMemory)]);
    assert.deepEqual(store.jobs.sourcesOf(inMemory), [source()]);
    store.close();
  });

  it('that is not there has nothing', () => {
    assert.deepEqual(
      [jobs.find('x'), jobs.specOf('x'), jobs.resultOf('x'), jobs.change('x', { done: 1, result: '1' })],
      [undefined, undefined, undefined, undefined],
    );
    assert.deepEqual([jobs.sourcesOf('x'), jobs.batchesOf('x'), jobs.decisionOf('x', 'a')], [[], [], undefined]);
    jobs.remove('x');
    jobs.release('x');
  });

  it('keeps its texts exactly, in their order', () => {
    const texts = ['', 'a\0b', '\ud800 half', '😀é\r\n\t"\\', "'; DROP TABLE jobs; --", 'x'.repeat(1_000_000)];
    const sources = texts.map((text, index) => source({ name: `${9 - index}`, text, uri: undefined }));
    const [first, ...rest] = sources;
    assert.ok(first);
    const id = addJob(jobs, {}, [{ ...first, seams: [0, 3, 7] }, { ...first, seams: [] }, ...rest]);
    assert.deepEqual(jobs.sourcesOf(id), [{ ...first, seams: [0, 3, 7] }, { ...first, seams: [] }, ...rest]);
  });

  it('is not hindered by amounts and letters that make no sense', () => {
    const expected = { requests: 0.4, inputTokens: Number.NaN, outputTokens: -1 };
    const { job: begun } = jobs.add(job({ title: 'a\0b\ud800', expected }), []);
    assert.deepEqual([begun.title, begun.expected], ['ab\ufffd', { requests: 0, inputTokens: 0, outputTokens: 0 }]);
    const unknown = {
      requests: 1.5,
      inputTokens: Infinity,
      outputTokens: 3,
      costUsd: Number.NaN,
      hasUnknownCost: false,
    };
    jobs.keep(begun.id, [], unknown);
    const { cost } = find(jobs, begun.id);
    assert.deepEqual(cost, { requests: 2, inputTokens: 0, outputTokens: 3, costUsd: 0, hasUnknownCost: true });
  });

  it('is listed with the open ones first, and of each kind the newest first', () => {
    const begin = (identity: string, atMinute: number, change: JobChange = {}) => {
      desk.now = noon + atMinute * minuteMs;
      const id = addJob(jobs, { identity });
      jobs.change(id, change);
      return id;
    };
    const expected = [
      begin('a', 3, { state: 'paused' }),
      begin('b', 2),
      begin('c', 2),
      begin('d', 5, { state: 'cancelled' }),
      begin('e', 4, { state: 'incomplete' }),
      begin('f', 1, { state: 'failed' }),
      begin('g', 0, { state: 'done' }),
    ];
    const [a, b, c, ...ended] = expected;
    assert.deepEqual(ids(jobs.list()), [a, c, b, ...ended], 'of one moment the later one first');
  });
});

describe('A job that is begun again', () => {
  it('while the same one is open joins it, with nothing written', () => {
    const first = jobs.add(job(), [source()]);
    const other = desk.openStore('other').jobs;
    for (const state of ['running', 'paused'] as const) {
      jobs.change(first.job.id, { state });
      const again = other.add(job({ title: 'Another name', priority: 'interactive' }), [source(), source()]);
      assert.deepEqual(again, { job: { ...first.job, state }, isNew: false });
    }
    assert.equal(jobs.list().length, 1);
    assert.equal(jobs.sourcesOf(first.job.id).length, 1);
  });

  it('is a new one when it is another, or when the first has ended', () => {
    addJob(jobs);
    assert.ok(jobs.add(job({ identity: 'other' }), []).isNew);
    for (const state of ['done', 'incomplete', 'failed', 'cancelled'] as const) {
      const before = jobs.add(job(), []);
      jobs.change(before.job.id, { state });
      const after = jobs.add(job(), []);
      assert.ok(after.isNew && after.job.id !== before.job.id, state);
    }
  });
});

describe('A change of a job', () => {
  it('changes what it names, and nothing else', () => {
    const id = addJob(jobs);
    const changes: readonly JobChange[] = [
      { state: 'paused' },
      { priority: 'interactive' },
      { delivery: 'batch' },
      { startedAt: noon + 1 },
      { endedAt: noon + 2 },
      { done: 5 },
      { total: 7 },
      { failed: 2 },
      { pausedUntil: noon + 3 },
      { failure: "spend'Limit" },
      { failureUntil: noon + 4 },
      { easings: ['shorter', 'later'] },
      {},
    ];
    let expected = added(id);
    for (const change of changes) {
      expected = { ...expected, ...noNull(change) };
      assert.deepEqual(jobs.change(id, change), expected);
      assert.deepEqual(find(jobs, id), expected);
    }
    const second = addJob(jobs, { identity: 'second' });
    let all: JobChange = {};
    for (const change of changes) all = { ...all, ...change };
    assert.deepEqual(jobs.change(second, all), { ...expected, id: second, identity: 'second' });
    assert.equal(jobs.specOf(id), job().spec);
  });

  it('takes away what is null', () => {
    const id = addJob(jobs);
    const given = { pausedUntil: noon, failure: 'billing', failureUntil: noon, endedAt: noon };
    jobs.change(id, { ...given, result: '{"a":1}' });
    const none = { pausedUntil: null, failure: null, failureUntil: null, endedAt: null };
    assert.deepEqual(jobs.change(id, none), added(id));
    assert.equal(jobs.resultOf(id), '{"a":1}');
  });

  it('can bring another spec, and a result that replaces the last one', () => {
    const id = addJob(jobs);
    jobs.change(id, { spec: '{"length":"short"}' });
    for (const result of ['{"text":"One"}', '{"text":"One and two"}']) {
      jobs.change(id, { result });
      assert.deepEqual([jobs.specOf(id), jobs.resultOf(id)], ['{"length":"short"}', result]);
    }
    assert.deepEqual(find(jobs, id), added(id));
  });

  it('is seen by another window, and told to it', () => {
    const other = desk.openStore('other');
    const id = addJob(jobs);
    assert.ok(other.hasChanged());
    jobs.change(id, { done: 1 });
    assert.ok(other.hasChanged() && !other.hasChanged());
    assert.equal(find(other.jobs, id).done, 1);
  });

  it('that ends the job deletes its texts, unless it may be tried again', () => {
    for (const [state, texts] of [
      ['running', 1],
      ['paused', 1],
      ['incomplete', 1],
      ['failed', 1],
      ['done', 0],
      ['cancelled', 0],
    ] as const) {
      const id = addJob(jobs, { identity: state });
      jobs.change(id, { state, result: '{}' });
      assert.equal(jobs.sourcesOf(id).length, texts, state);
      assert.deepEqual([jobs.specOf(id), jobs.resultOf(id)], [job().spec, '{}']);
    }
  });
});

describe('What cannot be understood of jobs', () => {
  it('is left out and logged, without a word of it', () => {
    const [one, two] = [addJob(jobs), addJob(jobs, { identity: 'two' }, [source(), source({ name: 'b' })])];
    jobs.addBatch(batch(two));
    exec(`
      UPDATE jobs SET state = 'unheard of' WHERE id = '${one}';
      UPDATE job_sources SET is_json = 1, text = 'Secret' WHERE name = 'b';
      UPDATE job_batches SET custom_ids = 'Secret';`);
    assert.deepEqual(ids(jobs.list()), [two]);
    assert.equal(jobs.find(one), undefined);
    assert.deepEqual(jobs.sourcesOf(two), [source()]);
    assert.deepEqual(jobs.batchesOf(two), []);
    assert.equal(desk.logged.length, 4);
    assert.doesNotMatch(desk.logged.join('\n'), /Secret/);
  });

  it('but is only told beside it does not hide a job or a text', () => {
    const id = addJob(jobs, {}, [source({ seams: [1] })]);
    jobs.change(id, { easings: ['later'] });
    for (const [json, easings] of [
      ['["hurry","later",7]', ['later']],
      ['{}', []],
      ['Secret', []],
    ] as const) {
      exec(`UPDATE jobs SET easings = '${json}'; UPDATE job_sources SET seams = 'Secret'`);
      assert.deepEqual(find(jobs, id).easings, easings);
      assert.deepEqual(jobs.sourcesOf(id), [source()]);
    }
    assert.deepEqual(desk.logged, []);
  });

  it('is not joined', () => {
    addJob(jobs);
    exec("UPDATE jobs SET delivery = 'pigeon'");
    assert.ok(jobs.add(job(), []).isNew);
  });
});

describe('A store of jobs that is closed', () => {
  it('says so, whatever it is asked', () => {
    const store = desk.openStore('other');
    const id = addJob(jobs);
    const { jobs: closed } = store;
    closed.lease(id, minuteMs);
    store.close();
    const uses: readonly (() => unknown)[] = [
      () => closed.add(job(), []),
      () => closed.list(),
      () => closed.find(id),
      () => closed.specOf(id),
      () => closed.sourcesOf(id),
      () => closed.resultOf(id),
      () => closed.change(id, {}),
      () => closed.remove(id),
      () => closed.lease(id, 1),
      () => closed.release(id),
      () => closed.releaseAll(),
      () => closed.leaseQuestions(id, [], 1),
      () => closed.releaseQuestions([]),
      () => closed.answers([]),
      () => keep(closed, id, [keyOfQuestion(1)]),
      () => closed.decide(id, 'a', 'b'),
      () => closed.decisionOf(id, 'a'),
      () => closed.addBatch(batch(id)),
      () => closed.setBatchId('a', 'b'),
      () => closed.removeBatch('a'),
      () => closed.batchesOf(id),
      () => closed.knownBatchIds(),
      () => closed.prune(noon),
      () => closed.clear(),
    ];
    for (const use of uses) assert.throws(use, (error) => StoreError.is(error, 'closed'));
    assert.equal(find(jobs, id).runner, undefined, 'and what it held was given up');
  });
});

/** What a change makes of a job: JSON has no `undefined`. */
function noNull(change: JobChange): object {
  return Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value ?? undefined]));
}
