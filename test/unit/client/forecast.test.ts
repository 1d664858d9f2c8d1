import assert from 'node:assert/strict';
import { Costs } from '../../../src/client/costs';
import { TokenEstimator } from '../../../src/client/tokens';
import type { ClientOptions, ForecastRequest, Priority, UserLimits } from '../../../src/client/types';
import { createStage, model } from '../../simulation/stage';
import type { Stage, Watched } from '../../simulation/stage';
import type { SimulatorOptions } from '../../simulator/simulator';
import { createRandom } from '../../support/random';

/** Words of which the simulated API and the client count much the same. */
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index % 7}`).join(' ');

const ask = (content = 'Hello there', more: Partial<ForecastRequest> = {}): ForecastRequest => ({
  model,
  maxTokens: 500,
  messages: [{ role: 'user', content }],
  ...more,
});

const roomy = { requestsPerMinute: 1_000, inputTokensPerMinute: 1e6, outputTokensPerMinute: 1e6 } as const;
const nothing = {
  inputTokens: 0,
  outputTokens: 0,
  startsAt: undefined,
  reason: undefined,
  tooLarge: undefined,
};

/** A forecast is right when it is off by no more than this share of the wait, or by so little. */
const rightShare = 0.2;
const rightMs = 1_000;

const rounds = 30;
const probedRounds = 20;

interface Load {
  readonly simulator: SimulatorOptions;
  readonly caps?: UserLimits;
  readonly priorities?: readonly Priority[];
  /** Between one forecast and the next, in which others come. */
  readonly pauseMs?: number;
}

const loads: Readonly<Record<string, Load>> = {
  requests: { simulator: { limits: { ...roomy, requestsPerMinute: 20 } } },
  'input tokens': { simulator: { limits: { ...roomy, inputTokensPerMinute: 20_000 } } },
  'output tokens': { simulator: { limits: { ...roomy, outputTokensPerMinute: 4_000 }, outputTokens: 250 } },
  "the user's cap of requests": { simulator: {}, caps: { requestsPerMinute: 15 } },
  "the user's cap of input tokens": { simulator: {}, caps: { inputTokensPerMinute: 20_000 } },
  "the user's cap of output tokens": { simulator: {}, caps: { outputTokensPerMinute: 4_000 } },
  'how many may run at once': { simulator: { outputTokens: 400 }, caps: { maxConcurrent: 3 } },
};

/** Where others come in between it cannot be known that well. */
const mixed: Load = {
  simulator: { limits: { ...roomy, requestsPerMinute: 40, inputTokensPerMinute: 40_000 } },
  priorities: ['interactive', 'normal', 'background', 'background', 'background'],
  pauseMs: 6_000,
};
const mixedRightShare = 0.5;

describe('a forecast', () => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  function setup(simulator: SimulatorOptions = {}, options: Partial<ClientOptions> = {}, seed = 1): Stage {
    stage = createStage({ outputTokens: 100, ...simulator }, options, seed);
    return stage;
  }

  /**
   * How far the forecasts of one seed were off, as a share of the wait; 0 for what was right to the second. Of those only
   * that waited, or were said to: that nothing waits is easily foretold.
   */
  async function missesOf(
    { simulator, caps, priorities = ['normal'], pauseMs = 4_000 }: Load,
    seed: number,
  ): Promise<readonly number[]> {
    const { time, client, send, close } = setup(simulator, { limits: caps }, seed);
    const random = createRandom(seed);
    const below = (bound: number) => Math.floor(random() * bound);
    const request = () =>
      ask(words(100 + below(900)), { source: `source ${below(3)}`, priority: priorities[below(priorities.length)] });
    await time.until(send(request()).outcome);
    const probes: { readonly run: Watched; readonly saidMs: number; readonly atMs: number }[] = [];
    const others: Watched[] = [];
    for (let round = 0; round < rounds; round++) {
      for (let more = below(6); more > 0; more--) others.push(send(request()));
      await time.pass(below(pauseMs));
      // Those who ask go on asking after the last forecast, as they did before it.
      if (round >= probedRounds) continue;
      const probe = request();
      const { startsAt = Number.NaN } = client.forecast(probe);
      const saidMs = startsAt - time.clock.now();
      probes.push({ run: send(probe), saidMs, atMs: time.elapsedMs });
    }
    await time.until(Promise.all([...probes.map(({ run }) => run), ...others].map(({ outcome }) => outcome)));
    await close();
    stage = undefined;
    return probes.flatMap(({ run, saidMs, atMs }) => {
      const waitedMs = (run.at('started') ?? Number.NaN) - atMs;
      const offMs = Math.abs(waitedMs - saidMs);
      if (Math.max(waitedMs, saidMs) === 0) return [];
      return [offMs <= rightMs ? 0 : offMs / waitedMs];
    });
  }

  for (const [name, load] of Object.entries(loads)) {
    it(`mostly says when a request really starts, where ${name} decide`, async () => {
      const misses: number[] = [];
      for (const seed of [1, 2, 3]) misses.push(...(await missesOf(load, seed)));
      assert.ok(
        misses.every((each) => each >= 0),
        'every forecast has a time',
      );
      const right = misses.filter((each) => each <= rightShare).length;
      assert.ok(misses.length >= 20, 'enough had to wait');
      assert.ok(right > misses.length / 2, `${right} of ${misses.length} were right`);
    });
  }

  it('mostly says when within the half, where those of higher priority go on coming', async () => {
    const misses: number[] = [];
    for (const seed of [1, 2, 3, 4]) misses.push(...(await missesOf(mixed, seed)));
    const right = misses.filter((each) => each <= mixedRightShare).length;
    assert.ok(misses.length >= 20, 'enough had to wait');
    assert.ok(right > misses.length / 2, `${right} of ${misses.length} were right`);
  });

  it('says what the request is going to take, as the API then counts it', async () => {
    const { time, client, send, server } = setup();
    for (let round = 0; round < 5; round++) await time.until(send(ask(words(300))).outcome);
    const { inputTokens, outputTokens } = client.forecast(ask(words(300)));
    const usage = server.log.last?.usage;
    assert.ok(usage);
    assert.ok(Math.abs(inputTokens / usage.inputTokens - 1) < 0.05, `${inputTokens} of ${usage.inputTokens}`);
    assert.ok(Math.abs(outputTokens / usage.outputTokens - 1) < 0.3, `${outputTokens} of ${usage.outputTokens}`);
  });

  it('leaves out what a source reads from the cache', async () => {
    const { time, client, send, server } = setup();
    const system = [{ type: 'text', text: words(3_000), cache_control: { type: 'ephemeral' } }];
    const request = ask('Hello', { system, source: 'chat' });
    for (let round = 0; round < 3; round++) await time.until(send(request).outcome);
    const read = server.log.last?.usage?.cacheReadTokens ?? 0;
    assert.ok(read > 3_000);
    assert.ok(client.forecast(request).inputTokens < read / 5);
    assert.ok(client.forecast({ ...request, source: 'other' }).inputTokens > read / 2);
  });

  it('says when it starts at once, and nothing of what it waits for then', async () => {
    const { time, client, send } = setup();
    await time.until(send().outcome);
    const { startsAt, reason } = client.forecast(ask());
    assert.deepEqual({ startsAt, reason }, { startsAt: time.clock.now(), reason: undefined });
  });

  it('has no time while no limit is known', () => {
    const { client } = setup();
    assert.equal(client.forecast(ask()).startsAt, undefined);
    assert.ok(client.forecast(ask()).inputTokens > 0);
  });

  it('goes by the limits of an earlier life until the server has spoken', () => {
    const rememberedLimits = [{ organization: undefined, group: model, inputTokensPerMinute: 10_000 }];
    const { client, time } = setup({}, { rememberedLimits });
    const { startsAt, reason, tooLarge } = client.forecast(ask());
    assert.deepEqual(
      { startsAt, reason, tooLarge },
      { startsAt: time.clock.now(), reason: undefined, tooLarge: undefined },
    );
    const large = client.forecast(ask(words(20_000)));
    assert.ok((large.startsAt ?? 0) > time.clock.now());
    assert.equal(large.reason, 'inputTokens');
  });

  it('waits as long as the server asked for', async () => {
    const { time, client, send, server } = setup();
    await time.until(send().outcome);
    server.faults.add({ kind: 'rateLimited', retryAfter: 20 });
    send();
    await time.pass(200);
    const { startsAt, reason } = client.forecast(ask());
    assert.equal(reason, 'rateLimited');
    const inMs = (startsAt ?? 0) - time.clock.now();
    assert.ok(inMs > 19_000 && inMs <= 20_000, `in ${inMs} ms`);
  });

  it('knows what the bucket can never hold, once the server has shown it', async () => {
    const { time, client, send } = setup({ limits: { ...roomy, inputTokensPerMinute: 10_000 } });
    const large = ask(words(12_000));
    assert.equal(client.forecast(large).tooLarge, undefined);
    await time.until(send().outcome);
    const { tooLarge, startsAt } = client.forecast(large);
    assert.ok(tooLarge && tooLarge.amount > 10_000, `${tooLarge?.amount}`);
    const { amount } = tooLarge;
    assert.deepEqual(
      { tooLarge, startsAt },
      { tooLarge: { dimension: 'inputTokens', limit: 10_000, amount }, startsAt: undefined },
    );
    assert.equal(client.forecast(ask(words(3_000))).tooLarge, undefined);
  });

  it("knows what the user's own cap never lets through, before anything was sent", async () => {
    const { time, client, send } = setup({}, { limits: { inputTokensPerMinute: 1_000 } });
    const large = ask(words(2_000));
    const { amount = 0, ...tooLarge } = client.forecast(large).tooLarge ?? {};
    assert.deepEqual(tooLarge, { dimension: 'inputTokens', limit: 1_000 });
    assert.ok(amount > 1_000, `${amount}`);
    const outcome = await time.until(send(large).outcome);
    assert.equal('reason' in outcome && outcome.reason, 'tooLarge');
  });

  it('never finds an answer too long: its length is cut to what may be', async () => {
    const { time, client, send } = setup(
      { limits: { ...roomy, outputTokensPerMinute: 200 }, outputTokens: 10 },
      { limits: { outputTokensPerMinute: 100 } },
    );
    await time.until(send({ maxTokens: 20 }).outcome);
    const { tooLarge, outputTokens } = client.forecast(ask('Hello', { maxTokens: 64_000 }));
    assert.equal(tooLarge, undefined);
    assert.ok(outputTokens <= 100);
  });

  it('of what would not be sent at all says nothing', () => {
    const { client } = setup();
    assert.deepEqual(client.forecast(ask('')), nothing);
    assert.deepEqual(client.forecast(ask('Hello', { maxTokens: 0 })), nothing);
  });

  it('changes nothing: what is sent is sent at the same times, and no lane comes to be', async () => {
    const limits = { ...roomy, requestsPerMinute: 12, inputTokensPerMinute: 9_000 };
    async function timesOf(look: (each: Stage) => void): Promise<readonly number[]> {
      const staged = setup({ limits }, { limits: { requestsPerMinute: 10 } });
      const runs: Watched[] = [];
      for (let round = 0; round < 12; round++) {
        look(staged);
        runs.push(staged.send(ask(words(200 + 50 * round), { source: `source ${round % 3}` })));
        await staged.time.pass(700);
      }
      await staged.time.until(Promise.all(runs.map(({ outcome }) => outcome)));
      const start = staged.server.log.messages[0]?.at ?? 0;
      const times = staged.server.log.messages.map(({ at }) => at - start);
      await staged.close();
      stage = undefined;
      return times;
    }
    const undisturbed = await timesOf(() => {});
    const watched = await timesOf(({ client }) => {
      const before = client.quota();
      for (const priority of ['interactive', 'normal', 'background'] as const) {
        client.forecast(ask(words(500), { priority, source: 'somebody new' }));
        client.forecast(ask('Hello', { priority, model: 'claude-haiku-5-5' }));
      }
      assert.deepEqual(client.quota(), before);
    });
    assert.deepEqual(watched, undisturbed);
  });

  it('costs the same, however many wait', async () => {
    let steps = 0;
    const undo = [
      countCalls(Costs.prototype, 'amountsOf', () => steps++),
      countCalls(TokenEstimator.prototype, 'expect', () => steps++),
    ];
    try {
      const { time, client, send } = setup({ limits: { ...roomy, requestsPerMinute: 10 } });
      await time.until(send().outcome);
      const waiting: Watched[] = [];
      const stepsWith = (count: number) => {
        while (waiting.length < count) waiting.push(send({ source: `source ${waiting.length % 200}` }));
        steps = 0;
        client.forecast(ask('Hello there', { source: 'source 1' }));
        return steps;
      };
      const few = stepsWith(300);
      assert.ok(few > 0);
      assert.equal(stepsWith(3_000), few);
      for (const { run } of waiting) run.cancel();
    } finally {
      for (const each of undo) each();
    }
  });
});

/** @returns how to undo it */
function countCalls(prototype: object, name: string, onCall: () => void): () => void {
  const original = Object.getOwnPropertyDescriptor(prototype, name);
  const method: unknown = original?.value;
  assert.ok(original && typeof method === 'function', `there is no method ${name}`);
  const counting = function (this: unknown, ...given: unknown[]): unknown {
    onCall();
    return Reflect.apply(method, this, given);
  };
  Object.defineProperty(prototype, name, { ...original, value: counting });
  return () => Object.defineProperty(prototype, name, original);
}
