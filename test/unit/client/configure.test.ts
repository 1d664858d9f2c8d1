import assert from 'node:assert/strict';
import { createClient } from '../../../src/client/client';
import { ClientError } from '../../../src/client/errors';
import { SlidingWindow, windowMs } from '../../../src/client/slidingWindow';
import type { ClientOptions, ClientSettings, UserLimits } from '../../../src/client/types';
import { UserCaps } from '../../../src/client/userCaps';
import { createStage } from '../../simulation/stage';
import type { Stage, Watched } from '../../simulation/stage';

const minuteMs = 60_000;
const ample = { requestsPerMinute: 1_000, inputTokensPerMinute: 1_000_000, outputTokensPerMinute: 1_000_000 };

describe('a client that is configured while it runs', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  function setup(options: Partial<ClientOptions> = {}) {
    stage = createStage({ limits: ample }, options);
    const { send, time } = stage;
    return {
      ...stage,
      sendMany: (count: number) => Array.from({ length: count }, () => send()),
      succeed: async (runs: readonly Watched[]) => {
        for (const outcome of await time.until(Promise.all(runs.map((run) => run.outcome)))) {
          if (outcome instanceof ClientError) throw outcome;
        }
      },
      startsOf: (runs: readonly Watched[]) => runs.map((run) => run.at('started') ?? Number.NaN),
    };
  }

  it('counts what it sent in the last minute against a cap that is set only now', async () => {
    const { client, sendMany, succeed, startsOf, time } = setup();
    await succeed(sendMany(4));
    await time.pass(10_000);
    client.configure({ limits: { requestsPerMinute: 5 } });
    const later = sendMany(2);
    await succeed(later);
    const [first = 0, second = 0] = startsOf(later);
    assert.ok(first < 15_000, `the fifth waited until ${first}`);
    assert.ok(second >= minuteMs && second < minuteMs + 2_000, `the sixth started at ${second}`);
  });

  it('starts who waited for a cap as soon as it is raised or gone', async () => {
    for (const limits of [{ requestsPerMinute: 100 }, {}] satisfies readonly UserLimits[]) {
      const { client, sendMany, succeed, startsOf, time, close } = setup({ limits: { requestsPerMinute: 1 } });
      const runs = sendMany(3);
      await time.pass(5_000);
      assert.deepEqual(
        runs.map((run) => run.at('started') !== undefined),
        [true, false, false],
      );
      client.configure({ limits });
      await succeed(runs);
      assert.deepEqual(startsOf(runs).slice(1), [5_000, 5_000]);
      await close();
    }
    setup();
  });

  it('holds a lowered cap over the minute that the change lies in', async () => {
    const { client, sendMany, succeed, server, time } = setup({ limits: { requestsPerMinute: 20 } });
    const runs = sendMany(30);
    await time.pass(20_000);
    client.configure({ limits: { requestsPerMinute: 5 } });
    const changedAt = time.clock.now();
    await succeed(runs);
    const later = server.log.messages.filter(({ at }) => at >= changedAt).map(({ at }) => at);
    assert.equal(later.length, 10);
    for (const at of server.log.messages.map((attempt) => attempt.at)) {
      const inMinute = server.log.messages.filter((other) => other.at >= at && other.at <= at + minuteMs);
      if (at + minuteMs >= changedAt && at >= changedAt) assert.ok(inMinute.length <= 5);
    }
    assert.ok((later[0] ?? 0) >= (server.log.messages[0]?.at ?? 0) + minuteMs);
  });

  it('runs as many at once as it may now, more or fewer', async () => {
    const { client, sendMany, succeed, time } = setup({ limits: { maxConcurrent: 1 } });
    const running = () => client.quota().reduce((sum, lane) => sum + lane.running, 0);
    const runs = sendMany(20);
    await time.pass(1_000);
    assert.equal(running(), 1);
    client.configure({ limits: { maxConcurrent: 3 } });
    await time.pass(10);
    assert.equal(running(), 3);
    client.configure({ limits: { maxConcurrent: 2 } });
    await time.pass(1_000);
    assert.equal(running(), 2);
    client.configure({ limits: {} });
    await succeed(runs);
  });

  it('loses nobody, however often its caps change', async () => {
    const { client, sendMany, succeed, time } = setup();
    const runs = sendMany(40);
    for (const limits of [
      { requestsPerMinute: 10 },
      { requestsPerMinute: 10, maxConcurrent: 1 },
      { inputTokensPerMinute: 300 },
      { outputTokensPerMinute: 600, maxConcurrent: 3 },
      {},
    ] satisfies readonly UserLimits[]) {
      client.configure({ limits });
      await time.pass(1_500);
    }
    await succeed(runs);
  });

  it('fails what is larger than a new cap at once, and keeps the others', async () => {
    const { client, send, time, succeed } = setup({ limits: { requestsPerMinute: 1 } });
    const words = Array.from({ length: 2_000 }, () => 'word').join(' ');
    const first = send();
    const large = send({ messages: [{ role: 'user', content: words }] });
    const small = send();
    await time.pass(1_000);
    client.configure({ limits: { inputTokensPerMinute: 500 } });
    const outcome = await time.until(large.outcome);
    assert.ok(ClientError.is(outcome, 'tooLarge'));
    await succeed([first, small]);
  });

  it('tries as often as it may now', async () => {
    const { client, send, server, time } = setup({ retry: { maxAttempts: 10 } });
    server.faults.add({ kind: 'overloaded' }, { times: Infinity });
    const run = send();
    await time.pass(100);
    client.configure({ retry: { maxAttempts: 2 } });
    const outcome = await time.until(run.outcome);
    assert.ok(ClientError.is(outcome, 'overloaded'));
    assert.equal(server.log.messages.length, 2);
  });

  it('leaves as it is what is not named', async () => {
    const { client, sendMany, startsOf, succeed } = setup({ limits: { requestsPerMinute: 1 } });
    client.configure({ retry: { maxAttempts: 3 } });
    client.configure({});
    const runs = sendMany(2);
    await succeed(runs);
    assert.ok((startsOf(runs)[1] ?? 0) >= minuteMs);
  });

  it('takes nothing of what is wrong', () => {
    const { client } = setup();
    const wrong: readonly ClientSettings[] = [
      { limits: { requestsPerMinute: 0 } },
      { limits: { requestsPerMinute: 5, maxConcurrent: 1.5 } },
      { limits: { requestsPerMinute: 5 }, retry: { maxAttempts: -1 } },
      { retry: { maxWaitMs: Number.NaN } },
    ];
    for (const settings of wrong) assert.throws(() => client.configure(settings), { reason: 'invalid' });
  });
});

