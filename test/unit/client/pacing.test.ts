import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Outage } from '../../../src/client/outage';
import { RampPace } from '../../../src/client/rampPace';
import { Recovery } from '../../../src/client/recovery';
import { SlowStart } from '../../../src/client/slowStart';

const windowMs = 10_000;

/** 1,000 tokens each 100 ms, ten times; refused at 1,000 ms. */
function createRefusedPace(refillPerMs = 0) {
  const pace = new RampPace();
  for (let at = 0; at < 1_000; at += 100) pace.started(1_000, at);
  pace.refused(refillPerMs, 1_000);
  return pace;
}

describe('the pace of growth', () => {
  it('is free until growth is refused', () => {
    const pace = new RampPace();
    pace.started(1e9, 0);
    assert.equal(pace.readyAt(1e9, 1), 1);
  });

  it('is a little less than what was borne in a window, and the next start waits until enough of it has slid out', () => {
    // 10,000 were borne, so 9,000 are allowed: the first two must have gone.
    assert.equal(createRefusedPace().readyAt(1_000, 1_000), 100 + windowMs);
  });

  it('does not count what was refused', () => {
    const pace = new RampPace();
    pace.started(4_000, 0);
    pace.started(6_000, 0);
    pace.takeBack(6_000);
    pace.refused(0, 0);
    pace.takeBack(4_000);
    assert.equal(pace.readyAt(3_600, 0), 0);
    pace.started(3_600, 0);
    assert.equal(pace.readyAt(1, 0), windowMs);
  });

  it('is never less than a quarter of what the limit gives, however little was under way', () => {
    const pace = new RampPace();
    pace.refused(10, 0);
    pace.started(20_000, 0);
    assert.equal(pace.readyAt(5_000, 0), 0);
    assert.equal(pace.readyAt(5_001, 0), windowMs);
  });

  it('is slower again after each further refusal', () => {
    const pace = createRefusedPace();
    pace.refused(0, 1_000);
    // Of 9,000 that were allowed 8,100 are left: three must have gone.
    assert.equal(pace.readyAt(1_000, 1_000), 200 + windowMs);
  });

  it('lets a request that is larger than a window go alone', () => {
    const pace = createRefusedPace();
    assert.equal(pace.readyAt(50_000, 1_000), 900 + windowMs);
    assert.equal(pace.readyAt(50_000, 900 + windowMs), 900 + windowMs);
  });

  it('restrains nothing any more once it has grown sixteenfold', () => {
    const pace = createRefusedPace();
    pace.started(1e6, 100_000);
    assert.ok(pace.readyAt(1e6, 100_000) > 100_000);
    pace.started(1e6, 130_000);
    assert.equal(pace.readyAt(1e6, 130_000), 130_000);
    pace.started(1e9, 131_000);
    assert.equal(pace.readyAt(1e9, 131_000), 131_000);
  });

  it('is kept in every window by whoever starts when it says, and is used', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 5, maxLength: 60, size: 'max' }),
        (requests) => {
          const pace = createRefusedPace();
          const starts = Array.from({ length: 10 }, (_, index) => ({ at: 100 * index, tokens: 1_000 }));
          let now = 1_000;
          for (const tokens of requests) {
            const at = pace.readyAt(tokens, now);
            assert.ok(at >= now && at <= now + windowMs);
            now = at;
            assert.equal(pace.readyAt(tokens, now), now, 'when it has come it holds');
            pace.started(tokens, now);
            starts.push({ at: now, tokens });
            const inWindow = starts.filter((start) => start.at > now - windowMs);
            const sum = inWindow.reduce((total, start) => total + start.tokens, 0);
            const allowed = 9_000 * 1.25 ** ((now - 1_000) / windowMs);
            assert.ok(sum <= allowed + 1e-6 || inWindow.length === 1, `${sum} of ${allowed} at ${now}`);
          }
        },
      ),
    );
  });
});

function accept(slowStart: SlowStart, times: number, areLimitsKnown = true): number {
  for (let each = 0; each < times; each++) slowStart.accepted(areLimitsKnown);
  return slowStart.window;
}

describe('the slow start', () => {
  it('sends one to find out, and then all if limits are known', () => {
    const slowStart = new SlowStart();
    assert.deepEqual([slowStart.window, slowStart.isProbing], [1, true]);
    assert.equal(accept(slowStart, 1), Infinity);
    assert.equal(slowStart.isProbing, false);
  });

  it('opens by one with each acceptance where no limits are told, and wholly at 32', () => {
    const slowStart = new SlowStart();
    assert.equal(accept(slowStart, 1, false), 2);
    assert.equal(accept(slowStart, 29, false), 31);
    assert.equal(accept(slowStart, 1, false), Infinity);
  });

  it('begins again at one when growth was refused, though limits are known, and finds out nothing new', () => {
    const slowStart = new SlowStart();
    accept(slowStart, 1);
    slowStart.rampRefused();
    assert.deepEqual([slowStart.window, slowStart.isProbing], [1, false]);
    assert.equal(accept(slowStart, 1), 2);
    assert.equal(accept(slowStart, 29), 31);
    assert.equal(accept(slowStart, 1), Infinity);
  });

  it('halves what ran when the server broke down, and opens step by step', () => {
    const slowStart = new SlowStart();
    accept(slowStart, 1);
    slowStart.brokeDown(9);
    assert.equal(slowStart.window, 4);
    slowStart.brokeDown(9);
    assert.equal(slowStart.window, 2, 'no more than half of what was allowed');
    assert.equal(accept(slowStart, 1), 3);
    slowStart.brokeDown(0);
    assert.equal(slowStart.window, 1, 'one always may');
  });

  it('restrains no longer once it was fully open', () => {
    const slowStart = new SlowStart();
    slowStart.brokeDown(10);
    accept(slowStart, 40);
    slowStart.refused(10);
    assert.equal(slowStart.window, 5);
    assert.equal(accept(slowStart, 1), Infinity);
  });

  it('keeps starts apart after refusals that no bucket explains, and closes up as they are borne', () => {
    const slowStart = new SlowStart();
    accept(slowStart, 1);
    slowStart.started(1_000);
    assert.equal(slowStart.nextStartAt, 1_000);
    slowStart.refused(8);
    assert.equal(slowStart.nextStartAt, 1_250);
    slowStart.refused(8);
    assert.equal(slowStart.nextStartAt, 1_375);
    accept(slowStart, 1);
    assert.equal(slowStart.nextStartAt, 1_000 + 375 * 0.95);
    accept(slowStart, 40);
    assert.equal(slowStart.nextStartAt, 1_000);
  });
});

