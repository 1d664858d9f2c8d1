import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Bucket } from '../../../src/client/bucket';
import { Budget } from '../../../src/client/budget';
import { noAmounts } from '../../../src/client/dimensions';
import type { BucketReading } from '../../../src/client/headers';
import { readHeaders } from '../../../src/client/headers';

const told: BucketReading = {
  limit: 60,
  remaining: 10,
  remainingError: 5,
  fullInMs: undefined,
  fullErrorMs: 1_000,
  resetInMs: undefined,
};

/** 30 were spent over half a minute, then one was refused. */
function setup(allowance = 1) {
  const bucket = new Bucket();
  for (let each = 0; each < 30; each++) bucket.spend(1, each * 1_000);
  bucket.infer(30_000, allowance, 30_000);
  return bucket;
}

describe('a limit that no header tells', () => {
  it('is inferred from what was spent up to the refusal, what flowed in meanwhile left out', () => {
    const bucket = setup();
    // A bucket of 20 and half a minute of its refill.
    assert.equal(bucket.limit, 20);
    assert.equal(bucket.isTold, false);
    assert.equal(bucket.available(30_000), 0);
    assert.ok(Math.abs(bucket.readyAt(1, 30_000) - 33_000) < 1e-6);
  });

  it('is found whatever it is, when all of it was used', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 300_000 }), (limit, sinceMs) => {
        const bucket = new Bucket();
        bucket.spend(limit + (limit * sinceMs) / 60_000, sinceMs);
        bucket.infer(sinceMs, 1, sinceMs);
        assert.ok(Math.abs((bucket.limit ?? 0) - limit) < 1e-6 * limit);
      }),
    );
  });

  it('is taken higher where another limit is the likelier cause, and is not empty then', () => {
    const bucket = setup(1.5);
    assert.equal(bucket.limit, 30);
    assert.equal(bucket.available(30_000), 15);
  });

  it('is lowered by each refusal, and won back by some twenty-five acceptances', () => {
    const bucket = setup();
    bucket.infer(40_000, 1, 40_000);
    assert.equal(bucket.limit, 20 * 0.96);
    assert.equal(bucket.available(40_000), 0, 'refused: nothing was left');
    for (let each = 0; each < 25; each++) bucket.confirm();
    assert.ok(Math.abs((bucket.limit ?? 0) - 20) < 0.05, `${bucket.limit}`);
    assert.equal(bucket.capacity, bucket.limit);
  });

  it('gives way to one that is told, and to what is told to be left of it', () => {
    const bucket = setup();
    bucket.observe(told, bucket.mark(31_000), 0, 31_000);
    assert.deepEqual([bucket.limit, bucket.isTold, bucket.level(31_000)], [60, true, 10]);
  });

  it('is never put in the place of one that is told, by refusals or by acceptances', () => {
    const bucket = new Bucket();
    bucket.observe(told, bucket.mark(0), 0, 0);
    bucket.infer(10_000, 1, 10_000);
    bucket.confirm();
    assert.deepEqual([bucket.limit, bucket.isTold, bucket.level(10_000)], [60, true, 20]);
  });
});

describe('a level that a bucket is to reach', () => {
  it('is reached the later, the more answers are written meanwhile', () => {
    const bucket = new Bucket();
    bucket.observe(told, bucket.mark(0), 0, 0);
    assert.equal(bucket.levelAt(10, 4, 0), 0);
    assert.equal(bucket.levelAt(15, 1, 0), 5_000);
    assert.equal(bucket.levelAt(15, 3, 0), 15_000);
  });

  it('has what is pledged in it', () => {
    const bucket = new Bucket();
    bucket.observe(told, bucket.mark(0), 0, 0);
    bucket.pledge(10);
    assert.equal(bucket.levelAt(10, 1, 0), 0);
  });

  it('is reached at once where no limit is known', () => {
    assert.equal(new Bucket().levelAt(1e9, 1, 7), 7);
  });
});

function send(count: number, inputTokens: number) {
  const budget = new Budget();
  for (let each = 0; each < count; each++) {
    const reservation = budget.reserve({ requests: 1, inputTokens, outputTokens: 100 }, 0);
    reservation.sent(0);
    reservation.end('served', 0);
  }
  return budget;
}

describe('a budget of which no limit is told', () => {
  const terms = { headroom: noAmounts, isUrgent: false };

  it('takes no refusal after a few requests for that of a minute', () => {
    const budget = send(9, 100);
    assert.equal(budget.inferFromRefusal(0), false);
    assert.equal(budget.limitOf('requests'), undefined);
  });

  it('takes that of small requests for one of requests, with room in the input', () => {
    const budget = send(20, 100);
    assert.equal(budget.inferFromRefusal(0), true);
    assert.equal(budget.limitOf('requests'), 20);
    assert.equal(budget.limitOf('inputTokens'), 3_000);
    assert.equal(budget.limitOf('outputTokens'), undefined);
    const shortage = budget.findShortage({ requests: 1, inputTokens: 100, outputTokens: 100 }, terms, 0);
    assert.deepEqual(shortage, { reason: 'requests', at: 3_000 });
  });

  it('takes that of large requests for one of input, with room in the requests', () => {
    const budget = send(20, 2_000);
    assert.equal(budget.inferFromRefusal(0), true);
    assert.equal(budget.limitOf('requests'), 30);
    assert.equal(budget.limitOf('inputTokens'), 40_000);
  });

  it('infers nothing beside a limit that is told', () => {
    const budget = send(20, 100);
    const probe = budget.reserve(noAmounts, 0);
    probe.sent(0);
    const headers = new Headers({ 'x-ratelimit-limit-requests': '50', 'x-ratelimit-remaining-requests': '30' });
    probe.observe(readHeaders(headers, 0), true, 0, 0);
    assert.equal(budget.inferFromRefusal(0), false);
    assert.equal(budget.limitOf('inputTokens'), undefined);
  });
});
