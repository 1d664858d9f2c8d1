import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { model, setup } from './support';

const opus = 'claude-opus-4-8';
const fewRequests = { requestsPerMinute: 6, inputTokensPerMinute: Infinity, outputTokensPerMinute: Infinity };

describe('Admission', () => {
  it('serves a full bucket as a burst and refuses the next request', async () => {
    const { send, simulator } = setup({ limits: fewRequests });
    for (let count = 0; count < 6; count++) assert.equal((await send()).status, 200);
    const refused = await send();
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('retry-after'), '10');
    assert.equal(simulator.log.last?.shortage, 'requests');
  });

  it('serves a request that waited for retry-after, and none that came earlier, for any load', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 100, max: 50_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        async (requestsPerMinute, inputTokensPerMinute, inputTokens) => {
          const { send, clock } = setup({
            limits: { requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute: Infinity },
            answer: () => ({ inputTokens, outputTokens: 1 }),
          });
          let response = await send();
          while (response.status === 200) response = await send();
          const waitMs = Number(response.headers.get('retry-after')) * 1_000;
          await clock.advance(Math.max(waitMs - 1_000, 0) * 0.99);
          const early = await send();
          await clock.advance(waitMs);
          assert.equal(early.status, waitMs > 1_000 ? 429 : early.status);
          assert.equal((await send()).status, 200);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('charges nothing for a refusal', async () => {
    const { send, simulator } = setup({ limits: fewRequests });
    for (let count = 0; count < 6; count++) await send();
    const before = simulator.levels(model);
    await Promise.all(Array.from({ length: 20 }, () => send()));
    await send({ body: { max_tokens: 0 } });
    await send({ key: 'demo-key-unknown' });
    assert.deepEqual(simulator.levels(model), before);
  });

  it('lets keys of one organization share its buckets, and other organizations have their own', async () => {
    const { send } = setup({
      limits: { ...fewRequests, requestsPerMinute: 2 },
      keys: [{ key: 'first' }, { key: 'second' }, { key: 'stranger', organization: 'org-other' }],
    });
    assert.equal((await send({ key: 'first' })).status, 200);
    assert.equal((await send({ key: 'second' })).status, 200);
    assert.equal((await send({ key: 'second' })).status, 429);
    assert.equal((await send({ key: 'stranger' })).status, 200);
  });

  it('lets the models of a group share buckets', async () => {
    const { send, simulator } = setup({ limits: { ...fewRequests, requestsPerMinute: 1 } });
    assert.equal((await send({ body: { model: opus } })).status, 200);
    assert.equal((await send({ body: { model: 'claude-opus-4-6' } })).status, 429);
    assert.equal((await send({ body: { model: 'claude-opus-5' } })).status, 200);
    assert.deepEqual(
      simulator.log.attempts.map(({ group }) => group),
      ['opus-4', 'opus-4', 'claude-opus-5'],
    );
  });

  it('corrects the estimate of the input once the answer begins', async () => {
    const { send, simulator, clock } = setup({ pace: { firstByteMs: 10 } });
    const pending = send({ text: 'aa '.repeat(1_000) });
    const estimated = 30_000 - simulator.levels(model).inputTokens.level;
    await clock.advance(10);
    await (await pending).text();
    const { usage } = simulator.log.last ?? {};
    const refilled = (30_000 / 60_000) * 10;
    assert.notEqual(estimated, usage?.inputTokens);
    assert.equal(simulator.levels(model).inputTokens.level, 30_000 - (usage?.inputTokens ?? 0) + refilled);
  });

  it('debits output as it is produced, and max_tokens plays no part', async () => {
    const { send, simulator, clock } = setup({
      outputTokens: 100,
      pace: { tokensPerSecond: 10, deltaIntervalMs: 100 },
    });
    simulator.setLimits({ outputTokensPerMinute: 6_000 });
    await send({ body: { max_tokens: 100_000 } });
    simulator.takeElsewhere({ outputTokens: Infinity }, model);
    await clock.advance(5_000);
    const refilled = 100 * 5;
    assert.equal(simulator.levels(model).outputTokens.level, refilled - 50);
    await clock.advance(5_000);
    assert.equal(simulator.levels(model).outputTokens.level, 2 * refilled - 99);
    assert.equal(simulator.log.last?.outcome, 'completed');
    assert.equal(simulator.log.last?.usage?.outputTokens, 100);
  });

  it('serves a prompt larger than the bucket from a full one, which goes into debt', async () => {
    const { send, simulator } = setup({ answer: () => ({ inputTokens: 50_000, outputTokens: 1 }) });
    assert.equal((await send()).status, 200);
    assert.equal(simulator.levels(model).inputTokens.level, -20_000);
    const refused = await send();
    assert.equal(refused.headers.get('retry-after'), '100');
    assert.equal(refused.headers.get('anthropic-ratelimit-input-tokens-remaining'), '0');
  });

  it('refuses a prompt larger than the bucket where it is told to', async () => {
    const { send } = setup({ oversizedInput: 'refuse', answer: () => ({ inputTokens: 50_000 }) });
    assert.equal((await send()).status, 429);
  });

  it('holds less than a minute’s worth with a small burst capacity, while the limit header names the minute', async () => {
    const { send } = setup({ limits: { ...fewRequests, requestsPerMinute: 50, burstShare: 0.1 } });
    for (let count = 0; count < 5; count++) {
      assert.equal((await send()).headers.get('anthropic-ratelimit-requests-limit'), '50');
    }
    assert.equal((await send()).status, 429);
  });

  it('can refuse a burst while a minute’s worth is unspent', async () => {
    const { send, clock } = setup({ limits: { ...fewRequests, requestsPerMinute: 60, requestSliceMs: 1_000 } });
    assert.equal((await send()).status, 200);
    const refused = await send();
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('anthropic-ratelimit-requests-remaining'), '59');
    await clock.advance(1_000);
    assert.equal((await send()).status, 200);
  });

  it('changes limits at a time, and back again', async () => {
    const { simulator, clock } = setup();
    const limit = () => simulator.levels(model).requests.limit;
    simulator.setLimits({ requestsPerMinute: 5 }, { group: model }, { afterMs: 1_000, forMs: 2_000 });
    assert.equal(limit(), 50);
    await clock.advance(1_000);
    assert.equal(limit(), 5);
    assert.equal(simulator.levels(opus).requests.limit, 50);
    await clock.advance(2_000);
    assert.equal(limit(), 50);
  });

  it('lets another client drain a share until it stops', async () => {
    const { simulator, clock } = setup();
    const inputLevel = () => simulator.levels(model).inputTokens.level;
    simulator.takeElsewhere({ inputTokens: Infinity }, model);
    const drain = simulator.drain(0.5);
    await clock.advance(10_000);
    assert.equal(inputLevel(), 2_500);
    drain.dispose();
    await clock.advance(10_000);
    assert.equal(inputLevel(), 7_500);
  });

  it('asks a workspace with limits of its own as well, which counts cache reads', async () => {
    const { simulator, send } = setup({ keys: [{ key: 'worker', workspace: 'wrk-one' }, { key: 'free' }] });
    simulator.setLimits({ requestsPerMinute: 1, inputTokensPerMinute: 20_000 }, { workspace: 'wrk-one' });
    const served = await send({ key: 'worker' });
    assert.equal(served.headers.get('anthropic-workspace-id'), 'wrk-one');
    assert.equal(served.headers.get('anthropic-ratelimit-requests-limit'), '1');
    assert.equal(served.headers.get('anthropic-ratelimit-tokens-limit'), '20000');
    assert.equal((await send({ key: 'worker' })).status, 429);
    assert.equal((await send({ key: 'free' })).status, 200);
  });

  for (const [emptyOutput, expected] of [
    ['debt', { outcome: 'completed', outputTokens: 100 }],
    ['error', { outcome: 'broken', outputTokens: 12 }],
  ] as const) {
    it(`with "${emptyOutput}" for an empty output bucket, a running answer ends ${expected.outcome}`, async () => {
      const { send, simulator } = setup({ emptyOutput, outputTokens: 100, limits: { outputTokensPerMinute: 10 } });
      await (await send()).text();
      assert.equal(simulator.log.last?.outcome, expected.outcome);
      assert.equal(simulator.log.last?.usage?.outputTokens, expected.outputTokens);
    });
  }

  it('with "pause" for an empty output bucket, a running answer goes on at the pace of the refill', async () => {
    const { send, simulator, clock } = setup({
      emptyOutput: 'pause',
      outputTokens: 100,
      limits: { outputTokensPerMinute: 60 },
    });
    const body = (await send()).text();
    await clock.advance(36_000);
    assert.equal(simulator.log.last?.outcome, 'running');
    await clock.advance(1_000);
    await body;
    assert.equal(simulator.log.last?.outcome, 'completed');
  });

  it('carries thousands of streamed requests through virtual minutes', async () => {
    const { send, simulator, clock } = setup({
      limits: { requestsPerMinute: 600, inputTokensPerMinute: Infinity, outputTokensPerMinute: Infinity },
      answer: () => ({ outputTokens: 50, tokensPerSecond: 100, deltaIntervalMs: 250 }),
    });
    const seconds = 200;
    for (let second = 0; second < seconds; second++) {
      for (let count = 0; count < 15; count++) void send();
      await clock.advance(1_000);
    }
    const completed = simulator.log.attempts.filter(({ outcome }) => outcome === 'completed').length;
    assert.equal(simulator.running, 0);
    // The physical bound: a full bucket, and ten a second until the last arrival.
    assert.equal(completed, 600 + 10 * (seconds - 1));
  });
});
