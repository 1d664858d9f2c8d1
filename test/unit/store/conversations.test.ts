import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import type { Attachment, Digest } from '../../../src/conversation/turn';
import type { Store } from '../../../src/store/store';
import { StoreError, type StoreErrorReason } from '../../../src/store/storeError';
import { answer, create, done, ids, load, minuteMs, noon, question, setUpDesk, type Desk } from './setup';

const attachment: Attachment = { kind: 'diff', name: 'retry.ts', languageId: 'diff', text: '+ one' };
const digest: Digest = { upToTurnId: 'q1', text: 'They said hello.', at: noon, tokensBefore: 900, tokensAfter: 40 };

function reason(expected: StoreErrorReason) {
  return (error: unknown) => StoreError.is(error, expected);
}

function findTitles(store: Store, titles: readonly string[], search: string) {
  for (const [at, title] of titles.entries()) {
    store.conversations.create({ id: title, workspace: undefined, at: noon - at });
    store.conversations.setTitle(title, title, true);
  }
  return ids(store.conversations.list({ search }));
}

describe('A stored conversation', () => {
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  it('begins empty', () => {
    const store = desk.openStore();
    create(store, 'a', [], 'folder');
    assert.deepEqual(load(store, 'a'), {
      id: 'a',
      title: '',
      hasOwnTitle: false,
      workspace: 'folder',
      model: undefined,
      headId: undefined,
      turns: [],
      queue: [],
      drafts: [],
      digests: [],
      isSummaryUndone: false,
      revision: 1,
      busyBy: undefined,
    });
  });

  it('is not there before it was made, and is made once', () => {
    const store = desk.openStore();
    assert.equal(store.conversations.load('a'), undefined);
    assert.equal(store.conversations.revisionOf('a'), undefined);
    create(store, 'a', [question('q1')]);
    create(store, 'a');
    assert.equal(load(store, 'a').turns.length, 1);
  });

  it('comes back as it was, whole, after the window has been closed', () => {
    const store = desk.openStore();
    const turns = [question('q1'), answer('a1', 'Hello', 'q1', done)];
    create(store, 'a', turns);
    const { conversations } = store;
    conversations.setHead('a', 'a1');
    conversations.setModel('a', 'claude-sonnet-5-5');
    conversations.setDrafts('a', [attachment]);
    conversations.setQueue('a', [{ id: 'm1', at: noon, text: 'Next', attachments: [attachment] }]);
    conversations.putDigest('a', digest);
    store.close();
    const { headId, model, drafts, queue, digests, turns: read } = load(desk.openStore('window-2'), 'a');
    assert.deepEqual(
      { headId, model, drafts, queue, digests, turns: read },
      {
        headId: 'a1',
        model: 'claude-sonnet-5-5',
        drafts: [attachment],
        queue: [{ id: 'm1', at: noon, text: 'Next', attachments: [attachment] }],
        digests: [digest],
        turns,
      },
    );
  });

  it('forgets its model, its head, its queue and a summary when told to', () => {
    const store = desk.openStore();
    create(store, 'a', [question('q1')]);
    const { conversations } = store;
    conversations.setModel('a', 'm');
    conversations.setHead('a', 'q1');
    conversations.setDrafts('a', [attachment]);
    conversations.putDigest('a', digest);
    conversations.putDigest('a', { ...digest, text: 'Again' });
    assert.deepEqual(load(store, 'a').digests, [{ ...digest, text: 'Again' }]);
    conversations.setModel('a', undefined);
    conversations.setHead('a', undefined);
    conversations.setDrafts('a', []);
    conversations.removeDigest('a', 'q1');
    const { model, headId, drafts, digests } = load(store, 'a');
    assert.deepEqual([model, headId, drafts, digests], [undefined, undefined, [], []]);
  });

  it('keeps the place of a turn that is replaced', () => {
    const store = desk.openStore();
    create(store, 'a', [question('q1'), answer('a1', 'Hel', 'q1', { kind: 'streaming' }), question('q2')]);
    store.conversations.putTurn('a', answer('a1', 'Hello', 'q1', done));
    assert.deepEqual(ids(load(store, 'a').turns), ['q1', 'a1', 'q2']);
    assert.equal(load(store, 'a').turns[1]?.text, 'Hello');
  });

  it('deletes turns with the summaries that end at them, and falls back to the newest that is left', () => {
    const store = desk.openStore();
    create(store, 'a', [question('q1'), answer('a1', 'One', 'q1', done), question('q2', 'Two', 'a1')]);
    store.conversations.setHead('a', 'q2');
    store.conversations.putDigest('a', { ...digest, upToTurnId: 'q2' });
    store.conversations.putDigest('a', digest);
    store.conversations.removeTurns('a', ['q2', 'never there']);
    const { turns, digests, headId } = load(store, 'a');
    assert.deepEqual([ids(turns), digests, headId], [['q1', 'a1'], [digest], 'a1']);
  });

  it('keeps the title a person gave it', () => {
    const store = desk.openStore();
    create(store, 'a');
    store.conversations.setTitle('a', 'Made', false);
    store.conversations.setTitle('a', 'Made better', false);
    assert.deepEqual([load(store, 'a').title, load(store, 'a').hasOwnTitle], ['Made better', false]);
    store.conversations.setTitle('a', 'Mine', true);
    const { revision } = load(store, 'a');
    store.conversations.setTitle('a', 'Made again', false);
    assert.deepEqual([load(store, 'a').title, load(store, 'a').hasOwnTitle], ['Mine', true]);
    assert.equal(load(store, 'a').revision, revision);
    store.conversations.setTitle('a', 'Mine, later', true);
    assert.equal(load(store, 'a').title, 'Mine, later');
  });

  it('raises its revision with every write and says who wrote', () => {
    const mine = desk.openStore('window-1').conversations;
    const theirs = desk.openStore('window-2').conversations;
    mine.create({ id: 'a', workspace: undefined, at: noon });
    const writes: readonly ((store: typeof mine) => void)[] = [
      (store) => store.putTurn('a', question('q1')),
      (store) => store.setHead('a', 'q1'),
      (store) => store.setQueue('a', []),
      (store) => store.setDrafts('a', []),
      (store) => store.setModel('a', 'm'),
      (store) => store.setTitle('a', 'Title', true),
      (store) => store.putDigest('a', digest),
      (store) => store.removeDigest('a', 'q1'),
      (store) => store.removeTurns('a', ['q1']),
      (store) => void store.claim('a', noon + minuteMs),
      (store) => store.release('a'),
    ];
    let revision = 1;
    for (const write of writes) {
      write(mine);
      assert.deepEqual(theirs.revisionOf('a'), { revision: ++revision, writer: 'window-1' });
    }
    for (const write of writes) {
      write(theirs);
      assert.deepEqual(mine.revisionOf('a'), { revision: ++revision, writer: 'window-2' });
    }
  });

  it('does not come back by a write of a window that did not know it was deleted', () => {
    const mine = desk.openStore('window-1');
    const theirs = desk.openStore('window-2');
    create(mine, 'a', [question('q1')]);
    theirs.conversations.remove('a');
    const { conversations } = mine;
    assert.throws(() => conversations.putTurn('a', question('q2')), reason('gone'));
    assert.throws(() => conversations.removeTurns('a', ['q1']), reason('gone'));
    assert.throws(() => conversations.setTitle('a', 'Title', false), reason('gone'));
    assert.throws(() => conversations.setQueue('a', []), reason('gone'));
    assert.equal(conversations.claim('a', noon + minuteMs), false);
    conversations.release('a');
    conversations.remove('a');
    assert.deepEqual(conversations.list({}), []);
  });
});

