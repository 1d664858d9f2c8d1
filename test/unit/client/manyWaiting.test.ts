import assert from 'node:assert/strict';
import type { Clock } from '../../../src/client/clock';
import { Costs } from '../../../src/client/costs';
import { Engine } from '../../../src/client/engine';
import { ClientError } from '../../../src/client/errors';
import { Task } from '../../../src/client/task';
import type { Run, SendRequest } from '../../../src/client/types';
import { demoKey } from '../../simulator/simulator';
import { createRandom } from '../../support/random';
import { installVirtualTime } from '../../support/virtualTime';
import type { VirtualTime } from '../../support/virtualTime';
import { createInstantProvider } from './instantProvider';

const few = 1_000;
const many = 10_000;
/** What ten times as many may cost: a few more levels of a tree, and never as many more steps. */
const mostGrowth = 2;

/** Corrections of what was charged come late, with the answers: a source may have a few more by then. */
const mostAhead = 10;

const minuteMs = 60_000;
/** Ten thousand requests from end to end take seconds of real time. */
const testLimitMs = 60_000;

/** What is done for those who wait, in steps that each cost the same. */
interface Work {
  estimates: number;
  tellings: number;
  clockReadings: number;
}

interface Stage {
  readonly time: VirtualTime;
  readonly client: Engine;
  readonly work: Work;
  /** The words of each request in the order in which they reached the server. */
  readonly arrived: readonly string[];
  /** Requests that came although the bucket was empty. */
  readonly overdrawn: () => number;
  readonly send: (words: string, request?: Partial<SendRequest>) => Run;
  /** Sends so many, shared out among the sources in turn, after the client has learned the limits. */
  readonly fill: (count: number, sources: number) => Promise<readonly Run[]>;
}

