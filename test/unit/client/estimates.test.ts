import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { CacheReads } from '../../../src/client/cacheReads';
import { dimensions, mapAmounts, noAmounts } from '../../../src/client/dimensions';
import { Headroom } from '../../../src/client/headroom';
import { TokenEstimator } from '../../../src/client/tokens';

const tokens = fc.integer({ min: 0, max: 200_000 });

describe('the headroom for a person', () => {
  const capacity = { requests: 1_000, inputTokens: 500_000, outputTokens: 100_000 };
  const question = { requests: 1, inputTokens: 2_000, outputTokens: 400 };
  const of = (headroom: Headroom) => headroom.amounts((dimension) => capacity[dimension]);

  it('is a hundredth of each bucket before anybody has asked', () => {
    assert.deepEqual(of(new Headroom()), { requests: 10, inputTokens: 5_000, outputTokens: 1_000 });
  });

  it('is a question of the usual size and a quarter once people have asked', () => {
    const headroom = new Headroom();
    headroom.learn(question);
    assert.deepEqual(of(headroom), { requests: 1.25, inputTokens: 2_500, outputTokens: 500 });
  });

  it('follows what people ask for, and a single large question only a little', () => {
    const headroom = new Headroom();
    headroom.learn(question);
    headroom.learn({ ...question, inputTokens: 12_000 });
    assert.equal(of(headroom).inputTokens, 3_000 * 1.25);
    for (let each = 0; each < 60; each++) headroom.learn({ ...question, inputTokens: 8_000 });
    assert.ok(Math.abs(of(headroom).inputTokens - 10_000) < 100);
  });

  it('is nothing where no limit is known', () => {
    const headroom = new Headroom();
    assert.deepEqual(
      headroom.amounts(() => Infinity),
      noAmounts,
    );
    headroom.learn(question);
    assert.deepEqual(
      headroom.amounts(() => Infinity),
      noAmounts,
    );
  });

  it('is never more than a twenty-fifth of a bucket, whatever people ask for', () => {
    const amounts = fc.record({ requests: tokens, inputTokens: tokens, outputTokens: tokens });
    fc.assert(
      fc.property(fc.array(amounts), amounts, (asked, capacities) => {
        const headroom = new Headroom();
        for (const each of asked) headroom.learn(each);
        const kept = headroom.amounts((dimension) => capacities[dimension]);
        for (const dimension of dimensions) {
          assert.ok(kept[dimension] >= 0 && kept[dimension] <= capacities[dimension] * 0.04);
        }
      }),
    );
  });

  it('lies in each dimension by what is asked for in that one', () => {
    const headroom = new Headroom();
    headroom.learn({ requests: 0, inputTokens: 100, outputTokens: 0 });
    assert.deepEqual(of(headroom), { ...mapAmounts(() => 0), inputTokens: 125 });
  });
});

function createCache(reports: readonly (readonly [read: number, written: number])[] = []) {
  const cache = new CacheReads();
  for (const [read, written] of reports) cache.learn('source', read, written);
  return cache;
}

describe('what a source reads from the cache', () => {
  it('is nothing before it has reported', () => {
    const cache = createCache();
    assert.equal(cache.estimateBilled('source', 5_000), 5_000);
    assert.equal(cache.expectBilled('source', 50_000, 10), 50_000);
  });

  it('is what its first request wrote', () => {
    const cache = createCache([[0, 1_000]]);
    assert.equal(cache.expectBilled('source', 50_000, 10), 40_000);
    const estimate = cache.estimateBilled('source', 5_000);
    assert.ok(estimate > 4_100 && estimate < 4_500, `${estimate}: with a margin, the cache can be missed`);
  });

  it('is counted on in full when it has been the same for long', () => {
    const cache = createCache([[0, 1_000], ...Array.from({ length: 30 }, () => [1_000, 0] as const)]);
    assert.ok(cache.estimateBilled('source', 5_000) < 4_001);
  });

  it('is not counted on once the cache has expired', () => {
    const cache = createCache([[0, 1_000], ...Array.from({ length: 30 }, () => [1_000, 0] as const), [0, 1_000]]);
    assert.equal(cache.estimateBilled('source', 5_000), 5_000);
  });

  it('says nothing of another source', () => {
    assert.equal(createCache([[0, 1_000]]).estimateBilled('other', 5_000), 5_000);
  });

  it('leaves at least a twentieth to be billed, and at most all, and an estimate never below the average', () => {
    const report = fc.tuple(tokens, tokens);
    fc.assert(
      fc.property(fc.array(report, { maxLength: 20 }), tokens, (reports, total) => {
        const cache = createCache(reports);
        const expected = cache.expectBilled('source', total, 1);
        const estimate = cache.estimateBilled('source', total);
        assert.ok(expected >= total * 0.05 && expected <= estimate && estimate <= total, `${expected}, ${estimate}`);
      }),
    );
  });

  it('is forgotten of the source that reported longest ago, when there are very many', () => {
    const cache = createCache([[0, 1_000]]);
    cache.learn('idle', 0, 1_000);
    for (let each = 0; each < 498; each++) cache.learn(`job ${each}`, 0, 1_000);
    cache.learn('source', 1_000, 0);
    cache.learn('one too many', 0, 1_000);
    assert.equal(cache.estimateBilled('idle', 5_000), 5_000);
    assert.ok(cache.estimateBilled('source', 5_000) < 5_000);
  });
});

/** The model's requests are mostly prose, one token for one by its characters; `code` has two. */
function createExpectation(reportsOfCode: number) {
  const estimator = new TokenEstimator();
  for (let each = 0; each < 20; each++) estimator.calibrate(1_000, 'claude-new', 'prose', 1_000);
  for (let each = 0; each < reportsOfCode; each++) estimator.calibrate(1_000, 'claude-new', 'code', 2_000);
  return (source: string) => estimator.expect(1_000, 'claude-new', source);
}

describe('token estimates by source', () => {
  it('go by all of the model until the source has reported three times', () => {
    const expected = createExpectation(2);
    assert.ok(expected('code') > 1_000 && expected('code') < 1_500, `${expected('code')}`);
    assert.equal(expected('code'), expected('unknown'));
  });

  it('go by the kind of text of the source from then on', () => {
    const expected = createExpectation(3);
    assert.equal(expected('code'), 2_000);
    assert.equal(expected('prose'), 1_000);
    assert.ok(expected('unknown') > 1_000 && expected('unknown') < 2_000);
  });

  it('have a margin of their own: little for a source that is always alike among others that are not', () => {
    const estimator = new TokenEstimator();
    for (let each = 0; each < 40; each++) {
      estimator.calibrate(1_000, 'claude-new', 'steady', 1_000);
      estimator.calibrate(1_000, 'claude-new', 'wild', each % 2 === 0 ? 500 : 2_000);
    }
    assert.ok(estimator.estimate(1_000, 'claude-new', 'steady') < 1_100);
    assert.ok(estimator.estimate(1_000, 'claude-new', 'wild') > 2_000);
  });

  it('keep models apart, also for one source', () => {
    const estimator = new TokenEstimator();
    for (let each = 0; each < 5; each++) estimator.calibrate(1_000, 'claude-sonnet-4-5', 'source', 2_000);
    assert.equal(estimator.expect(1_000, 'claude-sonnet-4-6', 'source'), 1_000);
  });
});
