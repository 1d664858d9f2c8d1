import assert from 'node:assert/strict';
import { toKeyUsage, type DayUsage } from '../../../src/usage/keyUsage';
import { findUnusual } from '../../../src/usage/unusual';
import type { UsageEntry } from '../../../src/usage/usageEntry';
import { addTotals, noUsage, totalsOf } from '../../../src/usage/usageTotals';

const usage = { inputTokens: 10, outputTokens: 20, cacheReadTokens: 30, cacheWriteTokens: 40 };

function entry(given: Partial<UsageEntry> = {}): UsageEntry {
  return { keyId: 'k', model: 'm', at: 0, outcome: 'done', usage, costUsd: 0.5, refusals: 0, ...given };
}

function day(daysAgo: number, costUsd: number, model = 'm'): DayUsage {
  return { model, daysAgo, totals: totalsOf(entry({ costUsd })) };
}

describe('What a request adds', () => {
  it('is its tokens, its cost and the refusals on its way', () => {
    assert.deepEqual(totalsOf(entry({ refusals: 2 })), {
      ...noUsage,
      ...usage,
      requests: 1,
      refusals: 2,
      costUsd: 0.5,
    });
  });

  it('is an error when it failed, and none when it was cancelled', () => {
    const errors = (['done', 'failed', 'cancelled'] as const).map((outcome) => totalsOf(entry({ outcome })).errors);
    assert.deepEqual(errors, [0, 1, 0]);
  });

  const costs: readonly (readonly [what: string, given: Partial<UsageEntry>, isUnknown: boolean])[] = [
    ['known with a price', {}, false],
    ['known where it is free', { costUsd: 0 }, false],
    ['unknown without a price', { costUsd: undefined }, true],
    ['unknown when it makes no sense', { costUsd: Number.NaN }, true],
    ['unknown when it was done and told nothing', { usage: undefined, costUsd: undefined }, true],
    [
      'known to be nothing when it failed before it began',
      { outcome: 'failed', usage: undefined, costUsd: undefined },
      false,
    ],
    [
      'known to be nothing when no token was used',
      { usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }, costUsd: undefined },
      false,
    ],
  ];
  for (const [what, given, isUnknown] of costs) {
    it(`has a cost that is ${what}`, () => assert.equal(totalsOf(entry(given)).hasUnknownCost, isUnknown));
  }

  it('is nothing where it makes no sense', () => {
    const strange = { inputTokens: Number.NaN, outputTokens: -5, cacheReadTokens: Infinity, cacheWriteTokens: 1.6 };
    const totals = totalsOf(entry({ usage: strange, refusals: -1, costUsd: -1 }));
    assert.deepEqual(totals, { ...noUsage, requests: 1, cacheWriteTokens: 2, hasUnknownCost: true });
  });

  it('leaves the sum in doubt once one of them was', () => {
    const known = totalsOf(entry());
    const unknown = totalsOf(entry({ costUsd: undefined }));
    assert.ok(addTotals(known, unknown).hasUnknownCost && addTotals(unknown, known).hasUnknownCost);
    assert.equal(addTotals(known, unknown).costUsd, 0.5);
  });
});

describe('What a key has used', () => {
  it('is told for today, 7 days and 30 days, each with today in it', () => {
    const days = [0, 1, 6, 7, 29, 30].map((daysAgo) => day(daysAgo, 1));
    const { today, week, month } = toKeyUsage('k', 7, days);
    assert.deepEqual([today.requests, week.requests, month.requests], [1, 3, 5]);
    assert.deepEqual([today.costUsd, week.costUsd, month.costUsd], [1, 3, 5]);
  });

  it('is told for each model that was used in 30 days, the one that cost most first', () => {
    const days = [day(0, 0.1, 'cheap'), day(3, 0.1, 'cheap'), day(9, 5, 'dear'), day(30, 50, 'old')];
    const { models } = toKeyUsage('k', 7, days);
    assert.deepEqual(
      models.map(({ model, today, week, month }) => [model, today.requests, week.requests, month.requests]),
      [
        ['dear', 0, 0, 1],
        ['cheap', 1, 2, 2],
      ],
    );
  });

  it('is nothing without use', () => {
    const nothing = { today: noUsage, week: noUsage, month: noUsage, models: [], unusual: undefined };
    assert.deepEqual(toKeyUsage('k', undefined, []), { keyId: 'k', lastUsedAt: undefined, ...nothing });
  });

  it('is unusual on a day that cost five times the average of those before, over all models', () => {
    const before = [1, 8, 30].map((daysAgo) => day(daysAgo, 0.4));
    assert.equal(toKeyUsage('k', 7, [...before, day(0, 1.9)]).unusual, undefined);
    const { unusual } = toKeyUsage('k', 7, [...before, day(0, 1), day(0, 1.1, 'other')]);
    assert.equal(unusual?.todayUsd, 2.1);
    assert.ok(Math.abs((unusual?.averageUsd ?? 0) - 0.4) < 1e-9);
  });
});

describe('Unusual use', () => {
  it('is none as long as nobody can say what is usual', () => {
    assert.equal(findUnusual(100, [0, 0, 1, 1, 0]), undefined);
    assert.deepEqual(findUnusual(100, [0, 1, 1, 1, 0]), { todayUsd: 100, averageUsd: 1 });
  });

  it('is none below a dollar', () => {
    assert.equal(findUnusual(0.99, [0.01, 0.01, 0.01]), undefined);
    assert.ok(findUnusual(1, [0.01, 0.01, 0.01]));
  });

  it('begins at exactly five times the average of the days on which something was spent', () => {
    assert.equal(findUnusual(9.99, [2, 0, 2, 2]), undefined);
    assert.ok(findUnusual(10, [2, 0, 2, 2]));
  });
});
