import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Bucket } from '../../simulator/bucket';

/** Tokens that floating-point sums may be off by after many steps. */
const tolerance = 1e-6;

const minuteMs = 60_000;

function setup(limit: number, burstShare = 1) {
  let nowMs = 0;
  const clock = { now: () => nowMs, monotonic: () => nowMs, schedule: () => ({ dispose: () => {} }) };
  const bucket = new Bucket(clock, limit, burstShare);
  return { bucket, advance: (ms: number) => void (nowMs += ms) };
}

const limits = fc.integer({ min: 1, max: 2_000_000 });
const burstShares = fc.double({ min: 0.05, max: 1, noNaN: true });
const waits = fc.integer({ min: 0, max: 5 * minuteMs });
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), amount: waits }),
    fc.record({ kind: fc.constant('debit' as const), amount: fc.integer({ min: -500, max: 100_000 }) }),
    fc.record({ kind: fc.constant('limit' as const), amount: limits }),
    fc.record({ kind: fc.constant('drain' as const), amount: fc.integer({ min: 0, max: 2 }) }),
  ),
  { maxLength: 40 },
);

describe('A simulated bucket', () => {
  it('never holds more than its capacity, whatever happens to it', () => {
    fc.assert(
      fc.property(limits, burstShares, steps, (limit, burstShare, script) => {
        const { bucket, advance } = setup(limit, burstShare);
        for (const { kind, amount } of script) {
          if (kind === 'wait') advance(amount);
          if (kind === 'debit') bucket.debit(amount);
          if (kind === 'limit') bucket.setLimit(amount, burstShare);
          if (kind === 'drain') bucket.setDrain(amount);
          assert.ok(bucket.level <= bucket.capacity);
          assert.equal(bucket.capacity, Math.max(bucket.limit * burstShare, 1));
        }
      }),
    );
  });

  it('refills by its rate exactly, however the time is cut into pieces', () => {
    fc.assert(
      fc.property(limits, fc.array(waits, { maxLength: 20 }), (limit, pieces) => {
        const { bucket, advance } = setup(limit);
        bucket.debit(limit);
        let elapsedMs = 0;
        for (const piece of pieces) {
          advance(piece);
          elapsedMs += piece;
          assert.ok(Math.abs(bucket.level - Math.min((limit * elapsedMs) / minuteMs, limit)) < tolerance * limit);
        }
      }),
    );
  });

  it('has the amount at the moment it announced, and not a millisecond before', () => {
    fc.assert(
      fc.property(limits, fc.double({ min: 0.01, max: 1, noNaN: true }), (limit, share) => {
        const { bucket, advance } = setup(limit);
        const amount = limit * share;
        bucket.debit(limit);
        const waitMs = bucket.msUntil(amount);
        advance(waitMs / 2);
        assert.ok(bucket.msUntil(amount) > 0 || waitMs < tolerance);
        advance(waitMs / 2);
        assert.equal(bucket.msUntil(amount), 0);
      }),
    );
  });

  it('pays a debt off before it holds anything', () => {
    const { bucket, advance } = setup(60);
    bucket.debit(90);
    assert.equal(bucket.level, -30);
    advance(30_000);
    assert.equal(bucket.level, 0);
    advance(1_000);
    assert.equal(bucket.level, 1);
  });

  it('refills more slowly while another client takes a share, and is never drained below zero', () => {
    const { bucket, advance } = setup(60);
    bucket.debit(60);
    bucket.setDrain(0.25);
    advance(20_000);
    assert.equal(bucket.level, 15);
    bucket.setDrain(2);
    advance(10_000);
    assert.equal(bucket.level, 5);
    advance(minuteMs);
    assert.equal(bucket.level, 0);
  });

  it('keeps what it holds when the limit is lowered and raised again', () => {
    const { bucket, advance } = setup(1_000);
    bucket.debit(700);
    bucket.setLimit(500);
    assert.equal(bucket.level, 300);
    bucket.setLimit(200);
    assert.equal(bucket.level, 200);
    bucket.setLimit(1_000);
    advance(6_000);
    assert.equal(bucket.level, 300);
  });

  it('without a limit has everything at once, also after it had a limit', () => {
    const { bucket } = setup(10);
    bucket.debit(10);
    bucket.setLimit(Infinity);
    assert.equal(bucket.msUntil(1e12), 0);
    bucket.debit(1e12);
    assert.equal(bucket.msUntilFull(), 0);
    bucket.setLimit(20);
    assert.equal(bucket.level, 20);
  });
});