/** So many failures in a row at 0, each pause as long as can be. */
function createOutage(failures: number, retryAfterMs?: number) {
  const outage = new Outage(() => 0.999);
  for (let each = 0; each < failures; each++) outage.failed('overloaded', 0, retryAfterMs, 0);
  const pause = (isUrgent: boolean, now = 0) => outage.findShortage(isUrgent, now)?.at;
  return { outage, pause };
}

describe('an outage', () => {
  it('pauses for longer after each failure, yet for a person no more than three seconds', () => {
    const { pause } = createOutage(5);
    assert.equal(pause(false), 15_984);
    assert.equal(pause(true), 3_000);
    assert.equal(pause(true, 3_000), undefined);
  });

  it('pauses for nobody longer than for others', () => {
    const { pause } = createOutage(1);
    assert.deepEqual([pause(true), pause(false)], [999, 999]);
  });

  it('lets a person go no earlier than the server asked for', () => {
    assert.deepEqual([createOutage(5, 10_000).pause(true), createOutage(5, 20_000).pause(false)], [10_000, 20_000]);
  });

  it('heeds what the server says to those that were under way when it began', () => {
    const { outage, pause } = createOutage(1);
    assert.equal(outage.failed('overloaded', -500, 8_000, 200), 8_200);
    assert.deepEqual([pause(true), pause(false)], [8_200, 8_200]);
  });

  it('lets one find out for all, a person or not, and is over when that one succeeds', () => {
    const { outage, pause } = createOutage(1);
    outage.started();
    assert.deepEqual([pause(false, 1_000), pause(true, 1_000)], [1_000, 1_000]);
    outage.succeeded(1_000);
    assert.deepEqual([pause(false, 1_000), pause(true, 1_000)], [undefined, undefined]);
  });

  it('is not over because of one that was sent before it began', () => {
    const { outage, pause } = createOutage(1);
    outage.succeeded(-1);
    assert.equal(pause(false), 999);
  });

  it('never makes a person wait longer than others, nor shorter than the server asked', () => {
    const failure = fc.record({
      afterMs: fc.integer({ min: 0, max: 40_000 }),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
    });
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.array(failure, { minLength: 1, maxLength: 12 }), share, (failures, random) => {
        const outage = new Outage(() => random);
        let now = 0;
        let askedUntil = 0;
        for (const { afterMs, retryAfterMs } of failures) {
          now += afterMs;
          // Also by an earlier failure than the last.
          askedUntil = Math.max(askedUntil, now + (retryAfterMs ?? 0));
          const told = outage.failed('overloaded', now, retryAfterMs, now);
          const urgent = outage.findShortage(true, now)?.at ?? now;
          const ordinary = outage.findShortage(false, now)?.at ?? now;
          assert.equal(told, ordinary);
          assert.ok(urgent <= ordinary);
          assert.ok(urgent >= askedUntil);
          assert.ok(urgent <= Math.max(now + 3_000, askedUntil));
        }
      }),
    );
  });
});

describe('a person and the recovery of a lane', () => {
  const bulk = { running: 1, isUrgent: false, inputTokens: 100 };
  const person = { ...bulk, isUrgent: true };

  it('wait for the very first request, which finds out for all', () => {
    const recovery = new Recovery(() => 0.5);
    recovery.started(100, 0);
    assert.equal(recovery.findShortage(person, 0)?.reason, 'turn');
    recovery.accepted(0, true);
    assert.equal(recovery.findShortage(person, 0), undefined);
  });

  it('go on beside what is opened step by step after growth was refused, but not before the server said', () => {
    const recovery = new Recovery(() => 0.5);
    recovery.started(100, 0);
    recovery.accepted(0, true);
    const refusal = { isRamp: true, isExplained: false, startedAt: 0, running: 1, inputTokens: 100, refillPerMs: 0 };
    assert.equal(recovery.refused({ ...refusal, retryAt: 2_000 }, 0), 2_000);
    assert.deepEqual(recovery.findShortage(person, 0), { reason: 'rampLimited', at: 2_000 });
    assert.equal(recovery.findShortage(person, 2_000), undefined);
    assert.equal(recovery.findShortage(bulk, 2_000)?.reason, 'turn');
  });
});
