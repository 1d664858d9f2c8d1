import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { mock } from 'node:test';
import { create, question, setUpDesk, type Desk } from './setup';

const secret = 'planted-deleted-zebraquokka';

describe('Overwriting what was deleted', () => {
  let desk: Desk;
  let reader: DatabaseSync;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => {
    reader.close();
    desk.clear();
  });

  function isOnDisk(): boolean {
    const parts = [desk.file, `${desk.file}-wal`].filter((path) => existsSync(path));
    return parts.some((path) => readFileSync(path).includes(secret));
  }

  /** Deleted while another window has a look that has not ended. */
  function deleteUnderReader() {
    const store = desk.openStore();
    create(store, 'a', [question('q1', secret.repeat(500))]);
    create(store, 'b');
    reader = new DatabaseSync(desk.file);
    reader.exec('BEGIN; SELECT count(*) FROM turns');
    store.conversations.remove('a');
    assert.ok(isOnDisk(), 'the reader keeps it there');
    assert.match(desk.logged.join(), /not overwritten/);
    return store;
  }

  it('is done with the next write once nobody reads', () => {
    const store = deleteUnderReader();
    store.conversations.setModel('b', 'm');
    assert.ok(isOnDisk());
    assert.equal(desk.logged.length, 1, 'it is said once');
    reader.exec('ROLLBACK');
    store.conversations.setModel('b', 'n');
    assert.ok(!isOnDisk());
  });

  it('is done with the next look at what has changed', () => {
    const store = deleteUnderReader();
    reader.exec('ROLLBACK');
    store.hasChanged();
    assert.ok(!isOnDisk());
  });

  it('is done when the window closes, while another stays', () => {
    const store = deleteUnderReader();
    reader.exec('ROLLBACK');
    store.close();
    assert.ok(!isOnDisk());
  });

  it('does not make the window stand still for one that writes', () => {
    const store = desk.openStore();
    create(store, 'a', [question('q1', secret.repeat(500))]);
    reader = new DatabaseSync(desk.file);
    const { mock: calls } = mock.method(DatabaseSync.prototype, 'exec');
    store.conversations.remove('a');
    calls.restore();
    const timeouts = calls.calls.map((call) => call.arguments[0]).filter((sql) => sql.includes('busy_timeout'));
    assert.deepEqual(timeouts, ['PRAGMA busy_timeout = 100', 'PRAGMA busy_timeout = 5000']);
  });
});
