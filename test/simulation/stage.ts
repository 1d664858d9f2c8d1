import assert from 'node:assert/strict';
import { createAnthropicAdapter } from '../../src/client/anthropicAdapter';
import { Engine } from '../../src/client/engine';
import type { ClientError } from '../../src/client/errors';
import type { ClientOptions, Run, RunEvent, RunResult, SendRequest } from '../../src/client/types';
import type { Simulator, SimulatorOptions } from '../simulator/simulator';
import { createSimulator, demoKey } from '../simulator/simulator';
import { createRandom } from '../support/random';
import type { VirtualTime } from '../support/virtualTime';
import { installVirtualTime } from '../support/virtualTime';

export const model = 'claude-sonnet-5-5';

/** A quick but real stream: 50 ms to the headers, 100 tokens a second. */
const pace = { firstByteMs: 50, tokensPerSecond: 100 };

/** The client, Bottleneck and the simulated API in one process, on one clock that only the test moves. */
export interface Stage {
  readonly time: VirtualTime;
  readonly server: Simulator;
  readonly client: Engine;
  readonly send: (request?: Partial<SendRequest>) => Watched;
  /** Ends the client; checks that nothing stays reserved. */
  readonly close: () => Promise<void>;
}

/** A run with all it has told so far, and when. */
export interface Watched {
  readonly run: Run;
  readonly events: readonly RunEvent[];
  /** Milliseconds since the start of the test at which the event came, by type; the first of its kind. */
  readonly at: (type: RunEvent['type']) => number | undefined;
  readonly outcome: Promise<RunResult | ClientError>;
}

export function createStage(simulator: SimulatorOptions = {}, options: Partial<ClientOptions> = {}, seed = 1): Stage {
  const time = installVirtualTime();
  const server = createSimulator({ clock: time.clock, pace, outputTokens: 40, seed, ...simulator });
  const client = new Engine(
    { apiKey: demoKey, fetch: server.fetch, ...options },
    { clock: time.clock, random: createRandom(seed), loadAdapter: async (each) => createAnthropicAdapter(each) },
  );
  return {
    time,
    server,
    client,
    send: (request = {}) => {
      const words = { model, maxTokens: 500, messages: [{ role: 'user', content: 'Hello there' }] } as const;
      return watch(client.send({ ...words, ...request }), time);
    },
    close: async () => {
      try {
        await time.until(client.close());
        assert.ok(Math.abs(client.pledged) < 1e-6, `${client.pledged} stays reserved`);
      } finally {
        server.reset();
        time.uninstall();
      }
    },
  };
}

function watch(run: Run, time: VirtualTime): Watched {
  const events: RunEvent[] = [];
  const times = new Map<string, number>();
  const reading = (async () => {
    for await (const event of run) {
      events.push(event);
      if (!times.has(event.type)) times.set(event.type, time.elapsedMs);
    }
  })();
  const outcome = reading.then(
    () => run.result,
    (error: ClientError) => error,
  );
  return { run, events, at: (type) => times.get(type), outcome };
}
