import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Wait } from '../../../src/client/admission';
import { Announcer } from '../../../src/client/announcer';
import { Budget } from '../../../src/client/budget';
import { Costs } from '../../../src/client/costs';
import { noAmounts } from '../../../src/client/dimensions';
import type { Amounts } from '../../../src/client/dimensions';
import { readHeaders } from '../../../src/client/headers';
import { Outlook } from '../../../src/client/outlook';
import { Queue } from '../../../src/client/queue';
import { Task } from '../../../src/client/task';
import { TokenEstimator } from '../../../src/client/tokens';
import type { Priority, RememberedLimits } from '../../../src/client/types';
import { UserCaps } from '../../../src/client/userCaps';
import type { VirtualTime } from '../../support/virtualTime';
import { installVirtualTime } from '../../support/virtualTime';

const minuteMs = 60_000;

function requests(count: number): Amounts {
  return { ...noAmounts, requests: count };
}

describe('whoever waits', () => {
  let time: VirtualTime;
  beforeEach(() => (time = installVirtualTime()));
  afterEach(() => time.uninstall());

  /** A queue of calls that cost one request each, on a bucket of one a second in which `level` are left. */
  function setup(level: number | 'unknown' = 0, remembered?: RememberedLimits) {
    const { clock } = time;
    const budget = new Budget();
    const observe = (remaining: number) => {
      const probe = budget.reserve(noAmounts, clock.monotonic());
      probe.sent(clock.monotonic());
      const headers = new Headers({
        'anthropic-ratelimit-requests-limit': '60',
        'anthropic-ratelimit-requests-remaining': String(remaining),
      });
      probe.observe(readHeaders(headers, clock.now()), true, clock.monotonic(), clock.now());
      probe.end('served', clock.monotonic());
    };
    if (level !== 'unknown') observe(level);
    const costs = new Costs(new TokenEstimator(), new UserCaps({}));
    const queue = new Queue<Task<unknown>>();
    const outlook = new Outlook(costs, remembered);
    const means = { budget, running: 0, maxConcurrent: Infinity };
    const announcer = new Announcer(clock, queue, costs, outlook, () => ({ ...means, now: clock.monotonic() }));
    let sequence = 0;
    const create = (priority: Priority = 'normal', source = 'one') => {
      const told: { at: number; reason: string; inMs: number }[] = [];
      const started = clock.now();
      const task = new Task<number>(
        {
          model: undefined,
          rawInputTokens: 0,
          maxOutputTokens: 0,
          perform: () => Promise.resolve(1),
          tell: (event) => {
            if (event.type !== 'waiting') return;
            told.push({ at: clock.now() - started, reason: event.reason, inMs: event.until - clock.now() });
          },
        },
        { clock, sequence: ++sequence, priority, source, maxWaitMs: Infinity },
      );
      return { task, told };
    };
    const push = (priority?: Priority, source?: string) => {
      const created = create(priority, source);
      queue.push(created.task);
      return created;
    };
    const pushMany = (count: number) => Array.from({ length: count }, () => push());
    const waitFor = (inMs: number): Wait => ({ reason: 'requests', at: clock.monotonic() + inMs, isEstimate: false });
    const startIn = (task: Task<unknown>, running = 0, maxConcurrent = Infinity) => {
      const now = clock.monotonic();
      const start = outlook.startOf(task, queue.before(task), { ...means, running, maxConcurrent, now });
      return start && { reason: start.reason, inMs: Math.round(start.at - now) };
    };
    return { clock, queue, outlook, announcer, create, push, pushMany, waitFor, startIn, observe };
  }

  describe('can expect to start', () => {
    it('when what goes before and its own have flowed in, on a known limit', () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 200 }), (level, before) => {
          const { push, pushMany, startIn } = setup(level);
          pushMany(before);
          const start = startIn(push().task);
          const missing = before + 1 - level;
          assert.deepEqual(start, missing > 0 ? { reason: 'requests', inMs: missing * 1_000 } : undefined);
        }),
        { numRuns: 40 },
      );
    });

    it('later by what higher priorities have lately been taking', () => {
      const { clock, outlook, create, push, startIn } = setup();
      const [chat, work] = [create('interactive').task, create('normal').task];
      const now = clock.monotonic();
      for (let ago = 300_000; ago >= 0; ago -= 1_000) {
        outlook.spent(chat, requests(0.25), now - ago);
        outlook.spent(work, requests(0.25), now - ago);
      }
      const inMs = (priority: Priority) => startIn(push(priority, 'new').task)?.inMs ?? 0;
      const [background, normal] = [inMs('background'), inMs('normal')];
      assert.ok(background > 1_900 && background < 2_100, `${background}: half of the refill is left`);
      // The one of background that waits already does not go before it.
      assert.ok(normal > 1_280 && normal < 1_390, `${normal}: three quarters are left`);
    });

    it('without regard to what higher priorities took long ago, or gave back', () => {
      const { clock, outlook, create } = setup();
      const chat = create('interactive').task;
      const now = clock.monotonic();
      outlook.spent(chat, requests(30), now);
      assert.ok(outlook.takenBefore('background', now + 10_000).requests > 0.001);
      assert.ok(outlook.takenBefore('background', now + 10 * minuteMs).requests < 1e-6);
      outlook.spent(chat, requests(-30), now);
      assert.equal(outlook.takenBefore('background', now).requests, 0);
    });

    it('a person without regard to anybody else', () => {
      const { clock, outlook, create } = setup();
      outlook.spent(create('interactive').task, requests(30), clock.monotonic());
      assert.deepEqual(outlook.takenBefore('interactive', clock.monotonic()), noAmounts);
    });

    it('when enough attempts have ended, where only so many may run', () => {
      const { outlook, push, pushMany, startIn } = setup(60);
      pushMany(3);
      const { task } = push();
      // Four and the two that run, two at a time: two rounds must end, of five seconds until it is known better.
      assert.deepEqual(startIn(task, 2, 2), { reason: 'concurrency', inMs: 10_000 });
      assert.equal(startIn(task, 2, 6), undefined);
      for (let each = 0; each < 60; each++) outlook.ended(1_000);
      assert.deepEqual(startIn(task, 2, 2), { reason: 'concurrency', inMs: 2_000 });
    });

    it('by what decides, the limit or the number of those that may run', () => {
      const { pushMany, push, startIn } = setup(0);
      pushMany(3);
      const { task } = push();
      assert.equal(startIn(task, 0, 2)?.reason, 'concurrency');
      assert.equal(startIn(task, 0, 4)?.reason, 'requests');
    });

    it('nobody knows when, before the server has told a limit', () => {
      const { pushMany, push, startIn } = setup('unknown');
      pushMany(100);
      assert.equal(startIn(push().task), undefined);
    });

    it('as if remembered limits still held and nobody had drawn on them, until the server has spoken', () => {
      const { pushMany, push, startIn, observe } = setup('unknown', {
        organization: undefined,
        group: 'group',
        requestsPerMinute: 30,
      });
      pushMany(29);
      assert.deepEqual(startIn(push().task), { reason: 'requests', inMs: 0 });
      pushMany(14);
      assert.deepEqual(startIn(push().task), { reason: 'requests', inMs: minuteMs / 2 });
      observe(60);
      assert.equal(startIn(push().task), undefined);
    });
  });

  describe('is told of it', () => {
    it('at once when first, and the others by their turn', () => {
      const { announcer, pushMany, waitFor } = setup();
      const all = pushMany(5);
      announcer.found(all[0]?.task, waitFor(1_000));
      assert.deepEqual(
        all.map(({ told }) => told),
        [1_000, 2_000, 3_000, 4_000, 5_000].map((inMs) => [{ at: 0, reason: 'requests', inMs }]),
      );
    });

    it('at once as a newcomer, and once', async () => {
      const { announcer, pushMany, push, waitFor, clock } = setup();
      const [first] = pushMany(2);
      announcer.found(first?.task, waitFor(1_000));
      const newcomer = push();
      announcer.joined(newcomer.task, { reason: 'requests', at: clock.monotonic() + 3_000 });
      announcer.joined(newcomer.task, { reason: 'requests', at: clock.monotonic() + 9_000 });
      assert.deepEqual(newcomer.told, [], 'many may come in one go');
      await time.flush();
      assert.deepEqual(newcomer.told, [{ at: 0, reason: 'requests', inMs: 3_000 }]);
    });

    it('as a newcomer no earlier than the first, whatever is known', async () => {
      const { announcer, push, waitFor } = setup();
      const first = push();
      announcer.found(first.task, { ...waitFor(30_000), reason: 'rateLimited' });
      const newcomer = push();
      announcer.joined(newcomer.task, undefined);
      await time.flush();
      assert.deepEqual(newcomer.told, [{ at: 0, reason: 'rateLimited', inMs: 30_000 }]);
    });

    it('not when gone by then', async () => {
      const { announcer, push, waitFor, queue } = setup();
      announcer.found(push().task, waitFor(1_000));
      const newcomer = push();
      announcer.joined(newcomer.task, undefined);
      queue.remove(newcomer.task);
      await time.flush();
      assert.deepEqual(newcomer.told, []);
    });

    it('some at a time when very many come', async () => {
      const { announcer, push, pushMany, waitFor } = setup();
      announcer.found(push().task, waitFor(1_000));
      const many = pushMany(500);
      for (const { task } of many) announcer.joined(task, undefined);
      await Promise.resolve();
      assert.equal(many.filter(({ told }) => told.length > 0).length, 200);
      await time.pass(10);
      assert.ok(many.every(({ told }) => told.length === 1));
    });

    it('of a change at once when first, and otherwise half a second after the last time', async () => {
      const { announcer, pushMany, waitFor } = setup();
      const [first, second] = pushMany(2);
      announcer.found(first?.task, waitFor(1_000));
      await time.pass(100);
      announcer.found(first?.task, waitFor(20_000));
      announcer.found(first?.task, waitFor(30_000));
      assert.deepEqual(
        first?.told.map(({ at, inMs }) => [at, inMs]),
        [
          [0, 1_000],
          [100, 20_000],
          [100, 30_000],
        ],
      );
      await time.pass(399);
      assert.equal(second?.told.length, 1);
      await time.pass(1);
      assert.deepEqual(second?.told.slice(1), [{ at: 500, reason: 'requests', inMs: 29_600 }]);
    });

    it('never the same twice', async () => {
      const { announcer, pushMany, waitFor } = setup();
      const all = pushMany(3);
      const until = waitFor(20_000);
      for (let each = 0; each < 20; each++) {
        announcer.found(all[0]?.task, until);
        for (const { task } of all.slice(1)) announcer.joined(task, undefined);
        await time.pass(300);
      }
      assert.deepEqual(
        all.map(({ told }) => told.length),
        [1, 1, 1],
      );
    });

    it('when near the front: beyond the fiftieth the time is too uncertain', () => {
      const { announcer, pushMany, waitFor } = setup();
      const all = pushMany(60);
      announcer.found(all[0]?.task, waitFor(1_000));
      assert.deepEqual(
        all.map(({ told }) => told.length),
        [...Array.from({ length: 50 }, () => 1), ...Array.from({ length: 10 }, () => 0)],
      );
    });

    it('no more once nobody waits, or the lane has stopped', async () => {
      for (const isStopped of [false, true]) {
        const { announcer, pushMany, waitFor } = setup();
        const [first, second] = pushMany(2);
        announcer.found(first?.task, waitFor(1_000));
        announcer.found(first?.task, waitFor(20_000));
        assert.ok(announcer.first);
        if (isStopped) announcer.dispose();
        else announcer.found(undefined, undefined);
        await time.pass(1_000);
        assert.equal(second?.told.length, 1);
      }
    });
  });
});
