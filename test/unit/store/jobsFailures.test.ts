import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { JobStore } from '../../../src/store/jobStore';
import { migrate, migrations, versionOf } from '../../../src/store/migrations';
import { StoreError } from '../../../src/store/storeError';
import { addJob, added, batch, find, job, keep, keyOfQuestion, leaseMs, source } from './jobSetup';
import { ids, load, noon, setUpDesk, type Desk } from './setup';
import { keyEvent, usageEntry } from './usageSetup';

const pageBytes = 4_096;
const plentyOfPages = 1_000_000;
const large = 'x'.repeat(1_000_000);

let desk: Desk;
beforeEach(() => (desk = setUpDesk()));
afterEach(() => desk.clear());

/** All that there is of a job. */
function everything(jobs: JobStore, id: string) {
  return {
    list: jobs.list(),
    of: [jobs.specOf(id), jobs.resultOf(id), jobs.sourcesOf(id), jobs.batchesOf(id), jobs.decisionOf(id, 'way')],
    answers: jobs.answers([keyOfQuestion(1), keyOfQuestion(2)]),
  };
}

/** A connection to the file whose pages can be limited: that is how a full disk looks to SQLite. */
function setUp() {
  desk.openStore().close();
  const database = new DatabaseSync(desk.file);
  const jobs = new JobStore(database, { windowId: 'w', now: () => desk.now, log: { warn: () => undefined } });
  const id = addJob(jobs);
  jobs.lease(id, leaseMs);
  jobs.leaseQuestions(id, [keyOfQuestion(1), keyOfQuestion(2)], leaseMs);
  keep(jobs, id, [keyOfQuestion(1)]);
  jobs.change(id, { result: '{"text":"One"}', done: 1 });
  jobs.addBatch(batch(id));
  const { pages } = database.prepare('SELECT page_count AS pages FROM pragma_page_count').get() ?? {};
  const setFull = (isFull: boolean) => {
    database.exec(`PRAGMA max_page_count = ${isFull ? Number(pages) : plentyOfPages}`);
  };
  return { database, jobs, id, setFull };
}

const isFull = (error: unknown) => StoreError.is(error, 'full');
/** Closed in order. Returns the ids. */
function fill(count: number): readonly string[] {
  const store = desk.openStore();
  const added = Array.from({ length: count }, (_, index) => {
    const text = 'Some text of a file. '.repeat(1_000);
    const id = addJob(store.jobs, { identity: String(index) }, [source({ text })]);
    keep(store.jobs, id, [keyOfQuestion(index)], text);
    return id;
  });
  store.close();
  return added;
}

