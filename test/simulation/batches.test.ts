import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { BatchEntry, BatchInfo, BatchOutcome, Client, ClientOptions } from '../../src/client/types';
import type { SimulatorOptions } from '../simulator/simulator';
import { createPoolStage, twoKeys } from './poolStage';
import type { PoolStage } from './poolStage';
import { createStage, model } from './stage';
import type { Stage } from './stage';

const path = '/v1/messages/batches';
const organization = 'org-batches';

function entriesOf(count: number, words = 'Say something about number'): readonly BatchEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    customId: `entry-${index}`,
    request: { model, maxTokens: 200, messages: [{ role: 'user', content: `${words} ${index}` }] },
  }));
}

/** Asks again and again, as whoever waits for a batch does. */
async function ended(client: Client, { id }: BatchInfo, everyMs = 1_000): Promise<BatchInfo> {
  for (;;) {
    const info = await client.batches.get(id);
    if (info.state === 'ended') return info;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

async function collect(client: Client, { id }: BatchInfo): Promise<ReadonlyMap<string, BatchOutcome>> {
  const outcomes = new Map<string, BatchOutcome>();
  await client.batches.results(id, (customId, outcome) => {
    assert.ok(!outcomes.has(customId), `${customId} was told twice`);
    outcomes.set(customId, outcome);
  });
  return outcomes;
}

function kindsOf(outcomes: ReadonlyMap<string, BatchOutcome>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes.values()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

async function failureOf(promise: Promise<unknown>): Promise<ClientError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(ClientError.is(error), 'it was to fail');
  return error;
}

describe('a batch on the simulated API', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  function setup(simulator: SimulatorOptions = {}, options: Partial<ClientOptions> = {}) {
    stage = createStage(simulator, options);
    return stage;
  }

  it('is made, waited for and collected, and what it costs is what was done', async () => {
    const { client, server, time } = setup();
    const entries = entriesOf(200);
    const made = await time.until(client.batches.create(entries));
    assert.equal(made.counts.processing, 200);
    const info = await time.until(ended(client, made));
    assert.equal(info.counts.succeeded, 200);
    assert.ok(info.endedAt !== undefined && info.endedAt - info.createdAt <= 8_000);
    const outcomes = await time.until(collect(client, made));
    const sent = entries.map(({ customId }) => customId);
    assert.notDeepEqual([...outcomes.keys()], sent);
    assert.deepEqual([...outcomes.keys()].toSorted(), sent.toSorted());
    let costUsd = 0;
    let outputTokens = 0;
    for (const outcome of outcomes.values()) {
      assert.ok(outcome.kind === 'succeeded' && outcome.answer.text.length > 0);
      costUsd += outcome.answer.costUsd ?? NaN;
      outputTokens += outcome.answer.usage.outputTokens;
    }
    const { paid } = server.batches;
    assert.equal(outputTokens, paid.outputTokens);
    assert.ok(Math.abs(costUsd - (paid.inputTokens * 1 + paid.outputTokens * 5) / 1e6) < 1e-9);
  });

  it('takes nothing from a chat that goes on beside it', async () => {
    const { client, server, time, send } = setup();
    const made = await time.until(client.batches.create(entriesOf(1_000, 'many words '.repeat(100))));
    const before = server.levels(model).inputTokens.level;
    assert.equal(before, 30_000);
    const watched = send();
    assert.ok(!((await time.until(watched.outcome)) instanceof ClientError));
    assert.ok(watched.events.every(({ type }) => type !== 'waiting' && type !== 'retrying'));
    assert.equal((await time.until(ended(client, made))).counts.succeeded, 1_000);
    assert.deepEqual(
      client.quota().map(({ group }) => group),
      [model],
    );
  });

  it('that was lost on its way is not there, and that is seen by the list', async () => {
    const { client, server, time } = setup();
    server.faults.add({ kind: 'connectionLost' }, { match: { path } });
    const since = time.clock.now();
    assert.equal((await time.until(failureOf(client.batches.create(entriesOf(5))))).reason, 'network');
    assert.deepEqual(await time.until(client.batches.list(since)), []);
    assert.equal(server.log.attempts.filter(({ method }) => method === 'POST').length, 1);
  });

  for (const [what, fault, reason] of [
    ['was lost', { kind: 'answerLost' }, 'network'],
    ['came from a gateway', { kind: 'answerLost', status: 504 }, 'incomplete'],
    ['never came', { kind: 'stall', afterDeltas: 0 }, 'stalled'],
  ] as const) {
    it(`whose answer ${what} is made once, and found again`, async () => {
      const { client, server, time } = setup();
      await time.until(client.batches.create(entriesOf(1)));
      await time.pass(60_000);
      server.faults.add(fault, { match: { path } });
      const since = time.clock.now();
      assert.equal((await time.until(failureOf(client.batches.create(entriesOf(5))))).reason, reason);
      assert.equal(server.batches.all.length, 2);
      const found = await time.until(client.batches.list(since));
      assert.deepEqual(
        found.map(({ id }) => id),
        [server.batches.all[1]?.id],
      );
    });
  }

  it('is made once although the server is overloaded and then refuses it', async () => {
    const { client, server, time } = setup();
    server.faults.add({ kind: 'overloaded' }, { match: { path }, times: 3 });
    server.faults.add({ kind: 'rateLimited', retryAfter: 9 }, { match: { path } });
    await time.until(client.batches.create(entriesOf(5)));
    assert.equal(server.batches.all.length, 1);
    assert.equal(server.log.attempts.length, 5);
    assert.ok(time.elapsedMs >= 9_000);
  });

  it('waits while the calls of this minute are used up, and nobody fails', async () => {
    const { client, server, time } = setup({ limits: { batchRequestsPerMinute: 6 } });
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, index) => time.until(client.batches.create(entriesOf(1, `batch ${index}`)))),
    );
    assert.equal(new Set(made.map(({ id }) => id)).size, 10);
    assert.equal(server.batches.all.length, 10);
    assert.ok(time.elapsedMs >= 30_000);
  });

  it('collects what was done before it was canceled', async () => {
    const { client, server, time } = setup();
    const made = await time.until(client.batches.create(entriesOf(100)));
    await time.pass(4_000);
    assert.equal((await time.until(client.batches.cancel(made.id))).state, 'canceling');
    const info = await time.until(ended(client, made));
    const kinds = kindsOf(await time.until(collect(client, made)));
    assert.deepEqual(kinds, { succeeded: info.counts.succeeded, canceled: info.counts.canceled });
    assert.equal(server.batches.paid.outputTokens, info.counts.succeeded * 40);
  });

  it('tells of entries that failed, were wrong or came too late', async () => {
    const { client, server, time } = setup({ batches: { lifetimeMs: 60_000 } });
    server.batches.addFate({ outcome: 'errored', errorType: 'overloaded_error', customId: 'entry-0' });
    server.batches.addFate({ outcome: 'expired', times: 2 });
    const wrong: BatchEntry = {
      customId: 'wrong',
      request: { model: 'claude-none', maxTokens: 1, messages: [{ role: 'user', content: 'Hi' }] },
    };
    const made = await time.until(client.batches.create([...entriesOf(10), wrong]));
    assert.equal((await time.until(failureOf(client.batches.results(made.id, () => {})))).reason, 'invalid');
    await time.until(ended(client, made, 10_000));
    const outcomes = await time.until(collect(client, made));
    assert.deepEqual(kindsOf(outcomes), { succeeded: 7, errored: 2, expired: 2 });
    const isFinal = (customId: string) => {
      const outcome = outcomes.get(customId);
      return outcome?.kind === 'errored' && outcome.isFinal;
    };
    assert.deepEqual([isFinal('entry-0'), isFinal('wrong')], [false, true]);
  });

  it('tells every result once, although they are cut off again and again', async () => {
    const { client, server, time } = setup();
    const made = await time.until(client.batches.create(entriesOf(50)));
    await time.until(ended(client, made));
    for (const kind of ['earlyClose', 'socketLost', 'stall'] as const) {
      server.faults.add({ kind, afterDeltas: 20 }, { match: { path: `${path}/${made.id}/results` } });
    }
    server.faults.add({ kind: 'overloaded' }, { match: { path: `${path}/${made.id}/results` } });
    const outcomes = await time.until(collect(client, made));
    assert.deepEqual(kindsOf(outcomes), { succeeded: 50 });
    assert.equal(server.log.attempts.filter((each) => each.path.endsWith('/results')).length, 5);
  });

  it('ends with the client that waits for it', async () => {
    const { client, server, time } = setup();
    server.faults.add({ kind: 'stall', afterDeltas: 0 }, { match: { path } });
    const failure = failureOf(client.batches.create(entriesOf(1)));
    await time.pass(100);
    await time.until(client.close());
    assert.equal((await failure).reason, 'closed');
    assert.equal(server.running, 0);
  });
});

