import assert from 'node:assert/strict';
import { budgetState } from '../../../src/usage/budgetState';
import { inZone } from './zones';

const now = Date.parse('2026-11-17T12:00:00+05:45');
const tomorrow = Date.parse('2026-11-18T00:00:00+05:45');
const nextMonth = Date.parse('2026-12-01T00:00:00+05:45');

function judge(dailyUsd: number | undefined, monthlyUsd: number | undefined, todayUsd: number, monthUsd: number) {
  return inZone('Asia/Kathmandu', () => budgetState({ dailyUsd, monthlyUsd }, { todayUsd, monthUsd }, now));
}

describe('A budget', () => {
  it('is none without a cap', () => {
    const none = { kind: 'none', period: undefined, spentUsd: 0, capUsd: 0, until: undefined };
    assert.deepEqual(judge(undefined, undefined, 5, 5), none);
    assert.deepEqual(judge(Number.NaN, Infinity, 5, 5), none);
  });

  it('is near its end at 80 % and reached at the whole of it', () => {
    const kinds = [7.9, 8, 9.99, 10, 11].map((spent) => judge(10, undefined, spent, 0).kind);
    assert.deepEqual(kinds, ['ok', 'near', 'near', 'reached', 'reached']);
  });

  it('starts anew with the next day or month of the local clock', () => {
    assert.deepEqual(judge(10, undefined, 10, 10), {
      kind: 'reached',
      period: 'day',
      spentUsd: 10,
      capUsd: 10,
      until: tomorrow,
    });
    assert.deepEqual(judge(undefined, 10, 0, 9), {
      kind: 'near',
      period: 'month',
      spentUsd: 9,
      capUsd: 10,
      until: nextMonth,
    });
  });

  it('tells of the cap that is nearer to its end', () => {
    assert.equal(judge(10, 100, 5, 20).period, 'day');
    assert.equal(judge(10, 100, 5, 60).period, 'month');
    assert.deepEqual([judge(10, 100, 10, 90).period, judge(10, 100, 10, 90).kind], ['day', 'reached']);
  });

  it('tells of the month when both are reached: it holds longer', () => {
    assert.equal(judge(10, 100, 50, 100).period, 'month');
  });

  it('of nothing is reached at once', () => {
    assert.equal(judge(0, undefined, 0, 0).kind, 'reached');
    assert.equal(judge(undefined, 0, 0, 0).kind, 'reached');
  });
});
