import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { SlidingWindow, windowMs } from '../../../src/client/slidingWindow';

describe('a sliding window', () => {
  it('lets through what the cap holds, and the next a minute after the first', () => {
    const window = new SlidingWindow(2);
    window.date(1, 0);
    window.date(1, 10_000);
    assert.equal(window.readyAt(1, 20_000), windowMs);
    assert.equal(window.readyAt(1, windowMs), windowMs);
    assert.equal(window.readyAt(2, windowMs), 10_000 + windowMs);
  });

  it('counts what is held for as long as it is held', () => {
    const window = new SlidingWindow(2);
    window.hold(2);
    assert.ok(window.readyAt(1, 100_000) > 100_000);
    window.release(2);
    assert.equal(window.readyAt(1, 100_000), 100_000);
  });

  it('counts a steady trickle no longer than a minute and what is kept as one', () => {
    const window = new SlidingWindow(10_000);
    const stepMs = 50;
    for (let now = 0; now < 4 * 60_000; now += stepMs) {
      window.date(4, now);
      const inMinute = 4 * Math.min(Math.floor(windowMs / stepMs) + 1, now / stepMs + 1);
      const total = window.total(now);
      assert.ok(total >= inMinute && total <= inMinute + 4 * 6, `${total} of ${inMinute} after ${now} ms`);
    }
  });

  it('never lets more than the cap into any minute, and never waits for longer than a minute', () => {
    const step = fc.record({ afterMs: fc.integer({ min: 0, max: 30_000 }), amount: fc.integer({ min: 1, max: 10 }) });
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 40 }), fc.array(step, { maxLength: 60 }), (cap, steps) => {
        const window = new SlidingWindow(cap);
        const spent: { at: number; amount: number }[] = [];
        let now = 0;
        for (const { afterMs, amount } of steps) {
          now += afterMs;
          const at = window.readyAt(amount, now);
          assert.ok(at - now <= windowMs);
          now = at;
          window.date(amount, now);
          spent.push({ at: now, amount });
        }
        for (const { at } of spent) {
          const inMinute = spent.filter((other) => other.at >= at && other.at <= at + 60_000);
          assert.ok(inMinute.reduce((sum, other) => sum + other.amount, 0) <= cap);
        }
      }),
    );
  });
});
