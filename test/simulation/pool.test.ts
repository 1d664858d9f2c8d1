import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { Run, RunEvent } from '../../src/client/types';
import { SecretUnavailable } from '../../src/keys/keySecrets';
import type { SimulatorOptions } from '../simulator/simulator';
import { createPoolStage, outcomeOf, type HeldKey, type PoolStage } from './poolStage';

const many = 200;

/** Enough for some to run and most to wait. */
const busy: SimulatorOptions = { limits: { requestsPerMinute: 60 }, outputTokens: 300 };

function twoKeys(first: string | undefined, second: string | undefined): Record<string, HeldKey> {
  return {
    a: { secret: 'demo-key-a', organization: first },
    b: { secret: 'demo-key-b', organization: second },
  };
}

async function eventsOf(run: Run): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  try {
    for await (const event of run) events.push(event);
  } catch {
    // What it told is all that is asked here.
  }
  return events;
}

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

  it('tells of a run that is parked, and of nothing while nothing changes', async () => {
    const { send, time, pool, keys } = setup(twoKeys('org-1', 'org-1'));
    Object.assign(keys['a'] ?? {}, { isDead: true });
    const run = send('a');
    const told = eventsOf(run);
    pool.reconsider();
    pool.reconsider();
    await time.pass(0);
    pool.move('a', 'b');
    const types = (await time.until(told)).map(({ type }) => type);
    assert.equal(types.filter((type) => type === 'parked').length, 1);
    assert.equal(types.at(-1), 'done');
  });

  it('holds background work at a spend cap until the cap ends', async () => {
    const { send, time, keys } = setup({ a: { secret: 'demo-key-a', organization: 'org-1' } });
    const until = Date.now() + 3 * 3_600_000;
    Object.assign(keys['a'] ?? {}, { cap: { until } });
    setTimeout(() => Object.assign(keys['a'] ?? {}, { cap: undefined }), 3 * 3_600_000 - 1);
    const run = send('a', { priority: 'background' });
    const told = eventsOf(run);
    await time.pass(3 * 3_600_000 - 10);
    assert.equal(stage.server.log.attempts.length, 0);
    assert.ok(await isLetThrough(run));
    assert.ok(Date.now() - until < 5_000);
    const [first] = await told;
    assert.deepEqual(first, { type: 'parked', reason: 'budget', until });
  });

  it('asks a person at a spend cap, once, and does as told', async () => {
    const { send, keys, time } = setup({ a: { secret: 'demo-key-a', organization: 'org-1' } });
    const answers = [true, false];
    let asked = 0;
    const ask = async () => answers[asked++] ?? false;
    Object.assign(keys['a'] ?? {}, { cap: { until: undefined, ask } });
    assert.ok(await isLetThrough(send('a', { priority: 'interactive' })));
    const refused = await time.until(outcomeOf(send('a', { priority: 'interactive' })));
    assert.ok(ClientError.is(refused, 'spendLimit'));
    assert.equal(asked, 2);
    assert.equal(stage.server.log.attempts.length, 1);
  });

  it('gives the reason of a provider that is at fault', async () => {
    const failure = new Error('The keychain is broken');
    const { send, time, records } = setup({ a: { secret: '', organization: 'org-1', failure } });
    const error = await time.until(outcomeOf(send('a')));
    assert.ok(ClientError.is(error, 'authentication'));
    assert.equal(error.cause, failure);
    assert.deepEqual(records, [], 'the key was not used');
  });

  it('asks a locked secret manager once for all, and again later, while everything waits', async () => {
    const failure = new SecretUnavailable('timedOut', 'It took too long');
    const { send, time, keys, unavailable } = setup({ a: { secret: 'demo-key-a', organization: 'org-1', failure } });
    const runs = Array.from({ length: 50 }, () => send('a'));
    await time.pass(25_000);
    assert.deepEqual(unavailable, ['a: timedOut']);
    assert.equal(stage.pool.countsOf('a').parked, 50);
    await time.pass(60_000);
    assert.equal(unavailable.length, 2, 'it pauses twice as long after each failure');
    Object.assign(keys['a'] ?? {}, { failure: undefined });
    stage.pool.tryAgain();
    const outcomes = await time.until(Promise.all(runs.map(outcomeOf)));
    assert.ok(outcomes.every((each) => 'text' in each));
  });

  it('ends a parked run when it is cancelled, by itself or by its signal, and keeps no account of it', async () => {
    const { send, time, keys, records } = setup(twoKeys('org-1', 'org-1'));
    Object.assign(keys['a'] ?? {}, { isDead: true });
    const controller = new AbortController();
    const runs = [send('a'), send('a', { signal: controller.signal })];
    runs[0]?.cancel();
    controller.abort();
    for (const run of runs) assert.ok(ClientError.is(await time.until(outcomeOf(run)), 'cancelled'));
    assert.deepEqual(records, []);
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

  it('wakes at the end of a cap what met it only when it was to start', async () => {
    const { send, time, keys, server } = setup({ a: { secret: 'demo-key-a', organization: 'org-1' } }, busy);
    const until = Date.now() + 600_000;
    const runs = Array.from({ length: 100 }, () => send('a', { priority: 'background' }));
    await time.pass(1_000);
    Object.assign(keys['a'] ?? {}, { cap: { until } });
    // Nobody tells the pool: they find out one by one.
    await time.pass(300_000);
    assert.ok(stage.pool.countsOf('a').parked > 10);
    const sent = server.log.attempts.length;
    setTimeout(() => Object.assign(keys['a'] ?? {}, { cap: undefined }), 299_000);
    await time.pass(310_000);
    assert.ok(server.log.attempts.length > sent);
    for (const run of runs) run.cancel();
  });

  it('rests while a person is asked, even past the end of the cap', async () => {
    const { send, time, keys } = setup({ a: { secret: 'demo-key-a', organization: 'org-1' } });
    const answer = Promise.withResolvers<boolean>();
    let asked = 0;
    const ask = () => {
      asked++;
      return answer.promise;
    };
    Object.assign(keys['a'] ?? {}, { cap: { until: Date.now() + 50, ask } });
    const run = send('a', { priority: 'interactive' });
    await time.pass(10_000);
    assert.equal(time.timerCount, 0, 'a timer goes round and round');
    answer.resolve(true);
    assert.ok(await isLetThrough(run));
    assert.equal(asked, 1);
  });

  it('asks again about another key: what was allowed with one counts for no other', async () => {
    const { send, time, keys, pool, server } = setup(twoKeys('org-1', 'org-1'));
    const asked: string[] = [];
    const capOf = (keyId: string, answer: boolean) => ({
      until: undefined,
      ask: async () => {
        asked.push(keyId);
        return answer;
      },
    });
    Object.assign(keys['a'] ?? {}, { isDead: true });
    Object.assign(keys['b'] ?? {}, { cap: capOf('b', false) });
    const moved = send('a', { priority: 'interactive' });
    Object.assign(keys['a'] ?? {}, { isDead: false, cap: capOf('a', true) });
    pool.move('a', 'b');
    assert.ok(ClientError.is(await time.until(outcomeOf(moved)), 'spendLimit'));
    assert.deepEqual(asked, ['b']);
    assert.equal(server.log.attempts.length, 0);
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
