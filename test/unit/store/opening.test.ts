import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { mock } from 'node:test';
import { ConversationStore } from '../../../src/store/conversationStore';
import { openDatabase } from '../../../src/store/database';
import { DatabaseFile } from '../../../src/store/databaseFile';
import { migrate, migrations } from '../../../src/store/migrations';
import { StoreError } from '../../../src/store/storeError';
import { createRandom } from '../../support/random';
import { create, ids, load, minuteMs, noon, question, setUpDesk, type Desk } from './setup';

const pageBytes = 4_096;
const permissionBits = 0o777;

function open(folder: string) {
  return openDatabase({ folder, windowId: 'w', now: () => noon, log: { warn: () => undefined } });
}

/** The connection that a store is opened with, which it keeps to itself. */
function openPlain(desk: Desk): DatabaseSync {
  const { mock: calls } = mock.method(DatabaseSync.prototype, 'exec');
  desk.openStore();
  calls.restore();
  const plain: unknown = calls.calls.at(-1)?.this;
  assert.ok(plain instanceof DatabaseSync);
  return plain;
}

describe('Opening the database', () => {
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  /** A database with something in it, closed in order. */
  function fill(conversations = 1): Buffer {
    const store = desk.openStore();
    for (let index = 0; index < conversations; index++) {
      create(store, String(index), [question('q1', 'Some text of a question. '.repeat(400))]);
    }
    store.close();
    return readFileSync(desk.file);
  }

  it('makes the folder, for its owner only', () => {
    const folder = join(desk.folder, 'some', 'where');
    const opened = open(folder);
    assert.ok(opened.kind === 'ready');
    create(opened.store, 'a');
    for (const name of readdirSync(folder)) {
      assert.equal(statSync(join(folder, name)).mode & permissionBits & 0o077, 0, name);
    }
    opened.store.close();
    assert.deepEqual(readdirSync(folder), ['sluice.db'], 'an orderly end leaves one file');
  });

  it('says nothing, and sets nothing aside, when all is well', () => {
    fill();
    const opened = desk.open();
    assert.ok(opened.kind === 'ready');
    assert.equal(opened.setAside, undefined);
    assert.deepEqual(desk.logged, []);
  });

  it('takes the database as it is when a window has it open already', () => {
    const mine = desk.openStore('mine');
    create(mine, 'a', [question('q1')]);
    const theirs = desk.openStore('theirs');
    assert.deepEqual(load(theirs, 'a').turns, [question('q1')]);
    assert.ok(!mine.hasChanged(), 'opening is no news');
  });

  it('keeps what is written safe, and overwrites what is deleted', () => {
    const database = openPlain(desk);
    const pragmas = ['journal_mode', 'synchronous', 'secure_delete', 'foreign_keys', 'auto_vacuum', 'busy_timeout'];
    const values = pragmas.map((name) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
    // NORMAL is 1, and INCREMENTAL is 2.
    assert.deepEqual(values, ['wal', 1, 1, 1, 2, 5_000]);
    database.close();
  });

  it('examines what a process left behind that did not close it', () => {
    const whole = fill(200);
    const damaged = Buffer.from(whole).fill(7, Math.floor(whole.length / 2));
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(desk.file, damaged);
    writeFileSync(`${desk.file}.open-${pid}-left`, '');
    const opened = desk.open();
    assert.ok(opened.kind === 'ready' && opened.setAside !== undefined);
    opened.store.close();
    assert.deepEqual(
      readdirSync(desk.folder).filter((name) => name.includes('.open-')),
      [],
    );
  });

  it('does not take a window that is open for one that crashed', () => {
    fill();
    desk.openStore('one');
    const file = new DatabaseFile(desk.file);
    assert.ok(!file.wasAbandoned());
    assert.equal(readdirSync(desk.folder).filter((name) => name.includes('.open-')).length, 1);
  });

  it('waits for a window that is writing, and tells when it does not end', () => {
    fill();
    const store = desk.openStore();
    const other = new DatabaseSync(desk.file);
    const impatient = new DatabaseSync(desk.file);
    other.exec('BEGIN IMMEDIATE');
    const conversations = new ConversationStore(impatient, {
      windowId: 'w',
      now: () => noon,
      log: { warn: () => undefined },
    });
    assert.throws(
      () => conversations.putTurn('0', question('q2')),
      (error) => StoreError.is(error, 'busy'),
    );
    assert.deepEqual(ids(load(store, '0').turns), ['q1'], 'whoever reads does not wait');
    other.exec('ROLLBACK');
    conversations.putTurn('0', question('q2'));
    assert.deepEqual(ids(load(store, '0').turns), ['q1', 'q2']);
    other.close();
    impatient.close();
  });

  it('is over when the store is closed', () => {
    const store = desk.openStore();
    store.close();
    store.close();
    for (const use of [
      () => store.conversations.list({}),
      () => store.conversations.create({ id: 'a', workspace: undefined, at: noon }),
      () => store.conversations.revisionOf('a'),
    ]) {
      assert.throws(use, (error) => StoreError.is(error, 'closed'));
    }
  });

  describe('that is damaged', () => {
    const damages: Readonly<Record<string, () => void>> = {
      'is no database': () => writeFileSync(desk.file, 'not a database at all. '.repeat(1_000)),
      'was cut off': () => truncateSync(desk.file, Math.floor(fill(20).length / pageBytes / 2) * pageBytes),
      'was cut off within a page': () => truncateSync(desk.file, fill(20).length - pageBytes / 4),
      'has no readable schema': () => writeFileSync(desk.file, fill().fill(0xff, 100, pageBytes)),
    };
    for (const [what, damage] of Object.entries(damages)) {
      it(`because it ${what} sets the file aside as it is and begins anew`, () => {
        damage();
        const damaged = readFileSync(desk.file);
        const opened = desk.open();
        assert.ok(opened.kind === 'ready');
        assert.equal(opened.setAside, join(desk.folder, 'sluice.db.corrupt-2026-11-17T12-00-00-000Z'));
        assert.deepEqual(readFileSync(opened.setAside), damaged);
        assert.deepEqual(opened.store.conversations.list({}), []);
        create(opened.store, 'a');
        assert.match(desk.logged.join('\n'), /set aside/);
        opened.store.close();
        assert.deepEqual(ids(desk.openStore().conversations.list({})), ['a']);
      });
    }

    it('overwrites none that was set aside before', () => {
      for (const expected of [1, 2, 3]) {
        writeFileSync(desk.file, `damage ${expected} `.repeat(1_000));
        desk.openStore().close();
        assert.equal(readdirSync(desk.folder).filter((name) => name.includes('.corrupt-')).length, expected);
      }
    });

    it('takes its log along, which the new database would be spoilt by', () => {
      const file = new DatabaseFile(desk.file);
      for (const part of ['', '-wal', '-shm']) writeFileSync(desk.file + part, `part ${part}`);
      const aside = file.setAside(noon);
      for (const part of ['', '-wal', '-shm']) assert.equal(readFileSync(aside + part, 'utf8'), `part ${part}`);
      assert.equal(readdirSync(desk.folder).length, 3);
    });

    it('in places nobody has read yet is found by whoever reads them, and set aside at the next start', () => {
      const pagesOfSchema = fill(0).length / pageBytes;
      const whole = fill(200);
      const random = createRandom(4);
      let found = 0;
      for (let round = 0; round < 12; round++) {
        const damaged = Buffer.from(whole);
        // Those of an empty database hold the schema; damage to them is found at once.
        for (let page = pagesOfSchema; page < whole.length / pageBytes; page++) {
          if (random() < 0.5) damaged.fill(Math.floor(random() * 256), page * pageBytes, (page + 1) * pageBytes - 9);
        }
        writeFileSync(desk.file, damaged);
        const opened = desk.open();
        assert.ok(opened.kind === 'ready');
        try {
          for (let index = 0; index < 200; index++) opened.store.conversations.load(String(index));
        } catch (error) {
          assert.ok(StoreError.is(error, 'corrupt'), String(error));
          assert.ok(existsSync(`${desk.file}.suspect`));
          opened.store.close();
          const again = desk.open();
          assert.ok(again.kind === 'ready' && again.setAside !== undefined);
          assert.deepEqual(again.store.conversations.list({}), []);
          assert.ok(!existsSync(`${desk.file}.suspect`));
          again.store.close();
          found += 1;
        }
        opened.store.close();
      }
      assert.ok(found > 6, `found ${found}`);
    });

    it('is not set aside on suspicion alone', () => {
      fill();
      writeFileSync(`${desk.file}.suspect`, '');
      const opened = desk.open();
      assert.ok(opened.kind === 'ready');
      assert.equal(opened.setAside, undefined);
      assert.ok(!existsSync(`${desk.file}.suspect`));
    });
  });

  it('leaves a database of a newer version untouched', () => {
    fill();
    const database = new DatabaseSync(desk.file);
    database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    database.close();
    const before = readFileSync(desk.file);
    assert.deepEqual(desk.open(), { kind: 'unusable', reason: 'newer', setAside: undefined });
    assert.deepEqual(readFileSync(desk.file), before);
    assert.deepEqual(readdirSync(desk.folder), ['sluice.db']);
  });

  it('cannot be done in a folder that cannot be made', () => {
    writeFileSync(join(desk.folder, 'file'), '');
    const opened = open(join(desk.folder, 'file', 'folder'));
    assert.deepEqual(opened, { kind: 'unusable', reason: 'unwritable', setAside: undefined });
  });

  it('cannot be done where a folder lies in the way', () => {
    mkdirSync(desk.file);
    assert.deepEqual(desk.open(), { kind: 'unusable', reason: 'unwritable', setAside: undefined });
  });

  it('prints no warning of an experiment', () => {
    const script = `
      import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, '../../../src/store/database.ts'))};
      const emit = process.emitWarning;
      const log = { warn: console.log };
      openDatabase({ folder: ${JSON.stringify(desk.folder)}, windowId: 'w', now: Date.now, log }).store.close();
      console.log(process.emitWarning === emit);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const output = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    assert.equal(output.trim(), 'true');
  });
});

describe('A full disk', () => {
  it('fails the write, loses nothing that was there, and is over when there is room', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database);
    const store = new ConversationStore(database, { windowId: 'w', now: () => noon, log: { warn: () => undefined } });
    store.create({ id: 'a', workspace: undefined, at: noon });
    store.putTurn('a', question('q1'));
    const before = store.load('a');
    database.exec('PRAGMA max_page_count = 20');
    assert.throws(
      () => store.putTurn('a', question('q2', 'x'.repeat(1_000_000))),
      (error) => StoreError.is(error, 'full'),
    );
    assert.deepEqual(store.load('a'), before);
    database.exec('PRAGMA max_page_count = 100000');
    store.putTurn('a', question('q2', 'x'.repeat(1_000_000)));
    assert.deepEqual(ids(store.load('a')?.turns ?? []), ['q1', 'q2']);
    database.close();
  });
});

describe('A lease', () => {
  it('is kept by the next window of the same name', () => {
    const desk = setUpDesk();
    const store = desk.openStore('w');
    create(store, 'a');
    store.conversations.claim('a', noon + minuteMs);
    assert.ok(desk.openStore('w').conversations.claim('a', noon + minuteMs));
    desk.clear();
  });
});
