import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { ConversationStore } from '../../../src/store/conversationStore';
import { migrate, migrations } from '../../../src/store/migrations';
import { noon, question } from './setup';

const message = (id: string) => ({ id, at: noon, text: id, attachments: [] });

/** A store whose rows can hold what ours never write, and what it logged. */
function setup() {
  const database = new DatabaseSync(':memory:');
  migrate(
    database,
    migrations.map((step) => step.replace('title TEXT NOT NULL', 'title ANY NOT NULL')),
  );
  const logged: string[] = [];
  const log = {
    warn: (message: string, context?: object) => void logged.push(`${message} ${JSON.stringify(context)}`),
  };
  const store = new ConversationStore(database, { windowId: 'w', now: () => noon, log });
  for (const id of ['a', 'b']) store.create({ id, workspace: undefined, at: noon });
  return { database, store, logged };
}

function addAnswer(database: DatabaseSync, change: Readonly<Record<string, unknown>>): void {
  const details = {
    role: 'assistant',
    at: noon,
    model: 'm',
    thinking: '',
    state: { kind: 'done', stopReason: 'end_turn' },
    ...change,
  };
  database
    .prepare("INSERT INTO turns (conversation_id, id, text, details) VALUES ('a', 'a1', 'It is so.', :details)")
    .run({ details: JSON.stringify(details) });
}

describe('What cannot be understood', () => {
  it('of the account or the state of an answer does not hide its text', () => {
    const incomplete = { kind: 'failed', reason: 'incomplete', until: undefined };
    const done = { kind: 'done', stopReason: 'end_turn' };
    for (const [change, state] of [
      [{ account: { usage: 'much' } }, done],
      [{ account: 7 }, done],
      [{ state: { kind: 'pondering' } }, incomplete],
      [{ state: undefined }, incomplete],
    ] as const) {
      const { database, store, logged } = setup();
      addAnswer(database, change);
      const [turn] = store.load('a')?.turns ?? [];
      assert.ok(turn?.role === 'assistant');
      assert.deepEqual([turn.text, turn.state, turn.account], ['It is so.', state, undefined]);
      assert.deepEqual(logged, []);
    }
  });

  it('of the last request of an answer leaves the rest of its account', () => {
    const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };
    const account = { usage, costUsd: 1, waitedMs: 1, firstTextMs: 2, totalMs: 3, attempts: 1 };
    for (const last of [undefined, 'then', { usage, at: noon }]) {
      const { database, store } = setup();
      addAnswer(database, { account: { ...account, last } });
      const [turn] = store.load('a')?.turns ?? [];
      assert.ok(turn?.role === 'assistant');
      assert.deepEqual(turn.account?.last, typeof last === 'object' ? last : undefined);
      assert.equal(turn.account?.totalMs, 3);
    }
  });

  it('of a queued message leaves the others in their order', () => {
    const { database, store, logged } = setup();
    const json = JSON.stringify([message('1'), { id: '2' }, 3, message('4')]);
    database.prepare("INSERT INTO composers (conversation_id, queue) VALUES ('a', :json)").run({ json });
    assert.deepEqual(store.load('a')?.queue, [message('1'), message('4')]);
    assert.match(logged.join(), /queued message .*"a"/);
    assert.deepEqual(
      store.changeQueue('a', (queue) => queue.slice(1)),
      [message('4')],
    );
  });

  it('of a conversation is logged, and the other ones are listed', () => {
    const { database, store, logged } = setup();
    store.putTurn('a', question('q1'));
    database.exec("UPDATE conversations SET title = 7 WHERE id = 'a'");
    assert.deepEqual(
      store.list({}).map(({ id }) => id),
      ['b'],
    );
    assert.equal(store.load('a'), undefined);
    assert.equal(logged.length, 2);
    for (const line of logged) assert.match(line, /could not be understood .*"a"/);
    assert.equal(store.load('nowhere'), undefined);
    assert.equal(logged.length, 2, 'what is not there is no damage');
  });
});
