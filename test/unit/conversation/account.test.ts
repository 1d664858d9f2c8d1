import assert from 'node:assert/strict';
import { addAccounts } from '../../../src/conversation/account';
import { someAccount } from './setup';

describe('What two requests for one answer took', () => {
  it('is what one took when the other is known to have taken nothing', () => {
    assert.equal(addAccounts(undefined, undefined), undefined);
    assert.equal(addAccounts(someAccount, undefined), someAccount);
    assert.equal(addAccounts(undefined, someAccount), someAccount);
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