describe('A disk that is full under jobs', () => {
  const writes: Readonly<Record<string, (jobs: JobStore, id: string) => unknown>> = {
    'a new job': (jobs) => jobs.add(job({ identity: 'other' }), [source(), source({ text: large })]),
    'an answer': (jobs, id) => keep(jobs, id, [keyOfQuestion(2), keyOfQuestion(3)], large),
    'a result': (jobs, id) => jobs.change(id, { result: large, done: 2, total: 9, state: 'done' }),
    'a spec': (jobs, id) => jobs.change(id, { spec: large, easings: ['shorter'] }),
    'a decision': (jobs, id) => jobs.decide(id, 'way', large),
    'a batch': (jobs, id) => jobs.addBatch(batch(id, { token: 'second', customIds: [large] })),
  };
  for (const [what, write] of Object.entries(writes)) {
    it(`does not take ${what}, has nothing written of it, and takes it once there is room`, () => {
      const { database, jobs, id, setFull } = setUp();
      const before = everything(jobs, id);
      setFull(true);
      assert.throws(() => write(jobs, id), isFull);
      assert.throws(() => write(jobs, id), isFull, 'nor at the second try');
      assert.deepEqual(everything(jobs, id), before);
      setFull(false);
      write(jobs, id);
      assert.notDeepEqual(everything(jobs, id), before);
      assert.deepEqual(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
      database.close();
    });
  }

  it('still lets a window read, keep its leases and give them up', () => {
    const { database, jobs, id, setFull } = setUp();
    setFull(true);
    desk.now += leaseMs / 2;
    assert.ok(jobs.lease(id, leaseMs));
    assert.deepEqual(jobs.leaseQuestions(id, [keyOfQuestion(2)], leaseMs), [keyOfQuestion(2)]);
    jobs.change(id, { state: 'paused' });
    jobs.release(id);
    assert.deepEqual([find(jobs, id).state, find(jobs, id).runner], ['paused', undefined]);
    database.close();
  });
});

describe('A database with jobs', () => {
  it('that cannot be opened is set aside as it is, and a new one begun that has none', () => {
    fill(3);
    const damaged = readFileSync(desk.file).fill(0xff, 0, 2 * pageBytes);
    writeFileSync(desk.file, damaged);
    const opened = desk.open();
    assert.ok(opened.kind === 'ready' && opened.setAside !== undefined);
    assert.deepEqual(readFileSync(opened.setAside), damaged);
    const { jobs } = opened.store;
    assert.deepEqual([jobs.list(), jobs.knownBatchIds(), jobs.answers([keyOfQuestion(0)]).size], [[], [], 0]);
    const id = addJob(jobs);
    assert.deepEqual(jobs.list(), [added(id)]);
    assert.match(desk.logged.join('\n'), /set aside/);
  });

  it('that is damaged where its texts are is found out by whoever reads them, and set aside at the next start', () => {
    fill(0);
    const empty = readFileSync(desk.file).length;
    const filled = fill(20);
    const bytes = readFileSync(desk.file);
    const isText = (page: number) => bytes.subarray(page, page + pageBytes).includes('Some text of a file.');
    for (let page = empty; page < bytes.length; page += pageBytes) {
      if (isText(page)) bytes.fill(0xa5, page, page + pageBytes);
    }
    writeFileSync(desk.file, bytes);
    const store = desk.openStore();
    assert.throws(
      () => filled.map((id) => store.jobs.sourcesOf(id)),
      (error) => StoreError.is(error, 'corrupt'),
    );
    store.close();
    const again = desk.open();
    assert.ok(again.kind === 'ready' && again.setAside !== undefined);
    assert.deepEqual(again.store.jobs.list(), []);
  });

  it('of a newer version is refused, and not a byte of it touched', () => {
    fill(3);
    const database = new DatabaseSync(desk.file);
    database.exec(`ALTER TABLE jobs ADD COLUMN later TEXT; PRAGMA user_version = ${migrations.length + 1}`);
    database.close();
    const before = readFileSync(desk.file);
    assert.deepEqual(desk.open(), { kind: 'unusable', reason: 'newer', setAside: undefined });
    assert.deepEqual(readFileSync(desk.file), before);
    assert.deepEqual(readdirSync(desk.folder), ['sluice.db']);
  });

  it('that was set aside by another window takes nothing more', () => {
    const { jobs } = desk.openStore();
    const id = addJob(jobs);
    for (const companion of ['', '-wal', '-shm']) renameSync(desk.file + companion, `${desk.file}.aside${companion}`);
    const next = desk.openStore('next').jobs;
    for (const write of [() => jobs.add(job(), []), () => jobs.lease(id, 1), () => keep(jobs, id, ['k'])]) {
      assert.throws(write, (error) => StoreError.is(error, 'moved'));
    }
    assert.deepEqual(next.list(), []);
  });
});

describe('A database of the third version', () => {
  it('gets the tables of jobs, and keeps its chats and what keys have used as they are', () => {
    const old = new DatabaseSync(desk.file);
    migrate(old, migrations.slice(0, 3));
    assert.equal(versionOf(old), 3);
    old.exec(`
      INSERT INTO conversations (id, title, created_at, updated_at, writer) VALUES ('a', 'Retries', 1, 2, 'w');
      INSERT INTO turns (conversation_id, id, text, details)
      VALUES ('a', 'q1', 'Why?', '{"role":"user","at":1,"attachments":[]}');
      INSERT INTO composers (conversation_id, queue, drafts) VALUES ('a', '[]', '[]');
      INSERT INTO usage_slots VALUES ('key-1', ${Math.floor(noon / 900_000)}, 'm', 1, 0, 0, 1, 2, 3, 5, 0.25, 0, ${noon});
      INSERT INTO key_events (at, key_id, kind, window_id, label) VALUES (${noon}, 'key-1', 'added', 'w', 'Work');`);
    old.close();
    const store = desk.openStore();
    const { title, turns, revision } = load(store, 'a');
    assert.deepEqual([title, ids(turns), revision], ['Retries', ['q1'], 1]);
    store.usage.record(usageEntry());
    store.usage.addEvent(keyEvent());
    assert.deepEqual([store.usage.spentOf('key-1', noon).todayUsd, store.usage.events().length], [0.5, 2]);
    assert.deepEqual(store.jobs.list(), []);
    const id = addJob(store.jobs);
    assert.deepEqual([store.jobs.list(), store.jobs.sourcesOf(id)], [[added(id)], [source()]]);
  });
});
