import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { mock } from 'node:test';
import { openLedger, type Ledger } from '../../../src/host/usage/ledger';
import type { Log } from '../../../src/host/log';
import { DatabaseFile } from '../../../src/store/databaseFile';
import { migrations } from '../../../src/store/migrations';
import { noon, setUpDesk, type Desk } from '../store/setup';
import { keyEvent, usageEntry } from '../store/usageSetup';
import { inZone } from '../usage/zones';

const secondMs = 1_000;
const dayMs = 86_400_000;

describe('The ledger', () => {
  let desk: Desk;
  let ledgers: Ledger[];
  let logged: string[];
  beforeEach(() => {
    desk = setUpDesk();
    ledgers = [];
    logged = [];
  });
  afterEach(() => {
    for (const ledger of ledgers) ledger.dispose();
    desk.clear();
  });

  interface OpenOptions {
    readonly windowId?: string;
    /** Otherwise that of this test. */
    readonly folder?: string | undefined;
    readonly redact?: (text: string) => string;
  }

  function open(given: OpenOptions = {}) {
    const { windowId = 'here', redact = (text) => text } = given;
    const folder = 'folder' in given ? given.folder : desk.folder;
    const log: Log = {
      info: (message) => void logged.push(message),
      warn: (message) => void logged.push(message),
      error: (message, error) => void logged.push(`${message}: ${String(error)}`),
      show: () => {},
    };
    const ledger = openLedger({ folder, windowId, now: () => desk.now, log, redact });
    ledgers.push(ledger);
    let changes = 0;
    ledger.onDidChange(() => (changes += 1));
    return Object.assign(ledger, { changes: () => changes });
  }

  const { label, kind, keyId, detail } = keyEvent();
  const event = { label, kind, keyId, detail };

  it('tells at once what it has recorded, and tells its listeners', () => {
    const ledger = open();
    assert.deepEqual(ledger.spentOf('key-1'), { todayUsd: 0, monthUsd: 0 });
    ledger.record(usageEntry());
    ledger.record(usageEntry());
    assert.deepEqual(ledger.spentOf('key-1'), { todayUsd: 0.5, monthUsd: 0.5 });
    assert.equal(ledger.usageOf()[0]?.today.requests, 2);
    ledger.addEvent(event);
    assert.deepEqual(ledger.events(), [{ ...event, at: noon, windowId: 'here' }]);
    assert.deepEqual(ledger.events({ keyId: 'other' }), []);
    assert.equal(ledger.changes(), 3);
    assert.deepEqual(logged, []);
  });

  it('keeps all of it for the next start', () => {
    const first = open();
    first.record(usageEntry());
    first.addEvent(event);
    first.dispose();
    const next = open({ windowId: 'next' });
    assert.deepEqual(next.spentOf('key-1'), { todayUsd: 0.25, monthUsd: 0.25 });
    assert.deepEqual([next.usageOf().length, next.events().length], [1, 1]);
  });

  it('sees within two seconds what another window has spent, and says so', async () => {
    const here = open();
    const there = open({ windowId: 'there' });
    here.record(usageEntry());
    assert.equal(here.spentOf('key-1').todayUsd, 0.25);
    there.record(usageEntry());
    assert.equal(there.spentOf('key-1').todayUsd, 0.5);
    desk.now += 2 * secondMs;
    assert.equal(here.spentOf('key-1').todayUsd, 0.5);
    assert.equal(here.changes(), 1, 'not while it is asked');
    await Promise.resolve();
    assert.equal(here.changes(), 2);
    desk.now += 2 * secondMs;
    here.spentOf('key-1');
    await Promise.resolve();
    assert.equal(here.changes(), 2);
  });

  it('is not asked for nothing: it reads once however often it is asked, and writes once for each request', () => {
    const ledger = open();
    ledger.spentOf('key-1');
    const reads = mock.method(StatementSync.prototype, 'get');
    const writes = mock.method(StatementSync.prototype, 'run');
    for (let index = 0; index < 1_000; index++) ledger.spentOf('key-1');
    assert.equal(reads.mock.callCount(), 0);
    for (let index = 0; index < 10; index++) {
      ledger.record(usageEntry());
      ledger.spentOf('key-1');
    }
    assert.deepEqual([reads.mock.callCount(), writes.mock.callCount()], [0, 10]);
    mock.restoreAll();
    assert.equal(ledger.spentOf('key-1').todayUsd, 2.5);
  });

  it('starts a day and a month from nothing, at local midnight', () => {
    inZone('Asia/Kathmandu', () => {
      desk.now = Date.parse('2026-11-29T23:59:59.999+05:45');
      const ledger = open();
      ledger.spentOf('key-1');
      ledger.record(usageEntry({ at: desk.now }));
      assert.deepEqual(ledger.spentOf('key-1'), { todayUsd: 0.25, monthUsd: 0.25 });
      desk.now += 1;
      assert.deepEqual(ledger.spentOf('key-1'), { todayUsd: 0, monthUsd: 0.25 });
      desk.now += dayMs;
      assert.deepEqual(ledger.spentOf('key-1'), { todayUsd: 0, monthUsd: 0 });
      ledger.record(usageEntry({ at: desk.now - 1 }));
      assert.deepEqual(ledger.spentOf('key-1'), { todayUsd: 0, monthUsd: 0 }, 'it ended yesterday');
    });
  });

  it('forgets at its opening what is older than 400 days', () => {
    const ledger = open();
    for (const days of [399, 401]) {
      ledger.record(usageEntry({ keyId: `used ${days}`, at: noon - days * dayMs }));
    }
    ledger.addEvent(event);
    ledger.dispose();
    assert.deepEqual(
      open()
        .usageOf()
        .map((used) => used.keyId),
      ['used 399'],
    );
    desk.now += 401 * dayMs;
    const later = open();
    assert.deepEqual([later.usageOf(), later.events()], [[], []]);
  });

  it('lets one of two windows tell what is to be told once', () => {
    const [here, there] = [open(), open({ windowId: 'there' })];
    assert.deepEqual([here.claim('a'), there.claim('a'), there.claim('b')], [true, false, true]);
    desk.now += secondMs;
    assert.deepEqual([there.claim('a', secondMs), here.claim('a', secondMs)], [true, false]);
    desk.now += 401 * dayMs;
    assert.equal(open({ windowId: 'next' }).claim('a'), true);
  });

  it('decides nothing for other windows where it is not on disk, or over', () => {
    assert.equal(open({ folder: undefined }).claim('a'), undefined);
    const ledger = open();
    ledger.dispose();
    assert.equal(ledger.claim('a'), undefined);
  });

  it('stores no text but through the redaction', () => {
    const ledger = open({ redact: (text) => text.replaceAll('planted', '[redacted]') });
    ledger.addEvent({ ...event, label: 'a planted one', detail: 'planted' });
    const [{ label: stored, detail: words } = keyEvent()] = ledger.events();
    assert.deepEqual([stored, words], ['a [redacted] one', '[redacted]']);
  });

  const unusable: Readonly<Record<string, () => string | undefined>> = {
    'where there is no disk': () => undefined,
    'where the folder cannot be made': () => {
      writeFileSync(join(desk.folder, 'file'), '');
      return join(desk.folder, 'file', 'folder');
    },
    'where a folder lies in the way': () => {
      mkdirSync(desk.file);
      return desk.folder;
    },
    'beside a database of a newer version': () => {
      const database = new DatabaseSync(desk.file);
      database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
      database.close();
      return desk.folder;
    },
  };
  for (const [where, prepare] of Object.entries(unusable)) {
    it(`counts in memory ${where}`, () => {
      const ledger = open({ folder: prepare() });
      ledger.record(usageEntry());
      ledger.addEvent(event);
      assert.equal(ledger.spentOf('key-1').todayUsd, 0.25);
      assert.deepEqual([ledger.usageOf().length, ledger.events().length], [1, 1]);
    });
  }

  it('counts all the same where there is no SQLite at all', () => {
    const builtin = mock.method(process, 'getBuiltinModule', () => ({}));
    const ledger = open();
    builtin.mock.restore();
    ledger.record(usageEntry());
    ledger.record(usageEntry());
    assert.equal(ledger.spentOf('key-1').todayUsd, 0.5);
    assert.deepEqual([ledger.usageOf(), ledger.events()], [[], []]);
  });

  it('goes on in the new database when the one it had open was set aside', () => {
    const ledger = open();
    ledger.record(usageEntry());
    new DatabaseFile(desk.file).setAside(noon);
    ledger.record(usageEntry());
    assert.equal(ledger.spentOf('key-1').todayUsd, 0.25);
    assert.equal(open({ windowId: 'other' }).usageOf()[0]?.today.requests, 1);
  });

  it('loses nothing while the disk is full: it counts at once, and is written when there is room', () => {
    const ledger = open();
    assert.equal(ledger.spentOf('key-1').todayUsd, 0);
    const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
    const failing = mock.method(StatementSync.prototype, 'run', () => {
      throw full;
    });
    for (let index = 0; index < 3; index++) ledger.record(usageEntry());
    ledger.addEvent(event);
    assert.equal(ledger.spentOf('key-1').todayUsd, 0.75);
    desk.now += dayMs;
    assert.deepEqual(ledger.spentOf('key-1'), { todayUsd: 0, monthUsd: 0.75 }, 'also when it is read anew');
    assert.equal(logged.length, 1, 'said once');
    failing.mock.restore();
    ledger.record(usageEntry());
    assert.deepEqual([ledger.usageOf()[0]?.month.requests, ledger.events().length], [4, 1]);
    assert.equal(open({ windowId: 'other' }).spentOf('key-1').monthUsd, 1);
  });

  it('passes over a record that cannot be stored at all, and stores the next', () => {
    const ledger = open();
    ledger.record(usageEntry({ at: Number.NaN }));
    ledger.record(usageEntry());
    assert.equal(ledger.usageOf()[0]?.today.requests, 1);
  });

  it('is not stopped by a listener that fails, and forgets one that has gone', () => {
    const ledger = open();
    const broken = ledger.onDidChange(() => {
      throw new Error('broken');
    });
    ledger.record(usageEntry());
    broken.dispose();
    ledger.record(usageEntry());
    assert.equal(ledger.changes(), 2);
    assert.equal(logged.filter((line) => line.includes('broken')).length, 1);
  });

  it('says nothing and takes nothing when it is over', () => {
    const ledger = open();
    ledger.record(usageEntry());
    ledger.dispose();
    ledger.dispose();
    ledger.record(usageEntry());
    ledger.addEvent(event);
    assert.deepEqual([ledger.usageOf(), ledger.events(), ledger.changes()], [[], [], 1]);
    assert.equal(open().usageOf()[0]?.today.requests, 1);
  });
});
