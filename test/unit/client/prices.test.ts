import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { PriceList } from '../../../src/client/prices';
import type { ClientOptions, ModelPrice, RequestBody, Usage } from '../../../src/client/types';
import { createStage } from '../../simulation/stage';
import type { Stage } from '../../simulation/stage';
import { publishedModels } from '../../simulator/catalogue';

const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const million = 1_000_000;

/** Of prices in decimals, floating point gives the last digits only nearly. */
function assertUsd(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-12, `${actual} instead of ${expected}`);
}

function flat(usd: number): ModelPrice {
  return { input: usd, output: usd, cacheWrite5m: usd, cacheWrite1h: usd, cacheRead: usd };
}

function costOf(model: string, usage: Partial<Usage>): number | undefined {
  return new PriceList().costOf(model, { ...noUsage, ...usage });
}

describe('the price of an answer', () => {
  it('is that of each kind of token, those written to the cache for an hour apart', () => {
    const usage = {
      inputTokens: 1_000,
      outputTokens: 500,
      cacheReadTokens: 20_000,
      cacheWriteTokens: 3_000,
      cacheWrite1hTokens: 1_000,
    };
    assertUsd(
      costOf('claude-sonnet-5-5', usage),
      (1_000 * 2 + 500 * 10 + 20_000 * 0.1 + 2_000 * 2.5 + 1_000 * 4) / million,
    );
  });

  it('takes what is written to the cache as written for five minutes where nobody says for how long', () => {
    assertUsd(costOf('claude-opus-5-5', { cacheWriteTokens: million }), 5);
    assertUsd(costOf('claude-opus-5-5', { cacheWriteTokens: million, cacheWrite1hTokens: million }), 8);
  });

  it('is five times as high for Haiku 5.5 above 100,000 tokens of prompt, the cached ones counted', () => {
    const atTheEdge = { inputTokens: 40_000, cacheReadTokens: 60_000, outputTokens: 1_000 };
    const usual = (40_000 * 0.1 + 60_000 * 0.01 + 1_000 * 0.5) / million;
    assertUsd(costOf('claude-haiku-5-5', atTheEdge), usual);
    const above = costOf('claude-haiku-5-5', { ...atTheEdge, inputTokens: 40_001 });
    assertUsd(above, 5 * (usual + 0.1 / million));
  });

  it('of a dated id is that of the model, and no other id is taken for one', () => {
    assertUsd(costOf('claude-sonnet-5-5-20261001', { inputTokens: million }), 2);
    for (const model of [
      'claude-sonnet-5-5-2026100',
      'claude-sonnet-5-5-202610011',
      'claude-sonnet-5-5-latest',
      'claude-sonnet-5-6',
      'anthropic/claude-sonnet-5-5',
      '-20261001',
      'constructor',
      '__proto__',
      '',
    ]) {
      assert.equal(costOf(model, { inputTokens: million }), undefined, model);
    }
  });

  it('is what the caller says it is, a dated id before the undated one', () => {
    const prices = new PriceList({ 'own-model': flat(7), 'claude-sonnet-5-5': flat(1), 'own-model-20260101': flat(3) });
    const usage = { ...noUsage, inputTokens: million };
    assertUsd(prices.costOf('own-model', usage), 7);
    assertUsd(prices.costOf('own-model-20260101', usage), 3);
    assertUsd(prices.costOf('own-model-20260102', usage), 7);
    assertUsd(prices.costOf('claude-sonnet-5-5', usage), 1);
    assertUsd(prices.costOf('claude-opus-5-5', usage), 4);
  });
});

describe('a run', () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  const longPrefix = Array.from({ length: 6_000 }, (_, index) => `word${index % 7}`).join(' ');
  const cached = (ttl: '5m' | '1h'): Pick<RequestBody, 'system'> => ({
    system: [{ type: 'text', text: longPrefix, cache_control: { type: 'ephemeral', ttl } }],
  });

  it('says what it cost, what it wrote to the cache and what it read from it included', async () => {
    stage = createStage();
    const { send, time } = stage;
    const first = await time.until(send(cached('1h')).outcome);
    const second = await time.until(send(cached('1h')).outcome);
    const third = await time.until(send({ ...cached('5m'), model: 'claude-opus-5-5' }).outcome);
    assert.ok(!(first instanceof ClientError) && !(second instanceof ClientError) && !(third instanceof ClientError));

    const { usage } = first;
    assert.ok(usage.cacheWriteTokens > 1_000);
    assert.equal(usage.cacheWrite1hTokens, usage.cacheWriteTokens);
    assertUsd(first.costUsd, (usage.inputTokens * 2 + usage.outputTokens * 10 + usage.cacheWriteTokens * 4) / million);
    assert.equal(second.usage.cacheReadTokens, usage.cacheWriteTokens);
    assertUsd(
      second.costUsd,
      (second.usage.inputTokens * 2 + second.usage.outputTokens * 10 + usage.cacheWriteTokens * 0.1) / million,
    );
    assert.equal(third.usage.cacheWrite1hTokens, undefined);
    assertUsd(
      third.costUsd,
      (third.usage.inputTokens * 4 + third.usage.outputTokens * 20 + third.usage.cacheWriteTokens * 5) / million,
    );
  });

  it('of an unknown model has an unknown cost, not none', async () => {
    const [known] = publishedModels;
    assert.ok(known);
    stage = createStage({ models: [{ ...known, id: 'model-of-tomorrow' }] });
    const { send, time } = stage;
    const outcome = await time.until(send({ model: 'model-of-tomorrow' }).outcome);
    if (outcome instanceof ClientError) throw outcome;
    assert.equal(outcome.costUsd, undefined);
  });

  it('that broke off says what its part cost', async () => {
    stage = createStage();
    stage.server.faults.add({ kind: 'midStreamError', afterDeltas: 3 });
    const { send, time } = stage;
    const outcome = await time.until(send().outcome);
    assert.ok(outcome instanceof ClientError && outcome.partial);
    const { usage, costUsd } = outcome.partial;
    assert.ok(usage.outputTokens > 0);
    assertUsd(costUsd, (usage.inputTokens * 2 + usage.outputTokens * 10) / million);
  });
});

describe('a client', () => {
  it('is not created with a price that is none', async () => {
    const price = flat(1);
    const prices = [
      { ...price, output: -1 },
      { ...price, cacheRead: Number.NaN },
      { ...price, longPrompt: { aboveTokens: Infinity, factor: 1 } },
    ];
    const { createClient } = await import('../../../src/client/client');
    for (const wrong of prices) {
      const options: ClientOptions = { apiKey: 'demo-key', prices: { some: wrong } };
      assert.throws(() => createClient(options), { reason: 'invalid' });
    }
  });
});
