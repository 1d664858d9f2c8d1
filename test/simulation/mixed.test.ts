import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { Priority } from '../../src/client/types';
import type { SimulatorOptions } from '../simulator/simulator';
import { createRandom } from '../support/random';
import { createStage } from './stage';
import type { Stage, Watched } from './stage';

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
const runsPerSeed = 60;

/** Runs of every priority and size, submitted over two minutes, some cancelled on the way. */
async function playMixedTraffic(
  stage: Stage,
  seed: number,
): Promise<{ readonly runs: readonly Watched[]; readonly trace: string }> {
  const random = createRandom(seed * 7_919);
  const priorities: readonly Priority[] = ['interactive', 'normal', 'background'];
  const runs: Watched[] = [];
  for (let index = 0; index < runsPerSeed; index++) {
    const content = `task ${index}: ${'some words to read '.repeat(Math.floor(random() ** 3 * 400))}`;
    const priority = priorities[Math.floor(random() * priorities.length)];
    const watched = stage.send({
      priority,
      maxTokens: 200 + Math.floor(random() * 800),
      messages: [{ role: 'user', content }],
    });
    runs.push(watched);
    if (random() < 0.1) stage.time.clock.schedule(() => watched.run.cancel(), random() * 20_000);
    if (random() < 0.4) await stage.time.pass(random() * 10_000);
  }
  await stage.time.until(Promise.all(runs.map(({ outcome }) => outcome)));
  const trace = stage.server.log.messages.map(({ at, status, outcome, body }) =>
    [at, status, outcome, JSON.stringify(body).match(/task \d+/)?.[0]].join(' '),
  );
  return { runs, trace: trace.join('\n') };
}

async function withStage<T>(options: SimulatorOptions, seed: number, play: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = createStage({ outputTokens: undefined, ...options }, {}, seed);
  try {
    return await play(stage);
  } finally {
    // Also checks that nothing stays reserved.
    await stage.close();
  }
}

/** Those that were cancelled have their way. */
async function assertNoneFailed(runs: readonly Watched[]): Promise<void> {
  for (const { outcome } of runs) {
    const ended = await outcome;
    if (ended instanceof ClientError && ended.reason !== 'cancelled') throw ended;
  }
}

describe('mixed traffic', () => {
  for (const seed of seeds) {
    it(`alone on its limits is never refused after the probe, and every run ends (seed ${seed})`, () =>
      withStage({}, seed, async (stage) => {
        const { runs } = await playMixedTraffic(stage, seed);
        const refused = stage.server.log.messages.filter(({ status }, index) => index > 0 && status === 429);
        assert.equal(refused.length, 0);
        await assertNoneFailed(runs);
      }));
  }

  for (const seed of seeds.slice(0, 10)) {
    it(`with others on the same limits and with faults loses nothing (seed ${seed})`, () =>
      withStage({}, seed, async (stage) => {
        const { server } = stage;
        const random = createRandom(seed);
        server.drain(0.3);
        server.setLimits(
          { requestsPerMinute: 25, inputTokensPerMinute: 15_000 },
          {},
          { afterMs: 60_000, forMs: 60_000 },
        );
        for (const kind of ['overloaded', 'connectionLost', 'internalError'] as const) {
          stage.time.clock.schedule(() => server.faults.add({ kind }, { times: 2 }), random() * 60_000);
        }
        stage.time.clock.schedule(() => server.faults.add({ kind: 'rampLimited', retryAfter: 4 }), random() * 60_000);
        const { runs } = await playMixedTraffic(stage, seed);
        await assertNoneFailed(runs);
        const refusals = server.log.messages.filter(({ status }) => status === 429).length;
        assert.ok(refusals <= server.log.messages.length * 0.2, `${refusals} refusals`);
      }));
  }

  it('is the same for the same seed', async () => {
    const [first, second] = [
      await withStage({}, 5, (stage) => playMixedTraffic(stage, 5)),
      await withStage({}, 5, (stage) => playMixedTraffic(stage, 5)),
    ];
    assert.equal(first.trace, second.trace);
    assert.ok(first.trace.split('\n').length > 40);
  });
});
