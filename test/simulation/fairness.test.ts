import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { ClientOptions, SendRequest } from '../../src/client/types';
import type { SimulatorOptions } from '../simulator/simulator';
import { createStage } from './stage';
import type { Stage, Watched } from './stage';

const minuteMs = 60_000;
const plenty = { requestsPerMinute: 10_000, inputTokensPerMinute: 1e7, outputTokensPerMinute: 1e7 };

/** Words of which the simulated API and the client count much the same. */
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index % 7}`).join(' ');

const text = (count: number) => ({ messages: [{ role: 'user', content: words(count) }] }) as const;

function startOf(watched: Watched | undefined): number {
  return watched?.at('started') ?? Infinity;
}

describe('among those who wait', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  /** The probe is done: limits are known. */
  async function setup(simulator: SimulatorOptions, options: Partial<ClientOptions> = {}) {
    stage = createStage(simulator, options);
    const { send, time, server } = stage;
    await time.until(send().outcome);
    const sendMany = (count: number, request: Partial<SendRequest>) =>
      Array.from({ length: count }, () => send(request));
    const succeed = async (runs: readonly Watched[]) => {
      for (const outcome of await time.until(Promise.all(runs.map((run) => run.outcome)))) {
        if (outcome instanceof ClientError) throw outcome;
      }
    };
    return { send, sendMany, succeed, time, server };
  }

  /** The server has refused so many in a row, each for 40 seconds, and others have come since. */
  async function setUpHeld(refusals: number) {
    const stage = await setup({ limits: plenty });
    const { send, sendMany, time, server } = stage;
    for (let count = 0; count < refusals; count++) server.faults.add({ kind: 'rateLimited', retryAfter: 40 });
    const refused = send({ priority: 'interactive' });
    await time.pass(500);
    const people = sendMany(3, { priority: 'interactive' });
    const bulk = sendMany(5, { priority: 'background' });
    await time.pass(5_000);
    return { ...stage, refused, people, bulk, heldFrom: server.log.messages.length };
  }

  describe('one that is to be sent now', () => {
    it('goes out while the server holds all back, ahead of people too, and frees them once it was taken on', async () => {
      const { succeed, server, refused, people, bulk, heldFrom } = await setUpHeld(1);
      const forced = bulk.at(-1);
      assert.equal(server.log.messages.length, heldFrom, 'nothing goes out by itself');
      assert.equal(forced?.run.retryNow(), true);
      await succeed([refused, ...people, ...bulk]);
      const heldUntil = (refused.at('retrying') ?? Infinity) + 40_000;
      for (const other of [...people, ...bulk.slice(0, -1)]) {
        assert.ok(startOf(other) > startOf(forced), 'it did not go first');
        assert.ok(startOf(other) < heldUntil, 'the server has let one in, and all others still wait');
      }
    });

    it('leaves the others where they are when it is refused as well', async () => {
      const { succeed, time, server, refused, people, bulk, heldFrom } = await setUpHeld(2);
      const forced = bulk.at(-1);
      assert.equal(forced?.run.retryNow(), true);
      await time.pass(10_000);
      assert.equal(server.log.messages.length, heldFrom + 1, 'that one and no other');
      const heldUntil = (forced.at('retrying') ?? Infinity) + 40_000;
      await succeed([refused, ...people, ...bulk]);
      for (const other of [...people, ...bulk.slice(0, -1)]) {
        assert.ok(startOf(other) >= heldUntil, `${startOf(other)} before ${heldUntil}`);
      }
    });

    it('does not go past the cap of the person, even then', async () => {
      const { send, succeed, time, server } = await setup({ limits: plenty }, { limits: { requestsPerMinute: 2 } });
      const [probe] = server.log.messages;
      server.faults.add({ kind: 'rateLimited', retryAfter: 200 });
      // The second of this minute: what is sent counts, also when it is refused.
      const refused = send();
      await time.pass(500);
      const run = send({ priority: 'background' });
      run.run.retryNow();
      await succeed([run]);
      const started = startOf(run);
      const last = server.log.messages.at(-1);
      assert.ok(probe && last && last.at - probe.at >= minuteMs, 'a minute after the first of two');
      assert.ok(started < minuteMs + 5_000, `at ${started}, not when the server would have it`);
      assert.equal(refused.at('done'), undefined);
      await succeed([refused]);
    });

    it('lets a person go on while it waits for that cap', async () => {
      const { send, succeed, time, server } = await setup(
        { limits: plenty },
        { limits: { inputTokensPerMinute: 6_000 } },
      );
      const used = send({ messages: [{ role: 'user', content: words(1_000) }] });
      await succeed([used]);
      server.faults.add({ kind: 'rateLimited', retryAfter: 2 });
      const refused = send();
      await time.pass(500);
      const forced = send({ priority: 'background', messages: [{ role: 'user', content: words(1_500) }] });
      forced.run.retryNow();
      await time.pass(2_500);
      const person = send({ priority: 'interactive' });
      await succeed([refused, person]);
      assert.equal(forced.at('started'), undefined, 'the cap has no room for it yet');
      assert.ok(time.elapsedMs < 20_000, `at ${time.elapsedMs}`);
      await succeed([forced]);
    });
  });

  describe('a heavy background job', () => {
    it('is passed at once by a source that comes while it waits', async () => {
      const { send, sendMany, succeed, time } = await setup({ limits: { ...plenty, inputTokensPerMinute: 30_000 } });
      const before = sendMany(3, { priority: 'background', source: 'before', ...text(3_000) });
      await time.pass(5_000);
      const heavy = send({ priority: 'background', source: 'heavy', ...text(9_000) });
      await time.pass(10_000);
      assert.equal(heavy.at('started'), undefined);
      const submittedAt = time.elapsedMs;
      const light = send({ priority: 'background', source: 'light', ...text(200) });
      await succeed([light]);
      assert.ok(startOf(light) - submittedAt < 2_000, `after ${startOf(light) - submittedAt} ms`);
      assert.equal(heavy.at('started'), undefined);
      await succeed([...before, heavy]);
    });

    it('lets other sources pass while its bucket fills, and goes when they have had as much', async () => {
      const { send, sendMany, succeed, server } = await setup({
        limits: { ...plenty, inputTokensPerMinute: 30_000 },
      });
      const light = { priority: 'background', messages: [{ role: 'user', content: words(750) }] } as const;
      // The bucket is low, and everyone has been served before the heavy one comes.
      const before = [...sendMany(12, { ...light, source: 'one' }), ...sendMany(12, { ...light, source: 'two' })];
      await stage.time.pass(10_000);
      const heavy = send({
        priority: 'background',
        source: 'heavy',
        messages: [{ role: 'user', content: words(10_000) }],
      });
      const queuedAt = stage.time.elapsedMs;
      const lights = [...sendMany(60, { ...light, source: 'one' }), ...sendMany(60, { ...light, source: 'two' })];
      await succeed([...before, heavy, ...lights]);
      const size = server.log.messages.map(({ usage }) => usage?.inputTokens ?? 0);
      const heaviest = Math.max(...size);
      assert.ok(heaviest > 15_000, `${heaviest} of 30,000 is heavy`);
      const passed = [...before, ...lights].filter((run) => startOf(run) > queuedAt && startOf(run) < startOf(heavy));
      const left = lights.filter((run) => startOf(run) > startOf(heavy));
      assert.ok(passed.length >= 10, `${passed.length} passed while it waited`);
      assert.ok(left.length >= 40, `${left.length} were still waiting when it went`);
    });
  });

  describe('background work', () => {
    it('is not starved by a flood of normal work, which keeps the larger part', async () => {
      const { send, sendMany, succeed } = await setup({ limits: { ...plenty, requestsPerMinute: 60 } });
      const flood = sendMany(400, { priority: 'normal', source: 'flood' });
      const background = sendMany(60, { priority: 'background', source: 'job' });
      const late = send({ priority: 'background', source: 'another job' });
      await succeed([...flood, ...background, late]);
      const floodEnds = Math.max(...flood.map(startOf));
      const firstStart = Math.min(...background.map(startOf));
      assert.ok(firstStart < minuteMs, `the first at ${firstStart}`);
      assert.ok(startOf(late) < 2 * minuteMs, `another source at ${startOf(late)}`);
      const during = background.filter((run) => startOf(run) < floodEnds).length;
      assert.equal(during, 60, 'all of it before the flood is over');
      const lastStart = Math.max(...background.map(startOf));
      const normal = flood.filter((run) => startOf(run) < lastStart).length;
      assert.ok(normal >= 3 * background.length, `${normal} had their turn meanwhile`);
    });
  });
});
