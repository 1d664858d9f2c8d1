import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import type { AnswerState, AnswerTurn, Attachment, Turn, UserTurn } from '../../../src/conversation/turn';
import { fromTurn, toTurn } from '../../../src/store/rows';
import { answer, create, done, ids, load, question, setUpDesk, type Desk } from './setup';

const texts = fc.string({ unit: 'binary' });
const perhaps = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const record = <T>(shape: { [Field in keyof T]: fc.Arbitrary<T[Field]> }) =>
  fc.record<T>(shape, { noNullPrototype: true });

const attachments: fc.Arbitrary<Attachment> = record({
  kind: fc.constantFrom('selection', 'file', 'folder', 'problems', 'diff'),
  name: texts,
  languageId: texts,
  text: texts,
});
const states: fc.Arbitrary<AnswerState> = fc.oneof(
  record({
    kind: fc.constant('waiting' as const),
    reason: fc.constantFrom('turn' as const, 'requests' as const, 'stalled' as const),
    until: perhaps(fc.nat()),
    position: perhaps(fc.nat()),
    attempt: fc.nat(),
  }),
  fc.constant({ kind: 'streaming' as const }),
  record({ kind: fc.constant('done' as const), stopReason: texts }),
  record({
    kind: fc.constant('failed' as const),
    reason: fc.constantFrom('network' as const, 'tooLarge' as const, 'closed' as const),
    until: perhaps(fc.nat()),
  }),
);
const base = { id: fc.uuid(), parentId: perhaps(fc.uuid()), at: fc.nat(), text: texts };
const turns: fc.Arbitrary<Turn> = fc.oneof(
  record<UserTurn>({
    ...base,
    role: fc.constant('user' as const),
    attachments: fc.array(attachments, { maxLength: 3 }),
  }),
  record<AnswerTurn>({
    ...base,
    role: fc.constant('assistant' as const),
    model: texts,
    thinking: texts,
    state: states,
    account: perhaps(
      record({
        usage: record({
          inputTokens: fc.nat(),
          outputTokens: fc.nat(),
          cacheReadTokens: fc.nat(),
          cacheWriteTokens: fc.nat(),
        }),
        costUsd: perhaps(fc.double({ min: 0, max: 1_000, noNaN: true })),
        waitedMs: fc.nat(),
        firstTextMs: perhaps(fc.nat()),
        totalMs: fc.nat(),
        attempts: fc.nat(),
      }),
    ),
  }),
);

function word(kind: string): string {
  return `planted-${kind}-zebraquokka`;
}

/** Large enough for pages of its own. */
function long(kind: string): string {
  return `${word(kind)} ${'filler '.repeat(2_000)} ${word(kind)}`;
}

