import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openChatStorage, type ChatStorageOptions } from '../../../src/host/chat/chatStorage';
import type { UnusableReason } from '../../../src/store/database';
import { create, ids, noon, question, setUpDesk, type Desk } from '../store/setup';

const dayMs = 86_400_000;

describe('Where chats are kept', () => {
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  function open(more: Partial<ChatStorageOptions> = {}) {
    const warned: string[] = [];
    const logged: string[] = [];
    const store = openChatStorage({
      folder: desk.folder,
      windowId: 'w',
      isSaved: true,
      retentionDays: undefined,
      warn: (sentence) => void warned.push(sentence),
      log: {
        info: (message) => void logged.push(message),
        warn: (message) => void logged.push(message),
        error: (message) => void logged.push(message),
        show: () => {},
      },
      ...more,
    });
    return { store, warned, logged };
  }

  it('is the database in its folder', () => {
    const { store, warned } = open();
    create(store, 'a', [question('q')]);
    store.close();
    const again = open().store;
    assert.deepEqual(ids(again.conversations.list({})), ['a']);
    again.close();
    assert.deepEqual(warned, []);
  });

  it('is the memory of the window where nothing is to be saved, or there is no disk', () => {
    for (const more of [{ isSaved: false }, { folder: undefined }]) {
      const { store, warned } = open(more);
      create(store, 'a', [question('q')]);
      store.close();
      assert.ok(!existsSync(desk.file));
      assert.deepEqual(warned, []);
    }
  });

  it('is the memory of the window, and the person is told once, when the database is of a newer version', () => {
    open().store.close();
    const database = new DatabaseSync(desk.file);
    database.exec('PRAGMA user_version = 9999');
    database.close();
    const { store, warned } = open();
    create(store, 'a', [question('q')]);
    assert.equal(warned.length, 1);
    assert.match(warned[0] ?? '', /newer version.*not be kept/);
    store.close();
  });

  for (const reason of ['unreadable', 'unwritable', 'full', 'busy', 'missing'] satisfies UnusableReason[]) {
    it(`is the memory of the window, and the person is told, when the database is ${reason}`, () => {
      const { store, warned } = open({ open: () => ({ kind: 'unusable', reason, setAside: undefined }) });
      create(store, 'a', [question('q')]);
      assert.deepEqual(ids(store.conversations.list({})), ['a']);
      assert.equal(warned.length, 1);
      assert.match(warned[0] ?? '', /^[A-Z].*\. Chats of this window will not be kept\.$/);
      store.close();
    });
  }

  it('is a new database when the old one was damaged: the person is told, and the log says where it is', () => {
    writeFileSync(desk.file, 'no database at all'.repeat(1_000));
    const { store, warned, logged } = open();
    create(store, 'a', [question('q')]);
    assert.equal(warned.length, 1);
    assert.match(warned[0] ?? '', /damaged/);
    assert.ok(logged.includes('The damaged database is kept'));
    store.close();
  });

  it('loses what rested for longer than the settings say, and nothing without them', () => {
    const old = desk.openStore();
    desk.now = Date.now() - 10 * dayMs;
    create(old, 'old', [question('q')]);
    desk.now = Date.now() - dayMs;
    create(old, 'young', [question('q')]);
    old.close();
    desk.now = noon;
    const kept = open();
    assert.equal(kept.store.conversations.list({}).length, 2);
    kept.store.close();
    const { store } = open({ retentionDays: 5 });
    assert.deepEqual(ids(store.conversations.list({})), ['young']);
    store.close();
  });
});
