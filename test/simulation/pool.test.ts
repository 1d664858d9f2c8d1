import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { Run } from '../../src/client/types';
import type { SimulatorOptions } from '../simulator/simulator';
import { busy, createPoolStage, outcomeOf, twoKeys, type HeldKey, type PoolStage } from './poolStage';

const many = 200;

describe('The pool of clients', () => {
  let stage: PoolStage;
  afterEach(() => stage.close());

  function setup(keys: Record<string, HeldKey>, simulator: SimulatorOptions = {}): PoolStage {
    stage = createPoolStage(keys, simulator);
    return stage;
  }

  async function isLetThrough(run: Run): Promise<boolean> {
    return 'text' in (await stage.time.until(outcomeOf(run)));
  }

  /** Gets many on their way with a key, some of them far enough to be writing their answers. */
  async function load(keyId: string): Promise<readonly Run[]> {
    const runs = Array.from({ length: many }, () => stage.send(keyId));
    await stage.time.pass(1_500);
    const { running, waiting } = stage.pool.countsOf(keyId);
    assert.ok(running > 10 && waiting > 100, `${running} run, ${waiting} wait`);
    return runs;
  }

  it('has keys of one organization share a queue and its limits', async () => {
    const { send, pool, time, clientCount } = setup(twoKeys('org-1', 'org-1'));
    await time.until(send('a').result);
    await time.until(send('b').result);
    assert.equal(clientCount(), 1);
    assert.equal(pool.quotaOf('a')[0]?.requests?.remaining, pool.quotaOf('b')[0]?.requests?.remaining);
    assert.ok((pool.quotaOf('a')[0]?.requests?.remaining ?? 50) <= 49);
  });

  it('keeps the limits of two organizations apart', async () => {
    const { send, time, clientCount, server } = setup(twoKeys('org-1', 'org-2'));
    await time.until(Promise.all([send('a').result, send('b').result]));
    assert.equal(clientCount(), 2);
    assert.deepEqual(new Set(server.log.attempts.map(({ keyId }) => keyId)), new Set(['a', 'b']));
  });

  it('learns the organization of a key from the first answer, and has the next key join it', async () => {
    const { send, time, keys, clientCount } = setup(twoKeys(undefined, 'org-demo'));
    await time.until(send('a').result);
    await time.pass(100);
    assert.equal(keys['a']?.organization, 'org-demo');
    await time.until(send('b').result);
    assert.equal(clientCount(), 1);
  });

  it('loses none of many when a key is rotated under load, and sends none with the old key from then on', async () => {
    const { time, server, pool, keys } = setup({ a: { secret: 'demo-key-old', organization: 'org-1' } }, busy);
    const runs = await load('a');
    const before = server.log.attempts.length;
    server.addKey({ key: 'demo-key-new', id: 'new', organization: 'org-1' });
    Object.assign(keys['a'] ?? {}, { secret: 'demo-key-new' });
    pool.reconsider();
    const outcomes = await time.until(Promise.all(runs.map(outcomeOf)));
    assert.ok(outcomes.every((each) => 'text' in each));
    const { attempts } = server.log;
    assert.equal(attempts.filter(({ status }) => status === 200).length, many, 'some were asked for twice');
    assert.ok(attempts.slice(0, before).every(({ keyId }) => keyId === 'a'));
    assert.ok(attempts.slice(before).every(({ keyId }) => keyId === 'new'));
  });

  it('loses none when the rotated key belongs to another organization, whose queue they join', async () => {
    const { time, server, pool, keys } = setup({ a: { secret: 'demo-key-old', organization: 'org-1' } }, busy);
    const runs = await load('a');
    const before = server.log.attempts.length;
    server.addKey({ key: 'demo-key-new', id: 'new', organization: 'org-2' });
    Object.assign(keys['a'] ?? {}, { secret: 'demo-key-new', organization: 'org-2' });
    pool.reconsider();
    const outcomes = await time.until(Promise.all(runs.map(outcomeOf)));
    assert.ok(outcomes.every((each) => 'text' in each));
    assert.ok(server.log.attempts.slice(before).every(({ keyId }) => keyId === 'new'));
    assert.equal(server.log.attempts.filter(({ status }) => status === 429).length, 0);
  });

  for (const organization of ['org-1', 'org-2']) {
    it(`moves what waits to a key of ${organization} when one of org-1 is revoked, and breaks off what runs`, async () => {
      const { time, server, pool, keys, records } = setup(twoKeys('org-1', organization), busy);
      const runs = await load('a');
      const before = server.log.attempts.length;
      Object.assign(keys['a'] ?? {}, { isDead: true, secret: '' });
      const { moved, aborted, parked } = pool.withdraw('a', 'b');
      assert.equal(moved + aborted, many - records.length);
      assert.equal(parked, 0);
      await time.pass(0);
      assert.deepEqual(pool.countsOf('a'), { waiting: 0, running: 0, parked: 0 });

      const outcomes = await time.until(Promise.all(runs.map(outcomeOf)));
      const failed = outcomes.filter((each) => !('text' in each));
      assert.ok(failed.length > 0 && failed.length <= aborted);
      assert.ok(failed.every((each) => ClientError.is(each, 'authentication') && each.partial));
      assert.ok(server.log.attempts.slice(before).every(({ keyId }) => keyId === 'b'));
      assert.equal(records.length, many);
      assert.ok(
        records.filter(({ keyId }) => keyId === 'a').every(({ outcome, usage }) => outcome !== 'failed' || usage),
      );
    });
  }

  it('parks what waits when no other key is named, and sends it once there is one', async () => {
    const { time, server, pool, keys } = setup({ a: { secret: 'demo-key-a', organization: 'org-1' } }, busy);
    const runs = await load('a');
    Object.assign(keys['a'] ?? {}, { isDead: true });
    const { parked } = pool.withdraw('a', undefined);
    assert.ok(parked > 100);
    await time.pass(0);
    const sent = server.log.attempts.length;
    await time.pass(120_000);
    assert.equal(server.log.attempts.length, sent, 'something was sent with a key that was withdrawn');
    const left = pool.countsOf('a').parked;
    assert.ok(left >= parked);

    keys['b'] = { secret: 'demo-key-b', organization: 'org-1' };
    server.addKey({ key: 'demo-key-b', id: 'b', organization: 'org-1' });
    assert.equal(pool.move('a', 'b'), left);
    const outcomes = await time.until(Promise.all(runs.map(outcomeOf)));
    assert.ok(outcomes.filter((each) => 'text' in each).length >= left);
    assert.ok(server.log.attempts.slice(sent).every(({ keyId }) => keyId === 'b'));
  });

  it('sends nothing more with a key that the API has refused, and loses nothing by it', async () => {
    const { time, server, pool, keys, refused } = setup({ a: { secret: 'demo-key-a', organization: 'org-1' } }, busy);
    const runs = await load('a');
    server.revokeKey('demo-key-a', { runningGoOn: true });
    // The next one that starts finds out.
    while (refused.length === 0) await time.pass(100);
    await time.pass(0);
    const { length } = server.log.attempts;
    const unauthorized = () => server.log.attempts.filter(({ status }) => status === 401).length;
    assert.equal(unauthorized(), 1);
    await time.pass(60_000);
    assert.equal(server.log.attempts.length, length);
    assert.deepEqual(refused, ['a']);

    server.addKey({ key: 'demo-key-next', id: 'next', organization: 'org-1' });
    Object.assign(keys['a'] ?? {}, { secret: 'demo-key-next', isDead: false });
    pool.reconsider();
    const outcomes = await time.until(Promise.all(runs.map(outcomeOf)));
    assert.ok(outcomes.every((each) => 'text' in each));
    assert.equal(unauthorized(), 1);
  });

  it('breaks off what runs with a key that another window has revoked, and parks it with what waits', async () => {
    const { time, pool, keys, server } = setup({ a: { secret: 'demo-key-a', organization: 'org-1' } }, busy);
    const runs = await load('a');
    Object.assign(keys['a'] ?? {}, { isDead: true, secret: '' });
    pool.reconsider((keyId) => keyId === 'a');
    await time.pass(0);
    const { running, waiting, parked } = pool.countsOf('a');
    assert.deepEqual([running, waiting], [0, 0]);
    assert.ok(parked > 100);
    const sent = server.log.attempts.length;
    await time.pass(60_000);
    assert.equal(server.log.attempts.length, sent);
    for (const run of runs) run.cancel();
  });

  it('keeps an account of every run: what it used, with which key, and how often it was refused', async () => {
    const { send, time, records, server } = setup(twoKeys('org-1', 'org-1'));
    server.faults.add({ kind: 'rateLimited', retryAfter: 1 });
    await time.until(send('a').result);
    const { usage, costUsd, ...record } = records[0] ?? assert.fail();
    const runId = 'run-1';
    assert.deepEqual(record, {
      outcome: 'done',
      error: undefined,
      runId,
      keyId: 'a',
      model: 'claude-sonnet-5-5',
      refusals: 1,
    });
    assert.equal(usage?.outputTokens, 40);
    assert.ok((costUsd ?? 0) > 0);
  });

  it('lets those who are under way finish where they were sent when the address changes', async () => {
    const { send, time, pool, clientCount } = setup(twoKeys('org-1', 'org-1'));
    const run = send('a');
    await time.pass(100);
    pool.retire();
    const next = send('a');
    assert.ok(await isLetThrough(run));
    assert.ok(await isLetThrough(next));
    assert.equal(clientCount(), 2);
  });

  it('ends everything when it is disposed of, and whatever is sent after that', async () => {
    const { send, time, pool, keys } = setup(twoKeys('org-1', 'org-1'));
    const view = pool.viewOf('a');
    const running = send('a');
    await time.pass(100);
    Object.assign(keys['b'] ?? {}, { isDead: true });
    const parked = send('b');
    pool.dispose();
    const late = view.send({ model: 'claude-sonnet-5-5', maxTokens: 1, messages: [{ role: 'user', content: 'Hi' }] });
    for (const run of [running, parked, late]) assert.ok(ClientError.is(await time.until(outcomeOf(run)), 'closed'));
  });

  it('accounts for what runs before it closes, and keeps what has come', async () => {
    const { send, time, pool, records } = setup(twoKeys('org-1', 'org-1'), { outputTokens: 300 });
    const run = send('a');
    await time.pass(1_000);
    await time.until(pool.close());
    const error = await outcomeOf(run);
    assert.ok(ClientError.is(error, 'closed'));
    assert.ok((error.partial?.text ?? '') !== '');
    assert.equal(records.length, 1);
    assert.ok((records[0]?.usage?.outputTokens ?? 0) > 0);
  });

  it('lets nothing that was cancelled be sent once more', async () => {
    for (const meddle of ['withdraw', 'reconsider'] as const) {
      const { send, time, pool, keys, server } = setup(twoKeys('org-1', 'org-2'));
      const run = send('a');
      await time.pass(10);
      run.cancel();
      Object.assign(keys['a'] ?? {}, { isDead: true });
      if (meddle === 'withdraw') pool.withdraw('a', 'b');
      else pool.reconsider((keyId) => keyId === 'a');
      assert.ok(ClientError.is(await time.until(outcomeOf(run)), 'cancelled'));
      await time.pass(1_000);
      assert.ok(server.log.attempts.every(({ keyId }) => keyId === 'a'));
      stage.close();
    }
    setup({});
  });
});
