import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Bucket } from '../../../src/client/bucket';
import { ForeignUse } from '../../../src/client/foreignUse';
import type { BucketReading } from '../../../src/client/headers';

/** One token a millisecond. */
const limit = 60_000;

function reading(remaining: number): BucketReading {
  return { limit, remaining, remainingError: 500, fullInMs: undefined, fullErrorMs: 1_000, resetInMs: undefined };
}

/** A full bucket, told so at 0. */
function setup() {
  const bucket = new Bucket();
  const read = (remaining: number, now: number) => bucket.observe(reading(remaining), bucket.mark(now), 0, now);
  read(limit, 0);
  return { bucket, read };
}

/** Readings each second, of what the estimate so far has left out of so many tokens a millisecond. */
function watch(foreign: ForeignUse, takenPerMs: number, from: number, to: number): number {
  for (let now = from; now <= to; now += 1_000) foreign.saw((takenPerMs - foreign.perMs(now - 1_000)) * 1_000, now);
  return foreign.perMs(to);
}

describe('the use of others', () => {
  it('is found, and followed within a minute', () => {
    const foreign = new ForeignUse();
    foreign.saw(0, 0);
    const found = watch(foreign, 0.5, 1_000, 60_000);
    assert.ok(found > 0.43 && found <= 0.5, `${found}`);
    const less = watch(foreign, 0.1, 61_000, 120_000);
    assert.ok(less > 0.05 && less < 0.12, `${less}`);
  });

  it('is not seen in readings of one moment that contradict each other', () => {
    const foreign = new ForeignUse();
    foreign.saw(0, 0);
    for (const shortfall of [800, -800, 300, -300]) foreign.saw(shortfall, 0);
    foreign.saw(0, 1_000);
    assert.equal(foreign.perMs(1_000), 0);
    foreign.saw(600, 1_000);
    foreign.saw(0, 1_000);
    foreign.saw(0, 2_000);
    assert.ok(foreign.perMs(2_000) > 0, 'yet none of them is lost');
  });

  it('is forgotten while nobody sees it, be it that nothing is read or that readings show no more of it', () => {
    const foreign = new ForeignUse();
    foreign.saw(0, 0);
    foreign.saw(5_000, 5_000);
    const seen = foreign.perMs(5_000);
    assert.ok(seen > 0.1);
    assert.ok(foreign.perMs(65_000) < seen / 5);
    for (let now = 6_000; now <= 600_000; now += 1_000) foreign.saw(0, now);
    assert.ok(foreign.perMs(600_000) < seen / 100);
  });

  it('does not come back with a reading that shows none of it after a long silence', () => {
    const foreign = new ForeignUse();
    foreign.saw(0, 0);
    foreign.saw(5_000, 5_000);
    const before = foreign.perMs(125_000);
    foreign.saw(0, 125_000);
    assert.ok(foreign.perMs(125_000) <= before);
  });

  it('is never negative, whatever is seen', () => {
    const sight = fc.record({ shortfall: fc.integer({ min: -1e5, max: 1e5 }), afterMs: fc.nat({ max: 200_000 }) });
    fc.assert(
      fc.property(fc.array(sight, { maxLength: 60, size: 'max' }), (sights) => {
        const foreign = new ForeignUse();
        let now = 0;
        for (const { shortfall, afterMs } of sights) {
          foreign.saw(shortfall, (now += afterMs));
          assert.ok(foreign.perMs(now) >= 0 && foreign.perMs(now) < Infinity);
        }
      }),
    );
  });
});

describe('a bucket that others draw on', () => {
  it('fills more slowly by what they take, and is asked for a margin beside what is needed', () => {
    const { bucket, read } = setup();
    assert.equal(bucket.readyAt(57_500, 0), 0);
    read(57_000, 10_000);
    read(57_000, 20_000);
    const level = bucket.level(20_000);
    assert.equal(level, 57_500);
    assert.ok(bucket.readyAt(level, 20_000) > 20_500, 'a margin');
    assert.ok(bucket.readyAt(level, 20_000) < 23_000, 'a small one');
    assert.ok(bucket.level(21_000) < level + 1_000, 'slower than alone');
    assert.ok(bucket.level(21_000) > level);
  });

  it('is asked for no margin when they have long been gone', () => {
    const { bucket, read } = setup();
    for (const now of [10_000, 20_000, 30_000]) read(57_000, now);
    read(limit, 630_000);
    bucket.spend(1_000, 630_000);
    assert.equal(bucket.readyAt(59_000, 630_000), 630_000);
  });

  it('is asked for a margin of a twentieth at most, however much they take', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: limit }), { minLength: 2, maxLength: 20 }), (levels) => {
        const { bucket, read } = setup();
        levels.forEach((level, index) => read(level, (index + 1) * 5_000));
        const now = levels.length * 5_000;
        const available = bucket.available(now);
        assert.equal(bucket.readyAt(available - limit * 0.05, now), now);
      }),
    );
  });

  it('lets someone start again after one burst of theirs, although no reading comes before somebody starts', () => {
    for (const taken of [12_000, 30_000, 59_000]) {
      const { bucket, read } = setup();
      read(limit, 5_000);
      read(limit - taken, 5_100);
      bucket.spend(limit - taken, 5_100);
      let now = 5_100;
      // As a lane does: it looks again at the moment it was told.
      for (let looks = 0; bucket.readyAt(1_000, now) > now; looks++) {
        assert.ok(looks < 100, `still waiting at ${now} after a burst of ${taken}`);
        now = bucket.readyAt(1_000, now);
      }
      assert.ok(now < 5_100 + 2 * 60_000, `at ${now} after a burst of ${taken}`);
    }
  });

  it('is not taken for shared because of what is under way and not settled', () => {
    const { bucket, read } = setup();
    bucket.spend(30_000, 0);
    bucket.addUnsettled(30_000);
    // Each time up to 3,000 short of our own books, which what is under way may well have cost more.
    for (const [at, expected] of [
      [5_000, 35_000],
      [10_000, 37_000],
    ] as const) {
      read(expected - 2_500, at);
    }
    const level = bucket.level(10_000);
    assert.equal(bucket.readyAt(level, 10_000), 10_000);
    assert.equal(bucket.level(11_000), level + 1_000);
  });
});

const setupSpent = (unsettled: number) => {
  const { bucket, read } = setup();
  bucket.spend(40_000, 0);
  bucket.addUnsettled(unsettled);
  return { bucket, read };
};

describe('a reading that shows more than our own books', () => {
  it('raises them when all is settled', () => {
    const { bucket, read } = setupSpent(0);
    read(32_000, 10_000);
    assert.equal(bucket.level(10_000), 31_500);
  });

  it('does not while so much is unsettled that the server may yet correct it', () => {
    const { bucket, read } = setupSpent(8_000);
    read(32_000, 10_000);
    assert.equal(bucket.level(10_000), 30_000);
  });

  it('raises them by what a correction cannot explain', () => {
    const { bucket, read } = setupSpent(8_000);
    read(40_000, 10_000);
    assert.equal(bucket.level(10_000), 37_500);
  });

  it('raises them again once what was unsettled is settled', () => {
    const { bucket, read } = setupSpent(8_000);
    bucket.addUnsettled(-8_000);
    read(32_000, 10_000);
    assert.equal(bucket.level(10_000), 31_500);
  });
});