describe('with many waiting', function () {
  this.timeout(testLimitMs);

  let time: VirtualTime;
  let undo: readonly (() => void)[];
  let work: Work;
  let open: Engine[];

  beforeEach(() => {
    time = installVirtualTime();
    work = { estimates: 0, tellings: 0, clockReadings: 0 };
    undo = [
      countCalls(Costs.prototype, 'amountsOf', () => work.estimates++),
      countCalls(Task.prototype, 'tellWaiting', () => work.tellings++),
    ];
    open = [];
  });

  afterEach(async () => {
    await Promise.all(open.map((client) => time.until(client.close())));
    for (const each of undo) each();
    time.uninstall();
  });

  function setup(requestsPerMinute: number): Stage {
    const { adapter, arrived, overdrawn } = createInstantProvider(time.clock, requestsPerMinute);
    const client = new Engine(
      { apiKey: demoKey },
      { clock: countReadings(time.clock, work), random: createRandom(1), loadAdapter: () => Promise.resolve(adapter) },
    );
    open.push(client);
    const send: Stage['send'] = (words, request = {}) =>
      client.send({
        model: 'claude-sonnet-5-5',
        maxTokens: 100,
        messages: [{ role: 'user', content: words }],
        priority: 'background',
        ...request,
      });
    return {
      time,
      client,
      work,
      arrived,
      overdrawn,
      send,
      fill: async (count, sources) => {
        await time.until(send('probe', { priority: 'interactive' }).result);
        const runs = Array.from({ length: count }, (_, index) =>
          send(`${index}`, { source: `source ${index % sources}` }),
        );
        await time.flush();
        return runs;
      },
    };
  }

  /** How much work `change` makes with so many waiting, and what it leads to at that very moment. */
  async function workOf(
    count: number,
    sources: number,
    change: (stage: Stage, runs: readonly Run[]) => unknown,
  ): Promise<number> {
    const stage = setup(60);
    const runs = await stage.fill(count, sources);
    // Whatever is told of the newcomers has been told.
    await time.pass(2_000);
    const before = { ...work };
    await change(stage, runs);
    await time.flush();
    assert.ok((stage.client.quota()[0]?.queued ?? 0) > 0.9 * count);
    return (
      work.estimates - before.estimates + work.tellings - before.tellings + work.clockReadings - before.clockReadings
    );
  }

  const changes: Readonly<Record<string, (stage: Stage, runs: readonly Run[]) => unknown>> = {
    'another one joins them': ({ send }) => send('one more', { source: 'source 0' }),
    'one joins from a new source': ({ send }) => send('one more', { source: 'nobody knows me' }),
    'an urgent one passes them': async ({ send, arrived }) => {
      send('urgent', { priority: 'interactive' });
      await time.flush();
      assert.equal(arrived.at(-1), 'urgent');
    },
    'the first of them leaves': (_stage, runs) => runs[arrivedSoFar(runs)]?.cancel(),
    'one in their middle leaves': (_stage, runs) => runs[runs.length / 2]?.cancel(),
    'one after the other starts': async ({ arrived }) => {
      const before = arrived.length;
      await time.pass(10_000);
      assert.ok(arrived.length >= before + 9, `${arrived.length - before} started`);
    },
    'one is sent before its time': (_stage, runs) => runs[runs.length - 1]?.retryNow(),
    'somebody asks how things stand': ({ client }) => client.quota(),
  };

  /** The runs that wait are in order, and only a few have started. */
  function arrivedSoFar(runs: readonly Run[]): number {
    const queued = open[0]?.quota()[0]?.queued ?? 0;
    return runs.length - queued;
  }

  for (const sources of [1, 100]) {
    for (const [name, change] of Object.entries(changes)) {
      it(`it takes no more work than with few when ${name} (sources: ${sources})`, async () => {
        const withFew = await workOf(few, sources, change);
        await time.until(Promise.all(open.splice(0).map((client) => client.close())));
        const withMany = await workOf(many, sources, change);

        assert.ok(withMany <= mostGrowth * Math.max(withFew, 1), `${withFew} steps became ${withMany}`);
      });
    }
  }

  it('each of them ends, in the order of its source, and the sources keep pace', async () => {
    const sources = 4;
    const { fill, arrived, overdrawn } = setup(6_000);

    const runs = await fill(many, sources);
    const results = await time.until(Promise.all(runs.map((run) => run.result)));

    assert.equal(results.length, many);
    assert.ok(results.every(({ attempts }) => attempts === 1));
    assert.equal(overdrawn(), 0);
    const numbers = arrived.slice(1).map(Number);
    assert.equal(new Set(numbers).size, many);
    const had = Array.from({ length: sources }, () => 0);
    const last = Array.from({ length: sources }, () => -1);
    for (const number of numbers) {
      const source = number % sources;
      assert.ok(number > (last[source] ?? 0), `${number} came after ${last[source]}`);
      last[source] = number;
      had[source] = (had[source] ?? 0) + 1;
      assert.ok(Math.max(...had) - Math.min(...had) <= mostAhead, `the sources have had ${had.join(', ')}`);
    }
  });

  it('urgent ones go ahead of all of them, in their own order', async () => {
    const { fill, send, arrived } = setup(600);
    await fill(many, 1);
    // Down to the headroom, so that only what is kept for them is there.
    await time.pass(minuteMs);
    const before = arrived.length;

    for (const words of ['urgent a', 'urgent b', 'urgent c']) send(words, { priority: 'interactive' });
    await time.pass(1_000);

    assert.deepEqual(
      arrived.slice(before).filter((words) => words.startsWith('urgent')),
      ['urgent a', 'urgent b', 'urgent c'],
    );
    assert.equal(arrived[before], 'urgent a');
  });

  it('each of them ends once when all are cancelled, whatever the order, and nothing is sent for them', async () => {
    const { fill, client, arrived } = setup(60);
    const runs = await fill(many, 10);
    const random = createRandom(7);
    const inAnyOrder = runs.map((run) => ({ run, place: random() })).sort((one, other) => one.place - other.place);
    const outcomes = runs.map((run) => run.result.then(() => 'done' as const, reasonOf));
    const sent = arrived.length;

    for (const { run } of inAnyOrder) run.cancel();
    const reasons = await time.until(Promise.all(outcomes));
    await time.pass(minuteMs);

    const done = reasons.filter((reason) => reason === 'done').length;
    assert.ok(done <= sent);
    assert.ok(reasons.every((reason) => reason === 'done' || reason === 'cancelled'));
    assert.equal(arrived.length, sent);
    assert.equal(client.quota()[0]?.queued, 0);
    assert.equal(client.pledged, 0);
  });

  it('cancelling all of them from the first on takes as much for each as with few', async () => {
    const workFor = async (count: number) => {
      const stage = setup(60);
      const runs = await stage.fill(count, 10);
      const before = { ...work };
      for (const run of runs.slice(0, -1)) run.cancel();
      await time.flush();
      const steps = work.estimates - before.estimates + work.tellings - before.tellings;
      return steps / count;
    };

    const withFew = await workFor(few);
    await time.until(Promise.all(open.splice(0).map((client) => client.close())));
    const withMany = await workFor(many);

    assert.ok(withMany <= mostGrowth * Math.max(withFew, 1), `${withFew} steps each became ${withMany}`);
  });
});

function reasonOf(error: unknown): string {
  return error instanceof ClientError ? error.reason : String(error);
}

function countReadings(clock: Clock, work: Work): Clock {
  return {
    now: () => {
      work.clockReadings++;
      return clock.now();
    },
    monotonic: () => {
      work.clockReadings++;
      return clock.monotonic();
    },
    schedule: (callback, delayMs) => clock.schedule(callback, delayMs),
  };
}

/** Until the returned function is called. Fails when there is no such method any more. */
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
