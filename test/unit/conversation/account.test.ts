import assert from 'node:assert/strict';
import { addAccounts } from '../../../src/conversation/account';
import { someAccount } from './setup';

describe('What two requests for one answer took', () => {
  it('is what one took when the other is known to have taken nothing', () => {
    assert.equal(addAccounts(undefined, undefined), undefined);
    assert.equal(addAccounts(someAccount, undefined), someAccount);
    assert.equal(addAccounts(undefined, someAccount), someAccount);
  });

  it('is the sum of both in everything, with the later one by itself', () => {
    const first = {
      usage: { inputTokens: 1, outputTokens: 20, cacheReadTokens: 300, cacheWriteTokens: 4_000 },
      costUsd: 0.5,
      waitedMs: 10,
      firstTextMs: 200,
      totalMs: 3_000,
      attempts: 1,
      last: { usage: someAccount.usage, at: 7 },
    };
    const second = {
      usage: { inputTokens: 5, outputTokens: 60, cacheReadTokens: 700, cacheWriteTokens: 8_000 },
      costUsd: 0.25,
      waitedMs: 40,
      firstTextMs: 500,
      totalMs: 6_000,
      attempts: 2,
      last: { usage: someAccount.usage, at: 8 },
    };
    const sum = {
      usage: { inputTokens: 6, outputTokens: 80, cacheReadTokens: 1_000, cacheWriteTokens: 12_000 },
      costUsd: 0.75,
      waitedMs: 50,
      firstTextMs: 200,
      totalMs: 9_000,
      attempts: 3,
      last: second.last,
    };
    assert.deepEqual(addAccounts(first, second), sum);
    assert.deepEqual(addAccounts(second, first)?.last, second.last, 'whichever is added to the other');
    const { last: _last, ...older } = second;
    assert.deepEqual(addAccounts(first, older)?.last, first.last);
  });

  it('costs an unknown sum as soon as one cost is unknown', () => {
    const unknown = { ...someAccount, costUsd: undefined };
    assert.equal(addAccounts(someAccount, unknown)?.costUsd, undefined);
    assert.equal(addAccounts(unknown, someAccount)?.costUsd, undefined);
    assert.equal(addAccounts(someAccount, { ...someAccount, costUsd: 0 })?.costUsd, someAccount.costUsd);
  });

  it('had its first text when the first of them had', () => {
    const without = { ...someAccount, firstTextMs: undefined };
    assert.equal(addAccounts(without, { ...someAccount, firstTextMs: 7 })?.firstTextMs, 7);
    assert.equal(addAccounts({ ...someAccount, firstTextMs: 5 }, { ...someAccount, firstTextMs: 7 })?.firstTextMs, 5);
  });

  it('counts what is cached for an hour, where that is told', () => {
    const anHour = { ...someAccount, usage: { ...someAccount.usage, cacheWrite1hTokens: 3 } };
    assert.equal(addAccounts(someAccount, anHour)?.usage.cacheWrite1hTokens, 3);
    assert.equal(addAccounts(anHour, anHour)?.usage.cacheWrite1hTokens, 6);
    assert.ok(!('cacheWrite1hTokens' in (addAccounts(someAccount, someAccount)?.usage ?? {})));
  });
});