describe('a cap', () => {
  it('that is set later counts what was sent and is held already', () => {
    const window = new SlidingWindow(Infinity);
    window.date(3, 1_000);
    window.hold(1);
    window.setCap(4);
    assert.equal(window.readyAt(1, 2_000), 1_000 + windowMs);
    window.release(1);
    assert.equal(window.readyAt(1, 2_000), 2_000);
  });

  it('that changes leaves the claims of those who run as they are', () => {
    const caps = new UserCaps({});
    const claim = caps.reserve({ requests: 1, inputTokens: 100, outputTokens: 50 });
    caps.setLimits({ outputTokensPerMinute: 60, maxConcurrent: 1 });
    assert.ok(caps.isConcurrencyReached);
    claim.sent();
    claim.arrived(true, 1_000);
    claim.produced(40, 2_000);
    claim.end(3_000);
    assert.equal(caps.held, 0);
    const next = { requests: 1, inputTokens: 100, outputTokens: 30 };
    assert.equal(caps.findShortage(next, 3_000)?.at, 2_000 + windowMs);
    caps.setLimits({});
    assert.equal(caps.findShortage(next, 3_000), undefined);
  });
});

describe('remembered limits', () => {
  it('must be numbers', () => {
    const remembered = { organization: undefined, group: 'some', requestsPerMinute: -5 };
    assert.throws(() => createClient({ apiKey: 'demo-key', rememberedLimits: [remembered] }), { reason: 'invalid' });
  });
});
