import assert from 'node:assert/strict';
import { createAnthropicAdapter } from '../../src/client/anthropicAdapter';
import { Engine } from '../../src/client/engine';
import type { NewJob } from '../../src/jobs/job';
import { createSimulator, demoKey, type Simulator, type SimulatorOptions } from '../simulator/simulator';
import { createRandom } from '../support/random';
import { createDeskStage, newJob, sourcesOf, type DeskStage, type Window } from '../unit/jobs/deskStage';

const pace = { firstByteMs: 200, tokensPerSecond: 60 };
const count = 30;
/** About 1,200 tokens each: more than a minute's limit in all. */
const sources = sourcesOf(
  ...Array.from({ length: count }, (_, index) => `Text ${index}. ${'It says this and that. '.repeat(200)}`),
);
const moments = 20;
/** What is paid more than once, beyond what was under way when the window went. */
const tolerance = 1.02;

interface Play {
  readonly stage: DeskStage;
  readonly server: Simulator;
  readonly open: (windowId: string, seed: number) => Window & { readonly die: () => void };
}

async function play<T>(options: SimulatorOptions, work: (play: Play) => Promise<T>): Promise<T> {
  const stage = createDeskStage();
  const { clock } = stage.time;
  const server = createSimulator({ clock, pace, outputTokens: 120, ...options });
  const engines: Engine[] = [];
  const open: Play['open'] = (windowId, seed) => {
    const client = new Engine(
      { apiKey: demoKey, fetch: server.fetch },
      { clock, random: createRandom(seed), loadAdapter: async (each) => createAnthropicAdapter(each) },
    );
    engines.push(client);
    const window = stage.open(windowId, client);
    const die = () => {
      window.kill();
      void client.close();
    };
    return Object.assign(window, { die });
  };
  try {
    return await work({ stage, server, open });
  } finally {
    await stage.close();
    for (const engine of engines) await engine.close();
    server.reset();
  }
}

const begin = ({ jobs }: Window, more: Partial<NewJob> = {}) => {
  const started = jobs.start(newJob(more), sources);
  assert.ok(started);
  return started.job.id;
};

type Usage = Simulator['batches']['paid'];

const tokensOf = (usage: Usage | undefined) =>
  usage ? usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens : 0;

const paid = ({ log, batches }: Simulator) =>
  log.messages.reduce((sum, { usage }) => sum + tokensOf(usage), 0) + tokensOf(batches.paid);

const partsIn = (window: Window, id: string) => {
  const parts: unknown = JSON.parse(window.jobs.resultOf(id) ?? '[]');
  assert.ok(Array.isArray(parts));
  return parts.length;
};

describe('A job on the simulated API', () => {
  it('is complete, and pays for nothing twice, at whichever moment its window is thrown away', async function () {
    this.timeout(120_000);
    const whole = await play({}, async ({ stage, server, open }) => {
      const window = open('window-1', 1);
      const id = begin(window);
      const job = await stage.until(window.jobs.whenEnded(id));
      assert.deepEqual([job?.state, job?.done], ['done', count + 1]);
      assert.equal(partsIn(window, id), count + 1);
      // What the job says it has cost is what the server says.
      assert.equal((job?.cost.inputTokens ?? 0) + (job?.cost.outputTokens ?? 0), paid(server));
      return { tokens: paid(server), ms: stage.time.elapsedMs };
    });

    const random = createRandom(7);
    for (let moment = 0; moment < moments; moment++) {
      const at = Math.floor(random() * whole.ms);
      await play({}, async ({ stage, server, open }) => {
        const first = open('window-1', 1);
        const id = begin(first);
        await stage.time.pass(at);
        const inFlight = server.log.messages.filter(({ outcome }) => outcome === 'running');
        first.die();
        const second = open('window-2', moment);
        const job = await stage.until(second.jobs.whenEnded(id));
        assert.deepEqual([job?.state, job?.done], ['done', count + 1], `thrown away after ${at} ms`);
        assert.equal(partsIn(second, id), count + 1);
        const lost = inFlight.reduce((sum, { usage }) => sum + tokensOf(usage), 0);
        const most = whole.tokens * tolerance + lost;
        assert.ok(paid(server) <= most, `after ${at} ms: ${paid(server)} tokens, at most ${most}`);
      });
    }
  });

  it('makes one batch, at whichever moment its window is thrown away, and whatever is lost on the way', async function () {
    this.timeout(60_000);
    const random = createRandom(11);
    for (let moment = 0; moment < moments; moment++) {
      // Most of what can go wrong is in the first second: it is gathered and sent then.
      const at = moment % 2 === 0 ? 450 + Math.floor(random() * 300) : Math.floor(random() * 90_000);
      await play({ batches: { firstDoneMs: 20_000, lastDoneMs: 70_000 } }, async ({ stage, server, open }) => {
        if (moment % 3 === 0) {
          server.faults.add({ kind: 'answerLost' }, { match: { path: '/v1/messages/batches' } });
        }
        const first = open('window-1', 1);
        const id = begin(first, { delivery: 'batch', priority: 'background' });
        await stage.time.pass(at);
        first.die();
        const second = open('window-2', moment);
        const job = await stage.until(second.jobs.whenEnded(id));
        assert.deepEqual([job?.state, job?.done], ['done', count + 1], `thrown away after ${at} ms`);
        assert.equal(partsIn(second, id), count + 1);
        assert.equal(server.batches.all.length, 1, `thrown away after ${at} ms`);
        assert.ok(server.log.messages.length <= 2, `${server.log.messages.length} requests went directly`);
      });
    }
  });

  it('asks directly for what failed or expired in its batch', async () => {
    await play({ batches: { lifetimeMs: 60_000 } }, async ({ stage, server, open }) => {
      server.batches.addFate({ outcome: 'errored', bodyIncludes: 'Text 3.' });
      server.batches.addFate({ outcome: 'expired', bodyIncludes: 'Text 7.' });
      const window = open('window-1', 1);
      const id = begin(window, { delivery: 'batch' });
      const job = await stage.until(window.jobs.whenEnded(id));
      assert.deepEqual([job?.state, job?.done, job?.cost.requests], ['done', count + 1, count + 1]);
      assert.equal(server.log.messages.length, 3);
      assert.equal(window.accounted.length, count - 2);
    });
  });
});
