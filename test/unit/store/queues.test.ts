import assert from 'node:assert/strict';
import { StoreError } from '../../../src/store/storeError';
import { create, ids, load, minuteMs, noon, question, setUpDesk, type Desk } from './setup';

const message = (id: string) => ({ id, at: noon, text: id, attachments: [] });

describe('The queue of a stored conversation', () => {
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  it('is changed from what another window has made of it', () => {
    const [mine, theirs] = [desk.openStore('mine'), desk.openStore('theirs')];
    create(mine, 'a');
    assert.deepEqual(
      mine.conversations.changeQueue('a', (queue) => [...queue, message('1')]),
      [message('1')],
    );
    theirs.conversations.changeQueue('a', (queue) => [...queue, message('2')]);
    const left = mine.conversations.changeQueue('a', (queue) => queue.filter(({ id }) => id !== '1'));
    assert.deepEqual(left, [message('2')]);
    assert.deepEqual(load(theirs, 'a').queue, [message('2')]);
    assert.deepEqual(mine.conversations.revisionOf('a'), { revision: 4, writer: 'mine' });
  });

  it('stays as it is when the change fails, and is gone with the conversation', () => {
    const store = desk.openStore();
    create(store, 'a');
    store.conversations.setQueue('a', [message('1')]);
    assert.throws(() =>
      store.conversations.changeQueue('a', () => {
        throw new Error('it failed');
      }),
    );
    assert.deepEqual([load(store, 'a').queue, load(store, 'a').revision], [[message('1')], 2]);
    store.conversations.remove('a');
    assert.throws(
      () => store.conversations.changeQueue('a', (queue) => queue),
      (error) => StoreError.is(error, 'gone'),
    );
  });
});

describe('That the history is sent whole', () => {
  it('is kept with the conversation, for all windows', () => {
    const desk = setUpDesk();
    const [mine, theirs] = [desk.openStore('mine'), desk.openStore('theirs')];
    create(mine, 'a');
    mine.conversations.setSummaryUndone('a', true);
    assert.ok(theirs.hasChanged());
    assert.equal(load(theirs, 'a').isSummaryUndone, true);
    theirs.conversations.setSummaryUndone('a', false);
    assert.equal(load(mine, 'a').isSummaryUndone, false);
    assert.throws(
      () => mine.conversations.setSummaryUndone('b', true),
      (error) => StoreError.is(error, 'gone'),
    );
    desk.clear();
  });
});

describe('Chats in which nothing was ever asked', () => {
  it('are removed once they are old, with what is attached in them', () => {
    const desk = setUpDesk();
    const store = desk.openStore();
    for (const id of ['empty', 'drafted', 'queued', 'busy', 'emptied']) create(store, id);
    create(store, 'asked', [question('q1')]);
    store.conversations.setDrafts('drafted', [{ kind: 'file', name: 'a.ts', languageId: 'typescript', text: 'a' }]);
    store.conversations.setQueue('queued', [message('1')]);
    store.conversations.setQueue('emptied', [message('1')]);
    store.conversations.setQueue('emptied', []);
    store.conversations.claim('busy', noon + 2 * minuteMs);
    desk.now += minuteMs;
    assert.equal(store.conversations.removeEmpty(noon), 0, 'they are not older than that');
    assert.equal(store.conversations.removeEmpty(noon + 1), 3);
    assert.deepEqual(ids(store.conversations.list({})).toSorted(), ['asked', 'busy', 'queued']);
    desk.clear();
  });
});
