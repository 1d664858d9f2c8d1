import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { redactKeys } from '../../../src/keys/redact';
import { openDatabase } from '../../../src/store/database';
import type { Store } from '../../../src/store/store';
import { createRandom } from '../../support/random';
import { readSources } from '../house/sourceFiles';
import { answer, create, done, load, noon, question, setUpDesk, type Desk } from './setup';
import { addJob, batch, job, keep, keyOfQuestion, source } from './jobSetup';
import { keyEvent, usageEntry } from './usageSetup';

const rounds = 25;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What stands around a secret: also what SQLite, JSON and the search treat in a way of their own. */
const surroundings: readonly string[] = [
  '',
  ' ',
  '"',
  "'",
  '\\',
  '\n',
  '\0',
  'é',
  'Ü',
  '日本',
  '\ud800',
  '😀',
  '%',
  '_',
  '{"a":"',
  '`',
];

function createSecrets(random: () => number) {
  const pick = (count: number) =>
    Array.from({ length: count }, () => letters[Math.floor(random() * letters.length)] ?? '').join('');
  // Put together at run time, so that no scanner takes this file for a leak.
  const published = ['sk', 'ant', 'api03', pick(40)].join('-');
  // One of another provider, which only its owner can know for a secret.
  return { published, own: `Own${pick(30)}` };
}

/** Every text that a window can have stored, made by `plant`. */
function storeEverything(store: Store, plant: () => string): void {
  const { conversations, usage } = store;
  const attachments = [{ kind: 'file', name: plant(), languageId: plant(), text: plant() } as const];
  create(store, 'a', [], plant());
  conversations.setTitle('a', plant(), false);
  conversations.setTitle('a', plant(), true);
  conversations.setModel('a', plant());
  conversations.putTurn('a', { ...question('q1', plant()), attachments });
  conversations.putTurn('a', question('q1', plant()));
  conversations.putTurn('a', { ...answer('a1', plant(), 'q1', done), thinking: plant(), model: plant() });
  conversations.putTurn('a', answer('a2', plant(), 'a1', { kind: 'done', stopReason: plant() }));
  conversations.setHead('a', 'a2');
  conversations.setQueue('a', [{ id: 'm1', at: noon, text: plant(), attachments }]);
  conversations.changeQueue('a', (queue) => [...queue, { id: 'm2', at: noon, text: plant(), attachments: [] }]);
  conversations.setDrafts('a', attachments);
  conversations.putDigest('a', { upToTurnId: 'q1', text: plant(), at: noon, tokensBefore: 9, tokensAfter: 3 });
  conversations.list({ search: plant() });
  conversations.removeTurns('a', ['a2']);
  usage.record(usageEntry({ keyId: plant(), model: plant() }));
  usage.addEvent(keyEvent({ keyId: plant(), label: plant(), detail: plant(), windowId: plant() }));
  storeJob(store, plant);
}

function storeJob({ jobs }: Store, plant: () => string): void {
  const sources = [source({ name: plant(), uri: plant(), text: plant() }), source({ text: `${plant()}\0` })];
  const planted = job({ identity: plant(), title: plant(), workspace: plant(), model: plant(), spec: plant() });
  const { id } = jobs.add(planted, sources).job;
  keep(jobs, id, [keyOfQuestion(1)], plant());
  jobs.decide(id, plant(), plant());
  jobs.addBatch(batch(id, { token: id, keyId: plant(), batchId: plant(), customIds: [plant()] }));
  jobs.setBatchId(id, plant());
  jobs.change(id, { spec: plant(), result: plant(), failure: plant() });
}

/** In which files of the folder it stands, in any case and either encoding. */
function findIn(folder: string, secret: string): readonly string[] {
  return readdirSync(folder).filter((name) => {
    const bytes = readFileSync(join(folder, name)).toString('latin1').toLowerCase();
    return [secret, Buffer.from(secret, 'utf16le').toString('latin1')].some((form) =>
      bytes.includes(form.toLowerCase()),
    );
  });
}