describe('the batches of several keys', () => {
  let stage: PoolStage;
  beforeEach(() => {
    stage = createPoolStage(twoKeys(organization, organization));
  });
  afterEach(() => stage.close());

  it('go each with its own key, through one client', async () => {
    const { pool, server, time } = stage;
    const of = (keyId: string) => pool.viewOf(keyId).batches.create(entriesOf(2, `with ${keyId}`));
    await time.until(Promise.all([of('a'), of('b')]));
    assert.deepEqual(server.batches.all.map(({ keyId }) => keyId).toSorted(), ['a', 'b']);
    assert.deepEqual(
      (await time.until(pool.viewOf('b').batches.list(0))).map(({ id }) => id),
      server.batches.all.map(({ id }) => id).toReversed(),
    );
  });

  it('do not go out with a key that is gone, and are not begun with one whose cap is reached', async () => {
    const { pool, server, time, keys } = stage;
    const { batches } = pool.viewOf('a');
    const made = await time.until(batches.create(entriesOf(2)));
    const { a, b } = keys;
    assert.ok(a && b);
    a.cap = { until: 123 };
    const capped = await time.until(failureOf(batches.create(entriesOf(2))));
    assert.deepEqual([capped.reason, capped.until], ['spendLimit', 123]);
    assert.equal((await time.until(batches.get(made.id))).id, made.id);
    a.isDead = true;
    assert.equal((await time.until(failureOf(batches.get(made.id)))).reason, 'authentication');
    const attempts = server.log.attempts.length;
    b.isDead = true;
    assert.equal((await time.until(failureOf(pool.viewOf('b').batches.create(entriesOf(1))))).reason, 'authentication');
    assert.equal(server.log.attempts.length, attempts);
  });

  it('tell when the API refuses their key', async () => {
    const { pool, server, time, refused } = stage;
    server.faults.add({ kind: 'unauthorized' }, { match: { path } });
    assert.equal((await time.until(failureOf(pool.viewOf('a').batches.create(entriesOf(1))))).reason, 'authentication');
    assert.deepEqual(refused, ['a']);
  });
});
