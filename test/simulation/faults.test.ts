import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { RunResult } from '../../src/client/types';
import type { FaultOptions, Fault } from '../simulator/faults';
import type { SimulatorOptions } from '../simulator/simulator';
import type { ClientOptions } from '../../src/client/types';
import { createStage } from './stage';
import type { Stage, Watched } from './stage';

describe('a run that meets a fault', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  function setup(
    fault?: Fault,
    times: FaultOptions = {},
    options: Partial<ClientOptions> = {},
    simulator: SimulatorOptions = {},
  ) {
    stage = createStage(simulator, options);
    if (fault) stage.server.faults.add(fault, times);
    return stage;
  }

  async function failureOf({ outcome }: Watched): Promise<ClientError> {
    const error = await stage.time.until(outcome);
    assert.ok(error instanceof ClientError, 'the run was to fail');
    return error;
  }

  async function resultOf({ outcome }: Watched): Promise<RunResult> {
    const result = await stage.time.until(outcome);
    if (result instanceof ClientError) throw result;
    return result;
  }

  it('waits as long as retry-after says, never less, and then succeeds', async () => {
    const { send, server } = setup({ kind: 'rateLimited', retryAfter: 7 });
    const watched = send();
    const result = await resultOf(watched);
    const [first, second] = server.log.messages;
    assert.ok(first && second);
    assert.ok(second.at - first.at >= 7_000 + 0, `waited ${second.at - first.at} ms`);
    assert.ok(second.at - first.at < 7_200, `waited ${second.at - first.at} ms`);
    assert.equal(result.attempts, 2);
    const retrying = watched.events.find((event) => event.type === 'retrying');
    assert.ok(retrying && retrying.reason === 'rateLimited' && retrying.attempt === 2);
    assert.ok(Math.abs(retrying.until - second.at) < 100);
  });

  it('reads a retry-after that is a date', async () => {
    const { send, server, time } = setup();
    server.faults.add({ kind: 'rateLimited', retryAfter: new Date(time.clock.now() + 9_000).toUTCString() });
    await resultOf(send());
    const [first, second] = server.log.messages;
    assert.ok(first && second && second.at - first.at >= 8_900 && second.at - first.at < 9_500);
  });

  it('holds back everyone of the lane after a refusal, and keeps their order', async () => {
    const { send, server } = setup({ kind: 'rateLimited', retryAfter: 5 });
    const runs = ['one', 'two', 'three'].map((content) => send({ messages: [{ role: 'user', content }] }));
    await Promise.all(runs.map(resultOf));
    const [first, ...others] = server.log.messages;
    assert.ok(first);
    assert.deepEqual(
      others.map(({ body }) => JSON.stringify(body).match(/one|two|three/)?.[0]),
      ['one', 'two', 'three'],
    );
    assert.ok(others.every(({ at }) => at - first.at >= 5_000));
  });

  it('slows down after a ramp refusal: nobody before its time, then one, then more and more', async () => {
    const simulator = { limits: { requestsPerMinute: 1_000, inputTokensPerMinute: 1e6, outputTokensPerMinute: 1e6 } };
    const { send, server, time } = setup(undefined, {}, {}, simulator);
    await resultOf(send());
    server.faults.add({ kind: 'rampLimited', retryAfter: 3 });
    const refused = send();
    await time.pass(500);
    await Promise.all([refused, ...Array.from({ length: 26 }, () => send())].map(resultOf));
    assert.ok(refused.events.some((event) => event.type === 'retrying' && event.reason === 'rampLimited'));
    const refusedAt = server.log.messages.find(({ status }) => status === 429)?.at ?? Infinity;
    const startsAt = server.log.messages.flatMap(({ at }) => (at > refusedAt ? [at - refusedAt] : []));
    const [first = 0] = startsAt;
    assert.equal(startsAt.length, 27);
    assert.ok(first >= 3_000 && first < 3_100);
    // The headers take 50 ms, a whole answer 450.
    const startsBetween = (fromMs: number, toMs: number) =>
      startsAt.filter((at) => at - first >= fromMs && at - first < toMs).length;
    assert.equal(startsBetween(0, 50), 1, 'one finds out for the others');
    const rounds = [startsBetween(0, 450), startsBetween(450, 900)];
    assert.deepEqual(rounds, [9, 18], 'twice as many in each round');
  });

  it('holds nobody else back when it fails for good, whatever time its answer names', async () => {
    let isFirst = true;
    const { send, server, time } = setup(
      undefined,
      {},
      {
        fetch: (...request) => {
          if (!isFirst) return server.fetch(...request);
          isFirst = false;
          return Promise.resolve(new Response('{}', { status: 413, headers: { 'retry-after': '3600' } }));
        },
      },
    );
    assert.equal((await failureOf(send())).reason, 'tooLarge');
    await resultOf(send());
    assert.ok(time.elapsedMs < 5_000, `after ${time.elapsedMs} ms`);
  });

  it('goes first when it is refused, even when a smaller one could go at once', async () => {
    let isRefused = false;
    const headers = {
      'retry-after': '0',
      'anthropic-ratelimit-input-tokens-limit': '30000',
      'anthropic-ratelimit-input-tokens-remaining': '15000',
    };
    const { send, server } = setup(
      undefined,
      {},
      {
        fetch: (...request) => {
          if (isRefused) return server.fetch(...request);
          isRefused = true;
          return Promise.resolve(new Response('{}', { status: 429, headers }));
        },
      },
    );
    const runs = ['large '.repeat(12_000), 'small'].map((content) => send({ messages: [{ role: 'user', content }] }));
    await Promise.all(runs.map(resultOf));
    assert.deepEqual(
      server.log.messages.map(({ body }) => JSON.stringify(body).match(/large|small/)?.[0]),
      ['large', 'small'],
    );
  });

  it('ends at once at the monthly cap, and says when it is lifted', async () => {
    const { send, server } = setup({ kind: 'spendLimit' });
    const error = await failureOf(send());
    assert.equal(error.reason, 'spendLimit');
    assert.equal(error.until, Date.UTC(2026, 11, 1));
    assert.equal(server.log.messages.length, 1);
  });

  for (const kind of ['contractSpendLimit', 'ownSpendLimit'] as const) {
    it(`ends at once at a cap without a known end (${kind})`, async () => {
      const { send } = setup({ kind });
      const error = await failureOf(send());
      assert.equal(error.reason, 'spendLimit');
      assert.equal(error.until, undefined);
    });
  }

  it('tells a spend cap to those who wait as well, without asking the server again', async () => {
    const { send, server } = setup({ kind: 'spendLimit' }, { times: Infinity });
    const errors = await Promise.all([send(), send(), send()].map(failureOf));
    assert.ok(errors.every(({ reason }) => reason === 'spendLimit'));
    assert.equal(server.log.messages.length, 1);
  });

  const final = [
    ['unauthorized', 'authentication'],
    ['forbidden', 'permission'],
    ['billing', 'billing'],
    ['tooLarge', 'tooLarge'],
  ] as const;
  for (const [kind, reason] of final) {
    it(`is not retried when that cannot succeed (${kind})`, async () => {
      const { send, server } = setup({ kind }, { times: Infinity });
      assert.equal((await failureOf(send())).reason, reason);
      assert.equal(server.log.messages.length, 1);
    });
  }

  it('fails with notFound for a model that the API does not know', async () => {
    const { send } = setup();
    assert.equal((await failureOf(send({ model: 'claude-unknown' }))).reason, 'notFound');
  });

  for (const kind of ['overloaded', 'internalError', 'unavailable', 'timeout', 'conflict', 'connectionLost'] as const) {
    it(`tries again after trouble that is not its quota (${kind}), and leaves the buckets alone`, async () => {
      const { send, client } = setup();
      await resultOf(send());
      stage.server.faults.add({ kind }, { times: 3 });
      const before = client.quota()[0]?.requests?.limit;
      const watched = send();
      const result = await resultOf(watched);
      assert.equal(result.attempts, 4);
      assert.equal(client.quota()[0]?.requests?.limit, before);
      const retrying = watched.events.filter((event) => event.type === 'retrying');
      assert.deepEqual(
        retrying.map(({ reason }) => reason),
        Array.from({ length: 3 }, () => (kind === 'connectionLost' ? 'network' : 'overloaded')),
      );
    });
  }

  it('shares one pause among all who met the same trouble', async () => {
    const { send, server } = setup();
    await resultOf(send());
    server.faults.add({ kind: 'overloaded' }, { times: 5 });
    const runs = Array.from({ length: 5 }, () => send());
    const results = await Promise.all(runs.map(resultOf));
    // Five met it at once; one found out for all that it was over.
    assert.equal(server.log.messages.filter(({ status }) => status === 529).length, 5);
    assert.ok(results.every(({ attempts }) => attempts === 2));
  });

  it('does not repeat what the server says cannot be repeated', async () => {
    const { send, server } = setup(
      { kind: 'internalError', headers: { 'x-should-retry': 'false' } },
      { times: Infinity },
    );
    assert.equal((await failureOf(send())).reason, 'overloaded');
    assert.equal(server.log.messages.length, 1);
  });

  it('gives up after the allowed number of attempts', async () => {
    const { send, server } = setup({ kind: 'overloaded' }, { times: Infinity }, { retry: { maxAttempts: 3 } });
    const error = await failureOf(send());
    assert.equal(error.reason, 'overloaded');
    assert.ok(error.until !== undefined);
    assert.equal(server.log.messages.length, 3);
  });

  it('gives up past maxWaitMs, with the reason it waited for', async () => {
    const { send, time } = setup({ kind: 'rateLimited', retryAfter: 600 }, {}, { retry: { maxWaitMs: 20_000 } });
    const error = await failureOf(send());
    assert.equal(error.reason, 'rateLimited');
    assert.ok(time.elapsedMs >= 20_000 && time.elapsedMs < 20_100);
    assert.ok(error.until !== undefined && error.until > time.clock.now() + 500_000);
  });

  it('gives up past maxWaitMs as stalled only while it is under way', async () => {
    const { send } = setup({ kind: 'slowFirstByte', delayMs: 90_000 }, {}, { retry: { maxWaitMs: 20_000 } });
    assert.equal((await failureOf(send())).reason, 'stalled');
  });

  it('gives up past maxWaitMs with the reason and the time, however many go before it', async () => {
    const options = { retry: { maxWaitMs: 20_000 } };
    const { send, time } = setup(undefined, {}, options, { limits: { requestsPerMinute: 1 } });
    await resultOf(send());
    send({ priority: 'interactive' });
    const bulk = send({ priority: 'background' });
    for (let others = 0; others < 60; others++) send({ priority: 'interactive' });
    const error = await failureOf(bulk);
    assert.equal(error.reason, 'rateLimited');
    assert.ok(error.until !== undefined && error.until > time.clock.now());
    assert.ok(bulk.events.some((event) => event.type === 'waiting' && event.reason === 'requests'));
  });

  const broken = [
    [{ kind: 'midStreamError', afterDeltas: 3 }, 'overloaded'],
    [{ kind: 'earlyClose', afterDeltas: 3 }, 'incomplete'],
    [{ kind: 'socketLost', afterDeltas: 3 }, 'network'],
    [{ kind: 'stall', afterDeltas: 3 }, 'stalled'],
    [{ kind: 'stall', afterDeltas: 3, hasPings: true }, 'stalled'],
    [{ kind: 'keyRevokedMidStream', afterDeltas: 3 }, 'authentication'],
    [{ kind: 'midStreamError', afterDeltas: 3, errorType: 'api_error' }, 'overloaded'],
  ] as const;
  for (const [fault, reason] of broken) {
    it(`keeps what came when the answer breaks off: ${JSON.stringify(fault)}`, async () => {
      const { send, server } = setup(fault);
      const watched = send();
      const error = await failureOf(watched);
      assert.equal(error.reason, reason);
      assert.equal(server.log.messages.length, 1, 'nothing is sent again once output has begun');
      const told = watched.events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('');
      assert.ok(told.length > 0);
      assert.equal(error.partial?.text, told);
      assert.ok(error.partial.usage.inputTokens > 0 && error.partial.usage.outputTokens > 0);
    });
  }

  for (const kind of ['earlyClose', 'socketLost', 'stall'] as const) {
    it(`tries again when the stream breaks before any output (${kind})`, async () => {
      const { send } = setup({ kind, afterDeltas: 0 });
      assert.equal((await resultOf(send())).attempts, 2);
    });
  }

  it('waits patiently for a slow first byte', async () => {
    const { send } = setup({ kind: 'slowFirstByte', delayMs: 90_000 });
    assert.equal((await resultOf(send())).attempts, 1);
  });

  it('treats a first byte that never comes as stalled', async () => {
    const { send } = setup({ kind: 'slowFirstByte', delayMs: 3_600_000 });
    const watched = send();
    assert.equal((await resultOf(watched)).attempts, 2);
    assert.ok(watched.events.some((event) => event.type === 'retrying' && event.reason === 'stalled'));
  });
});
