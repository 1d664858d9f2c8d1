import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { DatabaseFile } from '../../../src/store/databaseFile';
import { create, ids, load, minuteMs, noon, question, setUpDesk, type Desk } from './setup';
import { startAdder, usageEntry } from './usageSetup';

/** As Linux lists the locks that processes hold on a file. */
function locksOn(path: string): number {
  const { ino } = statSync(path);
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${ino} `)).length;
}

describe('Two connections of one window', function () {
  this.timeout(30_000);
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  it('are marked apart: each takes its own mark away', () => {
    const chat = desk.openStore('w');
    const ledger = desk.openStore('w');
    const marks = () => readdirSync(desk.folder).filter((name) => name.includes('.open-')).length;
    assert.equal(marks(), 2);
    ledger.close();
    assert.equal(marks(), 1);
    assert.ok(!new DatabaseFile(desk.file).wasAbandoned());
    chat.close();
    assert.deepEqual(readdirSync(desk.folder), ['sluice.db']);
  });

  it('leave each other the right to answer: closing one gives back only what it took itself', () => {
    const chat = desk.openStore('w');
    const ledger = desk.openStore('w');
    const there = desk.openStore('there');
    create(chat, 'a');
    assert.ok(chat.conversations.claim('a', noon + minuteMs));
    ledger.close();
    assert.ok(!there.conversations.claim('a', noon + minuteMs));
    chat.close();
    assert.ok(there.conversations.claim('a', noon + minuteMs));
  });

  it('see what the other has written', () => {
    const chat = desk.openStore('w');
    const ledger = desk.openStore('w');
    ledger.usage.record(usageEntry());
    assert.ok(chat.hasChanged() && !ledger.hasChanged());
    create(chat, 'a');
    assert.ok(ledger.hasChanged() && !chat.hasChanged());
  });

  it('go on when the other is closed', () => {
    const chat = desk.openStore('w');
    create(chat, 'a');
    desk.openStore('w').close();
    chat.conversations.putTurn('a', question('q1'));
    chat.close();
    assert.deepEqual(ids(load(desk.openStore('w'), 'a').turns), ['q1']);
  });

  it('keep their lock on the file while another one is opened and closed', function () {
    // Elsewhere the locks of a process are not listed.
    if (process.platform !== 'linux') this.skip();
    const first = desk.openStore('w');
    create(first, 'a');
    assert.ok(locksOn(desk.file) > 0, 'a database that is open is locked against being taken over');
    const second = desk.openStore('w');
    assert.ok(locksOn(desk.file) > 0, 'and still is when it was opened again');
    second.close();
    assert.ok(locksOn(desk.file) > 0, 'and when that was closed');
  });

  it('lose nothing when a window of another process comes and goes', async () => {
    const chat = desk.openStore('w');
    const ledger = desk.openStore('w');
    create(chat, 'a');
    const { code, complaints } = await startAdder({ folder: desk.folder, windowId: 'there', requests: 3 });
    assert.deepEqual([code, complaints], [0, '']);
    chat.conversations.putTurn('a', question('q1'));
    ledger.usage.record(usageEntry());
    const again = await startAdder({ folder: desk.folder, windowId: 'there', requests: 3 });
    assert.equal(again.code, 0);
    chat.close();
    ledger.close();
    const store = desk.openStore('w');
    assert.deepEqual(ids(load(store, 'a').turns), ['q1']);
    assert.equal(store.usage.usageOf(['key-1'], noon)[0]?.today.requests, 7);
  });
});
