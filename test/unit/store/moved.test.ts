import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { DatabaseFile } from '../../../src/store/databaseFile';
import { StoreError } from '../../../src/store/storeError';
import { create, ids, load, minuteMs, noon, question, setUpDesk, type Desk } from './setup';

describe('A database that was set aside while a window has it open', () => {
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  /** Two windows: the first has lost its file to the second, which has begun a new one. */
  function setAside() {
    const old = desk.openStore('one');
    create(old, 'a', [question('q1')]);
    assert.ok(!old.hasChanged() && !old.isMoved());
    const aside = new DatabaseFile(desk.file).setAside(noon);
    const fresh = desk.openStore('two');
    return { old, fresh, aside };
  }

  it('is told as a change, for as long as it is so', () => {
    const { old, fresh } = setAside();
    assert.ok(old.isMoved() && old.hasChanged() && old.hasChanged());
    assert.ok(!fresh.isMoved() && !fresh.hasChanged());
  });

  it('is not written to any more by any method', () => {
    const { old, fresh, aside } = setAside();
    const before = readFileSync(`${aside}-wal`);
    for (const write of [
      () => old.conversations.create({ id: 'b', workspace: undefined, at: noon }),
      () => old.conversations.putTurn('a', question('q2')),
      () => old.conversations.setHead('a', 'q1'),
      () => old.conversations.setTitle('a', 'Retries', true),
      () => old.conversations.changeQueue('a', (queue) => queue),
      () => old.conversations.removeTurns('a', ['q1']),
      () => old.conversations.remove('a'),
      () => old.conversations.clear({}),
      () => old.conversations.claim('a', noon + minuteMs),
    ]) {
      assert.throws(write, (error) => StoreError.is(error, 'moved'));
    }
    assert.deepEqual(readFileSync(`${aside}-wal`), before);
    assert.deepEqual(fresh.conversations.list({}), []);
  });

  it('gives its chats to the new one when it is opened anew', () => {
    const { old, fresh } = setAside();
    const { turns } = load(old, 'a');
    create(fresh, 'b');
    old.close();
    assert.ok(statSync(`${desk.file}-wal`).size > 0, 'closing the old one leaves the log of the new one alone');
    const again = desk.openStore('one');
    create(again, 'a', turns);
    assert.deepEqual(ids(fresh.conversations.list({})).toSorted(), ['a', 'b']);
    assert.deepEqual(load(fresh, 'a').turns, turns);
  });

  it('is the same when the file was deleted', () => {
    const store = desk.openStore();
    create(store, 'a');
    for (const part of ['', '-wal', '-shm']) rmSync(desk.file + part);
    assert.ok(store.isMoved());
    assert.throws(
      () => store.conversations.putTurn('a', question('q1')),
      (error) => StoreError.is(error, 'moved'),
    );
    assert.ok(!existsSync(desk.file));
  });
});