describe('A turn in the database', () => {
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  it('comes back to the last character, whatever it is', () => {
    const store = desk.openStore();
    create(store, 'a');
    store.conversations.claim('a', Number.MAX_SAFE_INTEGER);
    fc.assert(
      fc.property(turns, (turn) => {
        store.conversations.putTurn('a', turn);
        assert.deepEqual(load(store, 'a').turns, [turn]);
        store.conversations.removeTurns('a', [turn.id]);
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('comes back with halves of characters and zeros in it', () => {
    const store = desk.openStore();
    create(store, 'a', [question('q1', 'a\0b \ud83d and so on')]);
    assert.equal(load(store, 'a').turns[0]?.text, 'a\0b \ud83d and so on');
    assert.deepEqual(ids(store.conversations.list({ search: 'SO ON' })).length, 0, 'a zero ends what LIKE sees');
    store.conversations.putTurn('a', question('q1', '\ud83d and so on'));
    assert.deepEqual(ids(store.conversations.list({ search: 'SO ON' })), ['a']);
  });

  it('survives words of another version', () => {
    const { details } = fromTurn(answer('a1', 'Text', 'q1', { kind: 'failed', reason: 'network', until: undefined }));
    const changed = details.replace('network', 'somethingNew');
    const { turn } = toTurn({ id: 'a1', parent_id: 'q1', runner: null, text: 'Text', details: changed }) ?? {};
    assert.deepEqual(turn?.role === 'assistant' && turn.state, {
      kind: 'failed',
      reason: 'incomplete',
      until: undefined,
    });
  });

  it('is left out, and logged without its text, when it cannot be understood; what follows it stays', () => {
    const store = desk.openStore();
    const kept = question('q2', 'Secret thought', 'a1');
    create(store, 'a', [question('q1'), answer('a0', 'Hm', 'q1', done), answer('a1', 'Hello', 'a0', done), kept]);
    create(store, 'b', [question('q1', 'Fine')]);
    store.conversations.setHead('a', 'a1');
    store.conversations.setDrafts('a', []);
    store.conversations.putDigest('a', { upToTurnId: 'q1', text: 'x', at: 1, tokensBefore: 1, tokensAfter: 1 });
    const database = new DatabaseSync(desk.file);
    database.exec(`
      UPDATE turns SET details = 'Secret thought' WHERE id = 'a0';
      UPDATE turns SET details = '{"role":"robot"}' WHERE id = 'a1';
      UPDATE composers SET queue = '[{}]', drafts = 'nothing';
      UPDATE digests SET details = '[]';
    `);
    database.close();
    const stored = load(store, 'a');
    assert.deepEqual(stored.turns, [question('q1'), { ...kept, parentId: 'q1' }]);
    assert.deepEqual([stored.headId, stored.queue, stored.drafts, stored.digests], ['q1', [], [], []]);
    assert.equal(desk.logged.length, 4);
    assert.doesNotMatch(desk.logged.join('\n'), /Secret|robot/);
    assert.deepEqual(load(store, 'b').turns, [question('q1', 'Fine')]);
  });

  it('does not hang on damaged turns that follow each other in a ring', () => {
    const store = desk.openStore();
    create(store, 'a', [question('q1', '', 'q2'), question('q2', '', 'q1'), question('q3', '', 'q1')]);
    const database = new DatabaseSync(desk.file);
    database.exec(`UPDATE turns SET details = '' WHERE id <> 'q3'`);
    database.close();
    assert.deepEqual(load(store, 'a').turns, [question('q3', '')]);
  });
});

describe('What was deleted', () => {
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  /** Everything that lies in the folder, as bytes. */
  const onDisk = () =>
    readdirSync(desk.folder)
      .map((name) => readFileSync(join(desk.folder, name), 'latin1'))
      .join('');

  function plant() {
    const store = desk.openStore();
    for (let index = 0; index < 40; index++)
      create(store, `other-${index}`, [question('q', 'Other text. '.repeat(99))]);
    const file: Attachment = { kind: 'file', name: word('name'), languageId: '', text: long('attachment') };
    create(store, 'a', [
      { ...question('q1', long('text')), attachments: [file] },
      { ...answer('a1', word('ÜNICODE answer'), 'q1', { kind: 'streaming' }), thinking: long('thinking') },
    ]);
    store.conversations.putTurn('a', answer('a1', 'Changed', 'q1', done));
    store.conversations.setTitle('a', word('title'), true);
    store.conversations.setTitle('a', word('ÜNICODE title'), true);
    store.conversations.setDrafts('a', [file]);
    store.conversations.setQueue('a', [{ id: 'm', at: 1, text: long('queue'), attachments: [] }]);
    const digest = { upToTurnId: 'a1', text: long('digest'), at: 1, tokensBefore: 1, tokensAfter: 1 };
    store.conversations.putDigest('a', digest);
    assert.match(onDisk(), /zebraquokka/);
    return store;
  }

  it('is not on the disk any more once the conversation is', () => {
    const store = plant();
    store.conversations.remove('a');
    assert.doesNotMatch(onDisk(), /zebraquokka/);
    store.close();
    assert.doesNotMatch(onDisk(), /zebraquokka/);
  });

  it('is not on the disk any more once the history is cleared, and the space is given back', () => {
    desk.openStore().close();
    const empty = onDisk().length;
    const store = plant();
    const planted = onDisk().length;
    store.conversations.clear({});
    store.close();
    assert.doesNotMatch(onDisk(), /zebraquokka|Other text/);
    assert.ok(onDisk().length - empty < (planted - empty) / 10, `${onDisk().length} of ${planted} bytes are left`);
  });

  it('is not on the disk any more once the turns are', () => {
    const store = desk.openStore();
    create(store, 'a', [question('q1'), question('q2', long('text'), 'q1')]);
    store.conversations.removeTurns('a', ['q2']);
    assert.doesNotMatch(onDisk(), /zebraquokka/);
    assert.deepEqual(ids(load(store, 'a').turns), ['q1']);
  });
});