describe('A secret', () => {
  let desk: Desk;
  let stores: Store[];
  beforeEach(() => {
    desk = setUpDesk();
    stores = [];
  });
  afterEach(() => {
    for (const store of stores) store.close();
    desk.clear();
  });

  function open(clean?: (text: string) => string): Store {
    const log = { warn: () => {} };
    const opened = openDatabase({ folder: desk.folder, windowId: 'w', now: () => noon, log, redact: clean });
    assert.ok(opened.kind === 'ready');
    stores.push(opened.store);
    return opened.store;
  }

  it('in any text that is stored is in no byte of any file, while it is open and after it', () => {
    const random = createRandom(5);
    for (let round = 0; round < rounds; round++) {
      const { published, own } = createSecrets(random);
      const around = () => surroundings[Math.floor(random() * surroundings.length)] ?? '';
      const secrets = [published, own];
      const store = open((text) => redactKeys(text, [own]));
      let planted = 0;
      storeEverything(store, () => {
        planted += 1;
        return `Before ${around()}${secrets[planted % 2] ?? ''}${around()} ${around()}${secrets[(planted + 1) % 2] ?? ''} after`;
      });
      assert.ok(planted > 20);
      const bare = published.slice(published.lastIndexOf('-') + 1);
      const look = () => [own, published, bare].flatMap((secret) => findIn(desk.folder, secret));
      assert.ok(
        readdirSync(desk.folder).some((name) => name.endsWith('-wal')),
        'the log is looked at, too',
      );
      assert.deepEqual(look(), []);
      assert.ok(findIn(desk.folder, '[redacted]').length > 0);
      store.close();
      assert.deepEqual(look(), []);
    }
  });

  it('would be found by this test', () => {
    const { own } = createSecrets(createRandom(6));
    const store = open();
    create(store, 'a', [question('q1', `Prüfe ${own}`)]);
    assert.ok(findIn(desk.folder, own).length > 0);
  });

  it('leaves all around it readable', () => {
    const { published, own } = createSecrets(createRandom(7));
    const store = open((text) => redactKeys(text, [own]));
    for (const around of surroundings) {
      const text = `Before${around}|${own}|${around}|${published}|${around}after`;
      const attachments = [{ kind: 'file', name: text, languageId: 'x', text } as const];
      create(store, 'a', [{ ...question('q1', text), attachments }]);
      store.conversations.setQueue('a', [{ id: 'm', at: noon, text, attachments }]);
      store.conversations.setDrafts('a', attachments);
      store.conversations.putDigest('a', { upToTurnId: 'q1', text, at: noon, tokensBefore: 9, tokensAfter: 3 });
      const { turns, queue, drafts, digests } = load(store, 'a');
      const expected = text.replace(own, '[redacted]').replace(published, '[redacted]');
      const [turn] = turns;
      assert.ok(turn?.role === 'user');
      assert.deepEqual(
        [turn.text, turn.attachments[0]?.text, queue[0]?.text, drafts[0]?.name, digests[0]?.text],
        Array.from({ length: 5 }, () => expected),
        JSON.stringify(around),
      );
    }
  });

  it('leaves all around it readable in what is kept of a job', () => {
    const { published, own } = createSecrets(createRandom(9));
    const { jobs } = open((text) => redactKeys(text, [own]));
    for (const [index, around] of surroundings.entries()) {
      const text = `Before${around}|${own}|${around}|${published}|${around}after`;
      const result = JSON.stringify({ text });
      const id = addJob(jobs, { identity: String(index), spec: result }, [source({ text, seams: [1, 2] })]);
      keep(jobs, id, [keyOfQuestion(index)], text);
      jobs.change(id, { result, failure: text });
      jobs.decide(id, 'size', result);
      const expected = text.replace(own, '[redacted]').replace(published, '[redacted]');
      const json = JSON.stringify({ text: expected });
      assert.deepEqual(jobs.sourcesOf(id), [source({ text: expected, seams: [1, 2] })], JSON.stringify(around));
      assert.deepEqual([jobs.specOf(id), jobs.resultOf(id), jobs.decisionOf(id, 'size')], [json, json, json]);
      const answered = jobs.answers([keyOfQuestion(index)]).get(keyOfQuestion(index));
      assert.equal(answered?.text, expected.toWellFormed().replaceAll('\0', ''));
    }
  });

  it('is not what a key of a question, or many of them, is taken for', () => {
    const { own } = createSecrets(createRandom(10));
    const keys = Array.from({ length: 1_000 }, (_, index) => keyOfQuestion(index));
    for (const text of [...keys, JSON.stringify(keys)]) assert.equal(redactKeys(text, [own]), text);
    const { jobs } = open((text) => redactKeys(text, [own]));
    const id = addJob(jobs);
    jobs.addBatch(batch(id, { customIds: keys }));
    assert.deepEqual(jobs.batchesOf(id)[0]?.customIds, keys);
    assert.deepEqual(jobs.leaseQuestions(id, keys, 1), keys);
    keep(jobs, id, keys);
    assert.deepEqual([...jobs.answers(keys).keys()], keys);
  });

  it('leaves what stands beside it to be found, in any case', () => {
    const { own } = createSecrets(createRandom(8));
    const store = open((text) => redactKeys(text, [own]));
    create(store, 'a', [question('q1', `Prüfe GRÖSSE ${own} straße`)]);
    assert.equal(store.conversations.list({ search: 'größe' }).length, 0);
    assert.equal(store.conversations.list({ search: 'grösse STRASSE'.replace('STRASSE', 'STRAßE') }).length, 1);
    assert.equal(store.conversations.list({ search: own.slice(0, 20) }).length, 0);
  });
});

describe('The store', () => {
  it('binds a text in one place only', () => {
    const preparing = readSources()
      .filter(({ path }) => path.startsWith('src/store/'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/database\.prepare\(\s*(.{0,30})/g)].map(([, sql = '']) => ({ path, sql })),
      );
    const elsewhere = preparing.filter(({ path }) => path !== 'src/store/access.ts');
    assert.equal(preparing.length - elsewhere.length, 1);
    // What is asked of SQLite itself takes no parameters.
    for (const { path, sql } of elsewhere) assert.match(sql, /PRAGMA|pragma_|SELECT page_count|isSuspected/, path);
  });
});
