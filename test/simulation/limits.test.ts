import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { ClientOptions } from '../../src/client/types';
import type { AttemptRecord } from '../simulator/log';
import type { SimulatorOptions } from '../simulator/simulator';
import { createStage, model } from './stage';
import type { Stage, Watched } from './stage';

/** Words of which the simulated API and the client count much the same. */
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index % 7}`).join(' ');

/** The most that any 60 seconds hold, begun at each event. */
function mostInAMinute(attempts: readonly AttemptRecord[], amountOf: (attempt: AttemptRecord) => number): number {
  return Math.max(
    ...attempts.map(({ at }) =>
      attempts
        .filter((other) => other.at >= at && other.at <= at + 60_000)
        .reduce((sum, other) => sum + amountOf(other), 0),
    ),
  );
}

describe('the limits', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  function setup(simulator: SimulatorOptions = {}, options: Partial<ClientOptions> = {}) {
    stage = createStage(simulator, options);
    const { send, time, server } = stage;
    return {
      ...stage,
      refusals: () => server.log.messages.filter(({ status }) => status === 429).length,
      sendMany: (count: number, content = 'Hello there', request = {}) =>
        Array.from({ length: count }, (_, index) =>
          send({ messages: [{ role: 'user', content: `${content} ${index}` }], ...request }),
        ),
      succeed: async (runs: readonly Watched[]) => {
        for (const outcome of await time.until(Promise.all(runs.map((run) => run.outcome)))) {
          if (outcome instanceof ClientError) throw outcome;
        }
      },
    };
  }

  it('are learned with one probe: whoever comes at the same time waits for its headers', async () => {
    const { sendMany, succeed, server } = setup();
    const runs = sendMany(10);
    await succeed(runs);
    const [probe, ...others] = server.log.messages.map(({ at }) => at);
    assert.ok(probe !== undefined);
    assert.ok(others.every((at) => at - probe >= 50));
    assert.ok(
      others.every((at) => at - probe < 200),
      'and then all start at once',
    );
    assert.ok(runs[1]?.events.some((event) => event.type === 'waiting' && event.reason === 'turn'));
  });

  it('of requests are used to the full, and not crossed', async () => {
    const { sendMany, succeed, refusals, time } = setup({
      limits: { requestsPerMinute: 20, inputTokensPerMinute: 1e6, outputTokensPerMinute: 1e6 },
    });
    await succeed(sendMany(60));
    assert.equal(refusals(), 0);
    // 20 at once, then one every three seconds.
    assert.ok(time.elapsedMs >= 117_000 && time.elapsedMs < 130_000, `took ${time.elapsedMs} ms`);
  });

  it('of input tokens are used to the full, and not crossed', async () => {
    const { sendMany, succeed, refusals, time, server } = setup({
      limits: { requestsPerMinute: 1_000, inputTokensPerMinute: 20_000, outputTokensPerMinute: 1e6 },
    });
    await succeed(sendMany(30, words(1_500)));
    const tokens = server.log.messages.reduce((sum, { usage }) => sum + (usage?.inputTokens ?? 0), 0);
    const boundMs = ((tokens - 20_000) / 20_000) * 60_000;
    assert.ok(refusals() <= 1, `${refusals()} refusals`);
    assert.ok(time.elapsedMs < boundMs * 1.1 + 10_000, `took ${time.elapsedMs} ms of ${boundMs} ms`);
  });

  it('of output tokens are used to the full, and not crossed', async () => {
    const { sendMany, succeed, refusals, time } = setup({
      limits: { requestsPerMinute: 1_000, inputTokensPerMinute: 1e6, outputTokensPerMinute: 3_000 },
      outputTokens: 300,
    });
    await succeed(sendMany(40, 'Hello', { maxTokens: 600 }));
    const boundMs = ((40 * 300 - 3_000) / 3_000) * 60_000;
    assert.equal(refusals(), 0);
    assert.ok(time.elapsedMs < boundMs * 1.15 + 10_000, `took ${time.elapsedMs} ms of ${boundMs} ms`);
  });

  it('do not charge what was read from the cache', async () => {
    const { send, succeed, client } = setup({ limits: { inputTokensPerMinute: 10_000 } });
    const system = [{ type: 'text', text: words(3_000), cache_control: { type: 'ephemeral' } }];
    await succeed([send({ system })]);
    const before = client.quota()[0]?.inputTokens?.remaining ?? 0;
    await succeed([send({ system })]);
    const after = client.quota()[0]?.inputTokens?.remaining ?? 0;
    assert.ok(after > before - 100, `${before} became ${after}`);
  });

  it('are met by a bucket smaller than a minute with few refusals', async () => {
    const { sendMany, succeed, refusals } = setup({
      limits: { requestsPerMinute: 60, burstShare: 0.25, inputTokensPerMinute: 1e6, outputTokensPerMinute: 1e6 },
    });
    await succeed(sendMany(90));
    assert.ok(refusals() <= 3, `${refusals()} refusals`);
  });

  it('are shared with another client that drains them, with few refusals', async () => {
    const { sendMany, succeed, refusals, server } = setup({ limits: { requestsPerMinute: 60 } });
    server.drain(0.35);
    await succeed(sendMany(120));
    assert.ok(refusals() <= 12, `${refusals()} refusals`);
  });

  it('are followed when they change', async () => {
    const { sendMany, succeed, refusals, server, client } = setup({
      limits: { requestsPerMinute: 60, inputTokensPerMinute: 1e6, outputTokensPerMinute: 1e6 },
    });
    server.setLimits({ requestsPerMinute: 30 }, {}, { afterMs: 30_000 });
    await succeed(sendMany(120));
    assert.ok(refusals() <= 3, `${refusals()} refusals`);
    assert.equal(client.quota()[0]?.requests?.limit, 30);
  });

  it('are found without any headers by slowing down where refused', async () => {
    const { sendMany, succeed, refusals } = setup({ headers: { style: 'none' }, limits: { requestsPerMinute: 60 } });
    await succeed(sendMany(90));
    assert.ok(refusals() <= 35, `${refusals()} refusals`);
  });

  for (const style of ['openai', 'plain', 'ietf'] as const) {
    it(`are read from the headers of a gateway (${style})`, async () => {
      const { sendMany, succeed, refusals, client } = setup({
        headers: { style },
        limits: { requestsPerMinute: 30, inputTokensPerMinute: 1e6, outputTokensPerMinute: 1e6 },
      });
      await succeed(sendMany(50));
      assert.equal(refusals(), 0);
      assert.equal(client.quota()[0]?.requests?.limit, 30);
    });
  }

  it('are read right when the clocks differ by two minutes', async () => {
    for (const clockSkewMs of [-120_000, 120_000]) {
      const { sendMany, succeed, refusals, time } = setup({
        headers: { clockSkewMs },
        limits: { requestsPerMinute: 30, inputTokensPerMinute: 1e6, outputTokensPerMinute: 1e6 },
      });
      await succeed(sendMany(60));
      assert.equal(refusals(), 0);
      assert.ok(time.elapsedMs < 70_000, `took ${time.elapsedMs} ms`);
      if (clockSkewMs < 0) await stage.close();
    }
  });

  it('let a request through that no bucket can hold, when nothing else is left to wait for', async () => {
    const { send, succeed } = setup({ limits: { inputTokensPerMinute: 3_000 } });
    await succeed([send(), send({ messages: [{ role: 'user', content: words(4_000) }] })]);
  });

  it('end a request as too large that the server refuses even at a full bucket', async () => {
    const { send, time } = setup({ limits: { inputTokensPerMinute: 3_000 }, oversizedInput: 'refuse' });
    const outcome = await time.until(send({ messages: [{ role: 'user', content: words(6_000) }] }).outcome);
    assert.ok(ClientError.is(outcome, 'tooLarge'));
  });

  it('do not make a request too large that was refused once at a full bucket, for another limit perhaps', async () => {
    const { send, succeed, server } = setup({ limits: { inputTokensPerMinute: 3_000 } });
    await succeed([send()]);
    await stage.time.pass(60_000);
    server.faults.add({ kind: 'rateLimited', retryAfter: 2 });
    const watched = send({ messages: [{ role: 'user', content: words(4_000) }] });
    await succeed([watched]);
    assert.equal(server.log.messages.length, 3);
  });

  it('of two models with a group of their own do not touch each other', async () => {
    const { sendMany, succeed, send, time } = setup({ limits: { requestsPerMinute: 5 } });
    const busy = sendMany(10);
    await succeed([send({ model: 'claude-opus-5' })]);
    assert.ok(time.elapsedMs < 2_000);
    await succeed(busy);
  });

  it('are one for two models of a group', async () => {
    const { send, succeed, client } = setup();
    await succeed([send({ model: 'claude-opus-4-7' }), send({ model: 'claude-opus-4-8' })]);
    assert.equal(client.quota().length, 1);
    assert.equal(client.quota()[0]?.organization, 'org-demo');
  });

  describe('of the user', () => {
    it('on requests hold over any minute, and are used to the full', async () => {
      const { sendMany, succeed, server, time } = setup({}, { limits: { requestsPerMinute: 7 } });
      await succeed(sendMany(28));
      assert.equal(
        mostInAMinute(server.log.messages, () => 1),
        7,
      );
      assert.ok(time.elapsedMs < 3 * 62_000, `took ${time.elapsedMs} ms`);
    });

    it('on requests count every call, over all models', async () => {
      const { succeed, send, server, client, time } = setup({}, { limits: { requestsPerMinute: 4 } });
      const counted = client.countTokens({ model, messages: [{ role: 'user', content: 'Hello' }] });
      const runs = [send(), send({ model: 'claude-opus-5' }), send(), send({ model: 'claude-opus-5' }), send()];
      await time.until(Promise.all([counted, client.models(), succeed(runs)]));
      assert.ok(mostInAMinute(server.log.attempts, () => 1) <= 4);
    });

    it('go to the most urgent of all models when time frees them', async () => {
      const { send, succeed, server } = setup({}, { limits: { requestsPerMinute: 1 } });
      await succeed([send()]);
      const bulk = send({ model: 'claude-opus-5', priority: 'background' });
      const person = send({ priority: 'interactive' });
      await succeed([bulk, person]);
      assert.deepEqual(
        server.log.messages.slice(1).map((attempt) => attempt.model),
        [model, 'claude-opus-5'],
      );
    });

    it('on input tokens hold over any minute', async () => {
      const { sendMany, succeed, server } = setup({}, { limits: { inputTokensPerMinute: 4_000 } });
      await succeed(sendMany(12, words(500)));
      assert.ok(mostInAMinute(server.log.messages, ({ usage }) => usage?.inputTokens ?? 0) <= 4_000);
    });

    it('on output tokens hold over any minute', async () => {
      const { sendMany, succeed, server } = setup({ outputTokens: 150 }, { limits: { outputTokensPerMinute: 600 } });
      await succeed(sendMany(10, 'Hello', { maxTokens: 200 }));
      assert.ok(mostInAMinute(server.log.messages, ({ usage }) => usage?.outputTokens ?? 0) <= 600);
    });

    it('on output tokens also limit a single answer', async () => {
      const { send, time } = setup({ outputTokens: 900 }, { limits: { outputTokensPerMinute: 600 } });
      const result = await time.until(send({ maxTokens: 2_000 }).run.result);
      assert.equal(result.stopReason, 'max_tokens');
      assert.equal(result.usage.outputTokens, 600);
    });

    it('end a request that no minute can hold, without sending it', async () => {
      const { send, time, server } = setup({}, { limits: { inputTokensPerMinute: 1_000 } });
      const outcome = await time.until(send({ messages: [{ role: 'user', content: words(4_000) }] }).outcome);
      assert.ok(ClientError.is(outcome, 'tooLarge'));
      assert.equal(server.log.messages.length, 0);
    });

    it('on concurrency hold over all models', async () => {
      const { sendMany, succeed, server, time } = setup({}, { limits: { maxConcurrent: 2 } });
      let most = 0;
      const watching = setInterval(() => (most = Math.max(most, server.running)), 10);
      await succeed([...sendMany(6), ...sendMany(6, 'Hello', { model: 'claude-opus-5' })]);
      clearInterval(watching);
      assert.equal(most, 2);
      assert.ok(time.elapsedMs < 6_000);
    });
  });
});
