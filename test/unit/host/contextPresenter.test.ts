import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { presentContext } from '../../../src/host/chat/contextPresenter';

describe('The context ring', () => {
  it('shows what is used, what is reserved for the answer, and what is free', () => {
    const use = {
      usedTokens: 44_000,
      reservedTokens: 18_000,
      freeTokens: 138_000,
      windowTokens: 200_000,
      cacheShare: 0.837,
    };
    assert.deepEqual(presentContext(use), {
      used: '44k',
      reserved: '18k',
      free: '138k',
      window: '200k',
      usedShare: 0.22,
      reservedShare: 0.09,
      cache: '83 % from the cache',
    });
  });

  it('says nothing of a cache that gave nothing', () => {
    const use = { usedTokens: 1, reservedTokens: 1, freeTokens: 98, windowTokens: 100 };
    for (const cacheShare of [undefined, 0, 0.009]) {
      assert.equal(presentContext({ ...use, cacheShare }).cache, undefined);
    }
    assert.equal(presentContext({ ...use, cacheShare: 1 }).cache, '100 % from the cache');
  });

  it('never draws more than one full ring', () => {
    const tokens = fc.nat(3_000_000);
    fc.assert(
      fc.property(tokens, tokens, tokens, (usedTokens, reservedTokens, windowTokens) => {
        const view = presentContext({ usedTokens, reservedTokens, freeTokens: 0, windowTokens, cacheShare: undefined });
        assert.ok(view.usedShare >= 0 && view.reservedShare >= 0);
        assert.ok(view.usedShare + view.reservedShare <= 1);
      }),
    );
  });
});
