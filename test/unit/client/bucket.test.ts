import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Bucket } from '../../../src/client/bucket';
import type { BucketReading } from '../../../src/client/headers';

const minuteMs = 60_000;

function reading(parts: Partial<BucketReading>): BucketReading {
  return {
    limit: undefined,
    remaining: undefined,
    remainingError: 0,
    fullInMs: undefined,
    fullErrorMs: 1_000,
    resetInMs: undefined,
    ...parts,
  };
}

/** A bucket of 60 a minute, one a second, told so at time 0. */
function setup(parts: Partial<BucketReading> = { limit: 60, remaining: 60 }) {
  const bucket = new Bucket();
  bucket.observe(reading(parts), bucket.mark(0), 0, 0);
  return bucket;
}

describe('a bucket', () => {
  it('is boundless until a limit is known', () => {
    const bucket = new Bucket();
    bucket.spend(1e9, 0);
    assert.equal(bucket.available(0), Infinity);
    assert.equal(bucket.readyAt(1e9, 0), 0);
  });

  it('refills continuously, up to its limit', () => {
    const bucket = setup();
    bucket.spend(60, 0);
    assert.equal(bucket.level(500), 0.5);
    assert.equal(bucket.level(30_000), 30);
    assert.equal(bucket.level(10 * minuteMs), 60);
  });

  it('names the exact moment an amount is there', () => {
    const bucket = setup();
    bucket.spend(60, 0);
    assert.equal(bucket.readyAt(1, 0), 1_000);
    assert.equal(bucket.fullAt(0), minuteMs);
    assert.equal(bucket.readyAt(1, 250), 1_000);
  });

  it('is ready when it is full for what it can never hold', () => {
    const bucket = setup();
    assert.equal(bucket.readyAt(1_000, 0), 0);
    bucket.spend(30, 0);
    assert.equal(bucket.readyAt(1_000, 0), 30_000);
    assert.ok(bucket.refilledAt(1_000, 0) > 900_000, 'but a queue of that sum takes its time');
  });

  it('counts on nothing that is pledged', () => {
    const bucket = setup();
    bucket.pledge(50);
    assert.equal(bucket.available(0), 10);
    assert.equal(bucket.level(0), 60);
  });

  it('is lowered to what a header shows others have taken', () => {
    const bucket = setup();
    const mark = bucket.mark(0);
    bucket.observe(reading({ limit: 60, remaining: 20 }), mark, 0, 0);
    assert.equal(bucket.level(0), 20);
  });

  it('does not take for foreign use what was sent after the request of the header', () => {
    const bucket = setup();
    bucket.spend(1, 0);
    const mark = bucket.mark(0);
    bucket.spend(10, 100);
    // 59 were left when the request was served; the ten came later.
    bucket.observe(reading({ limit: 60, remaining: 59 }), mark, 1, 200);
    assert.ok(Math.abs(bucket.level(200) - 49) <= 1);
  });

  it('is moved by a rounded header only as far as the rounding leaves open', () => {
    const bucket = setup({ limit: 30_000, remaining: 30_000, remainingError: 500 });
    bucket.spend(1_300, 0);
    const mark = bucket.mark(0);
    bucket.observe(reading({ limit: 30_000, remaining: 29_000, remainingError: 500 }), mark, 0, 0);
    assert.equal(bucket.level(0), 28_700, '28,700 is rounded to 29,000');
    bucket.observe(reading({ limit: 30_000, remaining: 28_000, remainingError: 500 }), mark, 0, 0);
    assert.equal(bucket.level(0), 28_500);
  });

  it('takes a first reading that cannot include the request for one that does not', () => {
    const bucket = new Bucket();
    bucket.spend(5, 0);
    bucket.observe(reading({ limit: 60, remaining: 60 }), bucket.mark(0), 5, 0);
    assert.equal(bucket.level(0), 55);
  });

  it('finds a capacity below a minute from what is left and the time to full', () => {
    // 10 left and full in 5 seconds at one a second: it holds 15.
    const bucket = setup({ limit: 60, remaining: 10, fullInMs: 5_000, fullErrorMs: 0 });
    assert.equal(bucket.capacity, 15);
    assert.equal(bucket.level(minuteMs), 15);
  });

  it('ignores a reset that lies in the past', () => {
    const bucket = setup({ limit: 60, remaining: 10, fullInMs: -5_000 });
    assert.equal(bucket.capacity, 60);
  });

  it('follows a limit that changes', () => {
    const bucket = setup();
    bucket.observe(reading({ limit: 30, remaining: 30 }), bucket.mark(0), 0, 0);
    assert.equal(bucket.limit, 30);
    assert.equal(bucket.level(0), 30);
    bucket.spend(30, 0);
    assert.equal(bucket.level(2_000), 1);
  });

  it('promises nothing before the moment a refusal named, whatever its headers seem to allow', () => {
    const bucket = setup();
    bucket.refuse(1, 16_000, 0);
    assert.ok(Math.abs(bucket.readyAt(1, 0) - 16_000) < 1e-6);
  });

  it('mirrors a server it shares with nobody, whatever the order of requests and headers', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 4_000 }),
      amount: fc.integer({ min: 0, max: 3_000 }),
      latencyMs: fc.integer({ min: 0, max: 3_000 }),
      includesOwn: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const limit = 30_000;
        const rate = limit / minuteMs;
        const bucket = setup({ limit, remaining: limit, remainingError: 500 });
        let server = limit;
        let servedAt = 0;
        const due: { at: number; read: () => void }[] = [];
        let now = 0;
        for (const { afterMs, amount, latencyMs, includesOwn } of steps) {
          now += afterMs;
          for (const { read } of due.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at)) read();
          due.splice(0, due.length, ...due.filter(({ at }) => at > now));
          server = Math.min(server + rate * (now - servedAt), limit);
          servedAt = now;
          const before = server;
          server -= amount;
          bucket.spend(amount, now);
          const mark = bucket.mark(now);
          const remaining = Math.max(Math.round((includesOwn ? server : before) / 1_000) * 1_000, 0);
          const at = now + latencyMs;
          if (server >= 0)
            due.push({
              at,
              read: () => bucket.observe(reading({ limit, remaining, remainingError: 500 }), mark, amount, at),
            });
        }
        for (const { read } of due.sort((one, other) => one.at - other.at)) read();
        const end = Math.max(now, ...due.map(({ at }) => at));
        const truth = Math.min(server + rate * (end - servedAt), limit);
        assert.ok(Math.abs(bucket.level(end) - truth) <= 1, `${bucket.level(end)} instead of ${truth}`);
      }),
    );
  });

  it('never exceeds its capacity and never goes back in time, whatever it is told', () => {
    const count = fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 100_000 }));
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 100_000 }),
      spend: fc.integer({ min: -5_000, max: 5_000 }),
      limit: count,
      remaining: count,
      fullInMs: fc.oneof(fc.constant(undefined), fc.integer({ min: -200_000, max: 200_000 })),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const bucket = new Bucket();
        let now = 0;
        for (const { afterMs, spend, limit, remaining, fullInMs } of steps) {
          const mark = bucket.mark(now);
          now += afterMs;
          bucket.spend(spend, now);
          bucket.observe(reading({ limit, remaining, fullInMs, remainingError: 500 }), mark, 0, now);
          if (bucket.limit === undefined) continue;
          assert.ok(bucket.level(now) <= bucket.capacity + 1e-6);
          assert.ok(bucket.capacity <= bucket.limit);
          assert.ok(bucket.readyAt(100, now) >= now);
          assert.ok(!Number.isNaN(bucket.level(now)));
        }
      }),
    );
  });
});
