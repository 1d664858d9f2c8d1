import assert from 'node:assert/strict';
import { createAnthropicAdapter } from '../../src/client/anthropicAdapter';
import type { Clock } from '../../src/client/clock';
import { Engine } from '../../src/client/engine';
import type { ClientOptions } from '../../src/client/types';
import { createSimulator, demoKey } from '../simulator/simulator';
import { createRandom } from '../support/random';
import { installVirtualTime } from '../support/virtualTime';
import type { Contender, Target } from './contender';
import { latenciesOf, measure } from './measures';
import type { Figures } from './measures';
import { play } from './play';
import { createSluice } from './sluice';
import type { Trace } from './trace';
import { createDirect, unloadedOf } from './unloaded';
import type { Workload } from './workload';

/** Nothing is sent there: the server is in this process. */
const baseUrl = 'https://api.anthropic.com';

/** A workload on a clock that nothing real moves: two minutes in a second or so. */
export async function playVirtually(
  workload: Workload,
  seed: number,
  create: (target: Target, clock: Clock) => Contender = createVirtualSluice(),
  durationMs?: number,
): Promise<Trace> {
  const time = installVirtualTime();
  try {
    const { clock } = time;
    const server = createSimulator({ clock, ...workload.server(seed) });
    try {
      const target = { baseUrl, apiKey: demoKey, fetch: server.fetch, limits: workload.limits, seed };
      const contender = create(target, clock);
      return await time.until(play({ workload, seed, durationMs, server, clock, contender }));
    } finally {
      server.reset();
    }
  } finally {
    time.uninstall();
  }
}

/** Sluice as it comes. Closing it checks that nothing stays reserved. */
export function createVirtualSluice(options: Partial<ClientOptions> = {}) {
  return ({ apiKey, fetch, seed }: Target, clock: Clock): Contender => {
    const engine = new Engine(
      { apiKey, fetch, ...options },
      { clock, random: createRandom(seed), loadAdapter: async (each) => createAnthropicAdapter(each) },
    );
    return {
      ...createSluice(engine, clock),
      close: async () => {
        await engine.close();
        assert.ok(Math.abs(engine.pledged) < 1e-6, `${engine.pledged} stays reserved`);
      },
    };
  };
}

/** One run of Sluice, and what it measures. */
export async function measureVirtually(
  workload: Workload,
  seed: number,
): Promise<{ readonly trace: Trace; readonly figures: Figures }> {
  const alone = await playVirtually(unloadedOf(workload), seed, createDirect);
  const trace = await playVirtually(workload, seed);
  return { trace, figures: measure(trace, latenciesOf(alone)) };
}
