import assert from 'node:assert/strict';
import { createRandom } from '../support/random';
import { demoKey } from '../simulator/simulator';
import type { AttemptRecord } from '../simulator/log';
import {
  bundleWindow,
  checkAskedOnce,
  countEvents,
  maxConcurrent,
  paidFor,
  playKilled,
  secondKey,
  unitsOf,
  type Events,
  type KilledStage,
} from './killedStage';

const moments = 20;
/** Of the uninterrupted run. */
const mostPaid = 1.02;
/** Longer than a lease. */
const leaseIsOverMs = 25_000;
/** For windows that see each other: a look each second is a heartbeat then. */
const fast = { speed: 5 };

interface Whole {
  readonly result: string;
  readonly tokens: number;
  readonly requests: number;
  readonly events: number;
}

const keyIdOf: Readonly<Record<string, string>> = { [demoKey]: 'first', [secondKey]: 'second' };
const isOf =
  (apiKey: string) =>
  ({ keyId }: AttemptRecord) =>
    keyId === keyIdOf[apiKey];

describe('A summary whose window is killed', function () {
  this.timeout(240_000);
  let whole: Whole;
  let bundle: Awaited<ReturnType<typeof bundleWindow>>;
  const play = <T>(work: (stage: KilledStage, events: Events) => Promise<T>) => playKilled(bundle.path, work);

  after(() => bundle.remove());
  before(async () => {
    bundle = await bundleWindow();
    whole = await play(async (stage) => {
      const window = stage.prepare();
      window.run(stage.order('window-1'));
      await window.expectGoodEnd();
      checkAskedOnce(stage);
      const [ended, ...others] = stage.readEnd();
      assert.equal(ended?.job.state, 'done');
      assert.deepEqual(others, []);
      const { attempts } = stage;
      return {
        result: ended.result ?? '',
        tokens: paidFor(attempts, attempts),
        requests: attempts.length,
        events: countEvents(stage.server),
      };
    });
    assert.ok(whole.requests >= 120 && whole.result !== '', `${whole.requests} requests`);
  });

  /** How much was paid, of what the uninterrupted run has paid. */
  const check = (stage: KilledStage): number => {
    checkAskedOnce(stage);
    const [ended, ...others] = stage.readEnd();
    assert.ok(ended);
    assert.deepEqual([ended.job.state, ended.job.failed, others.length], ['done', 0, 0]);
    assert.equal(ended.job.done, ended.job.total);
    assert.equal(ended.result, whole.result);
    const { attempts, lost } = stage;
    const paid = paidFor(attempts, attempts);
    assert.equal(paid - paidFor(lost, attempts), whole.tokens, 'but for what was lost it is paid once');
    const { inputTokens, outputTokens } = ended.job.cost;
    assert.equal(inputTokens + outputTokens, whole.tokens, 'the job tells what its answers have cost');
    return paid / whole.tokens;
  };

  it('is complete at twenty moments, and costs no more than what was under way', async () => {
    const random = createRandom(20);
    // One in each twentieth of the run.
    const left = Array.from({ length: moments }, (_, index) =>
      Math.ceil(((index + random()) / moments) * whole.events),
    );
    const ratios: number[] = [];
    let inReduce = 0;
    const playNext = async (): Promise<void> => {
      for (let at = left.pop(); at !== undefined; at = left.pop()) {
        const count = at;
        await play(async (stage, events) => {
          const [first, second] = [stage.prepare(), stage.prepare()];
          const moment = events.reached(count);
          first.run(stage.order('window-1'));
          await moment;
          await stage.kill(first);
          const last = stage.attempts.at(-1);
          if (last && unitsOf(last).length === 0) inReduce++;
          second.run(stage.order('window-2', {}, { aheadMs: leaseIsOverMs }));
          await second.expectGoodEnd();
          const ratio = check(stage);
          assert.ok(ratio <= mostPaid, `killed at event ${count}: ${ratio}`);
          ratios.push(ratio);
        });
      }
    };
    await Promise.all([playNext(), playNext()]);
    assert.equal(ratios.length, moments);
    assert.ok(inReduce > 0, 'some were killed while answers were put together');
    const sorted = ratios.toSorted((one, other) => one - other);
    tell(
      `${moments} kills of ${whole.requests} requests, ${inReduce} in the reduce: tokens paid, of the uninterrupted run: ` +
        `median ${toFixed(sorted[moments / 2])}, worst ${toFixed(sorted.at(-1))}`,
    );
  });

  it('is complete after twenty kills of one run, and has paid twice only for what was under way', async () => {
    await play(async (stage, events) => {
      const random = createRandom(21);
      let next = stage.prepare();
      for (let kill = 0; kill < moments; kill++) {
        const window = next;
        const moment = events.reached(Math.ceil(((kill + random()) / moments) * whole.events));
        window.run(stage.order(`window-${kill}`, {}, { aheadMs: kill * leaseIsOverMs }));
        next = stage.prepare();
        await moment;
        await stage.kill(window);
      }
      next.run(stage.order('window-last', {}, { aheadMs: moments * leaseIsOverMs }));
      await next.expectGoodEnd();
      const ratio = check(stage);
      const { length } = stage.lost;
      // No more are under way at a time.
      assert.ok(length <= moments * maxConcurrent, `${length} requests were lost`);
      tell(`${moments} kills in one run: ${toFixed(ratio)}, ${length} requests lost`);
    });
  });

  const reachMiddle = (events: Events) => events.reached(Math.round(whole.events * 0.6));

  it('is run by one of two windows, and by the other once the lease of a killed one has run out', async () => {
    await play(async (stage, events) => {
      const middle = reachMiddle(events);
      const { runner, other } = await startTwo(stage);
      await middle;
      await stage.kill(runner.window);
      assert.ok(stage.attempts.every(isOf(runner.apiKey)), 'only one has asked');
      await other.window.expectGoodEnd();
      assert.ok(check(stage) <= mostPaid);
    });
  });

  it('goes on as if nothing had been when the window is killed that does not run it', async () => {
    await play(async (stage, events) => {
      const middle = reachMiddle(events);
      const { runner, other } = await startTwo(stage);
      await middle;
      await stage.kill(other.window, isOf(other.apiKey));
      await runner.window.expectGoodEnd();
      assert.ok(stage.attempts.every(isOf(runner.apiKey)), 'only one has asked');
      assert.equal(check(stage), 1);
    });
  });

  it('leaves its questions to a window that asks the same for another job, and the job itself as well', async () => {
    await play(async (stage, events) => {
      const [first, second] = [stage.prepare(), stage.prepare()];
      const middle = reachMiddle(events);
      first.run(stage.order('window-1', {}, fast));
      second.run(stage.order('window-2', { apiKey: secondKey, preset: 'bullets' }, fast));
      assert.deepEqual(await Promise.all([first.role, second.role]), ['began', 'began']);
      await middle;
      await stage.kill(first, isOf(demoKey));
      await second.expectGoodEnd();
      checkAskedOnce(stage);
      const ended = stage.readEnd();
      assert.deepEqual(
        new Set(ended.map(({ job }) => `${job.title}: ${job.state}`)),
        new Set(['bullets: done', 'standard: done']),
      );
      assert.equal(ended.find(({ job }) => job.title === 'standard')?.result, whole.result);
      assert.ok(stage.attempts.some(isOf(demoKey)) && stage.attempts.some(isOf(secondKey)));
      const { attempts, lost } = stage;
      tell(`Two jobs of the same texts, one window killed: ${attempts.length} requests, ${lost.length} of them lost`);
    });
  });
});

/** Two windows that want the same at the same moment: the one that runs it, and the other. */
async function startTwo(stage: KilledStage) {
  const windows = [demoKey, secondKey].map((apiKey) => ({ window: stage.prepare(), apiKey }));
  for (const { window, apiKey } of windows) window.run(stage.order(apiKey, { apiKey }, fast));
  const roles = await Promise.all(windows.map(({ window }) => window.role));
  assert.deepEqual(roles.toSorted(), ['began', 'joined']);
  const [runner, other] = roles[0] === 'began' ? windows : windows.toReversed();
  assert.ok(runner && other);
  return { runner, other };
}

function tell(line: string): void {
  process.stdout.write(`\n    ${line}\n`);
}

function toFixed(ratio: number | undefined): string {
  return ratio?.toFixed(4) ?? '';
}