describe('The list of conversations', () => {
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  it('has the one first whose turns changed last', () => {
    const store = desk.openStore();
    for (const id of ['a', 'b', 'c']) create(store, id);
    desk.now += minuteMs;
    store.conversations.putTurn('a', question('q1'));
    store.conversations.setTitle('b', 'A title is no news', true);
    assert.deepEqual(ids(store.conversations.list({})), ['a', 'c', 'b']);
    assert.deepEqual(ids(store.conversations.list({ limit: 2 })), ['a', 'c']);
  });

  it('tells of each what a row shows', () => {
    const store = desk.openStore();
    create(store, 'a', [question('q1'), answer('a1', 'Hello', 'q1', done)], 'folder');
    store.conversations.setTitle('a', 'Greeting', false);
    store.conversations.claim('a', noon + minuteMs);
    const summary = { id: 'a', title: 'Greeting', workspace: 'folder', createdAt: noon, updatedAt: noon, turns: 2 };
    assert.deepEqual(store.conversations.list({}), [{ ...summary, isBusy: true }]);
    desk.now += minuteMs;
    assert.deepEqual(store.conversations.list({}), [{ ...summary, isBusy: false }]);
  });

  it('can be of one workspace', () => {
    const store = desk.openStore();
    create(store, 'a', [], 'one');
    create(store, 'b', [], 'two');
    create(store, 'c');
    assert.deepEqual(ids(store.conversations.list({ workspace: 'one' })), ['a']);
    assert.equal(store.conversations.list({}).length, 3);
  });

  it('loses those that are deleted, cleared or too old, but none that is being answered', () => {
    const store = desk.openStore();
    const { conversations } = store;
    for (const id of ['old', 'busy', 'new', 'other']) create(store, id, [question('q')], id === 'other' ? 'x' : 'y');
    conversations.claim('busy', noon + 10 * minuteMs);
    desk.now += minuteMs;
    for (const id of ['new', 'other']) conversations.putTurn(id, question('q'));
    assert.equal(conversations.prune(noon), 0);
    assert.equal(conversations.prune(noon + 1), 1);
    assert.deepEqual(ids(conversations.list({})).toSorted(), ['busy', 'new', 'other']);
    assert.equal(conversations.clear({ workspace: 'y' }), 1);
    assert.deepEqual(ids(conversations.list({})).toSorted(), ['busy', 'other']);
    assert.equal(conversations.clear({}), 1);
    conversations.remove('busy');
    assert.deepEqual(conversations.list({}), []);
  });

  it('takes all that belongs to a conversation along when it is deleted', () => {
    const store = desk.openStore();
    create(store, 'a', [question('q1')]);
    store.conversations.setDrafts('a', [attachment]);
    store.conversations.putDigest('a', digest);
    store.conversations.remove('a');
    store.close();
    const database = new DatabaseSync(desk.file);
    for (const table of ['conversations', 'turns', 'composers', 'digests']) {
      assert.equal(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'], 0, table);
    }
    database.close();
  });

  describe('searched', () => {
    const cases: Readonly<Record<string, readonly [search: string, hit: string, miss: string]>> = {
      'a part of a word': ['ebra', 'Two zebras', 'Two horses'],
      'any case': ['ZEBRA', 'two Zebras', 'two horses'],
      'any case of Latin letters with marks': ['übergröße', 'ÜBERGRÖßE', 'Ubergrosse'],
      'any case of Greek': ['ΑΘΉΝΑ', 'Η αθήνα το βράδυ', 'Η Ρώμη'],
      'any case of Cyrillic': ['москва', 'Улицы МОСКВЫ и Москва', 'Улицы Киева'],
      'ASCII in a title that has more': ['RETRY', 'Größe von retry', 'Größe'],
      'letters and their marks however they are composed': ['caf\u00e9', 'Cafe\u0301 au lait', 'Cafe'],
      'two letters': ['限流', 'API 限流策略', 'API 策略'],
      'one letter': ['ж', 'Жизнь', 'Смерть'],
      'a per cent sign as itself': ['50%', 'It is 50% off', 'It is 500 off'],
      'an underscore as itself': ['a_b', 'The name a_b', 'The name acb'],
      'a backslash as itself': [String.raw`c:\d`, String.raw`On C:\dir`, 'On C:dir'],
      'quotes as themselves': [`"it's"`, `He said "it's"`, `He said its`],
      'operators as words': ['NOT', 'Why not', 'Why'],
    };
    for (const [what, [search, hit, miss]] of Object.entries(cases)) {
      it(`finds ${what}`, () => {
        assert.deepEqual(findTitles(desk.openStore(), [hit, miss], search), [hit]);
      });
    }

    it('finds all when nothing is searched for', () => {
      assert.equal(findTitles(desk.openStore(), ['One', 'Two'], ' \t').length, 2);
      assert.equal(desk.openStore().conversations.list({ search: '\0' }).length, 2);
    });

    it('finds words that stand anywhere in it, as they are now', () => {
      const store = desk.openStore();
      create(store, 'a', [question('q1', 'About the Dispatcher'), answer('a1', 'Über den GRÖẞTEN', 'q1', done)]);
      store.conversations.setTitle('a', 'Fairness', false);
      create(store, 'b', [question('q1', 'dispatcher')]);
      const search = (words: string) => ids(store.conversations.list({ search: words }));
      assert.deepEqual(search('dispatch').toSorted(), ['a', 'b']);
      assert.deepEqual(search('über fair DISPATCHER'), ['a']);
      assert.deepEqual(search('fair nowhere'), []);
      store.conversations.putTurn('a', answer('a1', 'Rewritten', 'q1', done));
      assert.deepEqual(search('über'), []);
      assert.deepEqual(search('written'), ['a']);
      store.conversations.removeTurns('a', ['a1']);
      assert.deepEqual(search('written'), []);
    });

    it('finds the newest ones when there is a limit', () => {
      const store = desk.openStore();
      for (let index = 0; index < 10; index++) {
        desk.now += 1;
        create(store, String(index), [question('q', index % 2 ? 'odd' : 'even')]);
      }
      assert.deepEqual(ids(store.conversations.list({ search: 'odd', limit: 2 })), ['9', '7']);
    });

    it('takes a search of any length', () => {
      assert.deepEqual(findTitles(desk.openStore(), ['Title'], 'title '.repeat(100_000)), ['Title']);
      assert.deepEqual(desk.openStore().conversations.list({ search: 'x'.repeat(1_000_000) }), []);
    });
  });
});
