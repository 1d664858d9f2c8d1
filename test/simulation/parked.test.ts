import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { Run } from '../../src/client/types';
import { SecretUnavailable } from '../../src/keys/keySecrets';
import type { SimulatorOptions } from '../simulator/simulator';
import { busy, createPoolStage, eventsOf, outcomeOf, twoKeys, type HeldKey, type PoolStage } from './poolStage';

describe('A run that is parked', () => {
  let stage: PoolStage;
  afterEach(() => stage.close());

  function setup(keys: Record<string, HeldKey>, simulator: SimulatorOptions = {}): PoolStage {
    stage = createPoolStage(keys, simulator);
    return stage;
  }

  async function isLetThrough(run: Run): Promise<boolean> {
    return 'text' in (await stage.time.until(outcomeOf(run)));
  }

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
});
