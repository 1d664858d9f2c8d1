import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { ConversationStore } from '../../../src/store/conversationStore';
import { migrate, migrations, versionOf } from '../../../src/store/migrations';
import { StoreError } from '../../../src/store/storeError';
import { ids, noon } from './setup';

function tables(database: DatabaseSync) {
  const statement = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  return statement.all().map((row) => row['name']);
}

describe('Migrations', () => {
  const steps = ['CREATE TABLE one (x)', 'CREATE TABLE two (x); INSERT INTO two SELECT x FROM one', 'DROP TABLE one'];

  it('bring an empty database to the newest version', () => {
    const database = new DatabaseSync(':memory:');
    assert.ok(migrate(database));
    assert.equal(versionOf(database), migrations.length);
    assert.deepEqual(tables(database), [
      'answers',
      'composers',
      'conversations',
      'digests',
      'job_batches',
      'job_decisions',
      'job_results',
      'job_sources',
      'jobs',
      'key_events',
      'key_notices',
      'question_leases',
      'turns',
      'usage_slots',
    ]);
    assert.ok(migrate(database), 'a second time changes nothing');
  });

  it('bring a database of the first version to the newest, with the chats that are in it', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, migrations.slice(0, 1));
    database.exec(`
      INSERT INTO conversations (id, title, created_at, updated_at, writer) VALUES ('a', 'Retries', 1, 2, 'w');
      INSERT INTO turns (conversation_id, id, text, details)
      VALUES ('a', 'q1', 'Why?', '{"role":"user","at":1,"attachments":[]}');
      INSERT INTO composers (conversation_id, queue) VALUES ('a', '[]');`);
    assert.ok(migrate(database));
    assert.equal(versionOf(database), migrations.length);
    const store = new ConversationStore(database, { windowId: 'w', now: () => noon, log: { warn: () => undefined } });
    const stored = store.load('a');
    assert.deepEqual([stored?.title, stored?.isSummaryUndone, ids(stored?.turns ?? [])], ['Retries', false, ['q1']]);
    store.setSummaryUndone('a', true);
    assert.equal(store.load('a')?.isSummaryUndone, true);
    database.close();
  });

  it('bring an older one there with what is in it', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, steps.slice(0, 1));
    database.exec('INSERT INTO one VALUES (7)');
    assert.ok(migrate(database, steps));
    assert.deepEqual(tables(database), ['two']);
    assert.equal(database.prepare('SELECT x FROM two').get()?.['x'], 7);
  });

  it('refuse a newer one', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, steps);
    assert.ok(!migrate(database, steps.slice(0, 2)));
    assert.equal(versionOf(database), 3);
  });

  it('leave what they had when a step fails', () => {
    const database = new DatabaseSync(':memory:');
    const broken = [...steps.slice(0, 1), 'CREATE TABLE half (x); CREATE TABLE one (x)'];
    assert.throws(
      () => migrate(database, broken),
      (error) => StoreError.is(error, 'failed'),
    );
    assert.deepEqual([versionOf(database), tables(database)], [1, ['one']]);
    assert.ok(migrate(database, steps));
  });
});
