import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Forecast, Usage } from '../../../src/client/types';
import { cacheLoss, judgeFit, lastRequestOf, measureContext, type Fit } from '../../../src/conversation/fit';
import type { Room } from '../../../src/conversation/history/policy';
import { answer, question } from './history/turns';

const room: Room = { windowTokens: 10_000, reservedForAnswer: 2_000, perMinute: 5_000 };
const now = 1_000_000;
const open: Forecast = { inputTokens: 900, outputTokens: 400, startsAt: now, reason: undefined, tooLarge: undefined };

describe('Whether a request fits', () => {
  const cases: readonly (readonly [string, Partial<Forecast>, number, Fit])[] = [
    ['fits when it could start now', {}, 1_000, { kind: 'fits', tokens: 1_000 }],
    [
      'fits when nobody would notice the wait',
      { startsAt: now + 900, reason: 'turn' },
      1_000,
      { kind: 'fits', tokens: 1_000 },
    ],
    [
      'waits until the limit allows it',
      { startsAt: now + 20_000, reason: 'inputTokens' },
      1_000,
      { kind: 'waits', until: now + 20_000, reason: 'inputTokens' },
    ],
    [
      'waits for its turn when no limit is named',
      { startsAt: now + 20_000 },
      1_000,
      { kind: 'waits', until: now + 20_000, reason: 'turn' },
    ],
    ['is open while the limits are unknown', { startsAt: undefined }, 1_000, { kind: 'unknown' }],
    ['just fills the window', {}, 8_000, { kind: 'fits', tokens: 8_000 }],
    [
      'is too large for the window, whatever the limits are',
      { startsAt: undefined },
      8_001,
      { kind: 'tooLarge', limit: 'window', tokens: 8_001, limitTokens: 8_000 },
    ],
    [
      'is too large for a minute when the client says so',
      { inputTokens: 3_900, startsAt: undefined, tooLarge: { dimension: 'inputTokens', limit: 4_000, amount: 4_500 } },
      4_600,
      { kind: 'tooLarge', limit: 'minute', tokens: 4_500, limitTokens: 4_000 },
    ],
    [
      'is too large for a minute by its answer',
      { tooLarge: { dimension: 'outputTokens', limit: 300, amount: 400 } },
      1_000,
      { kind: 'tooLarge', limit: 'minute', tokens: 400, limitTokens: 300 },
    ],
    [
      'is too large for a minute that can never hold it',
      { inputTokens: 5_001 },
      5_200,
      { kind: 'tooLarge', limit: 'minute', tokens: 5_001, limitTokens: 5_000 },
    ],
    [
      'fits a minute that it passes only with its cached part',
      { inputTokens: 600 },
      7_000,
      { kind: 'fits', tokens: 7_000 },
    ],
  ];
  for (const [behaviour, change, composedTokens, fit] of cases) {
    it(behaviour, () => {
      assert.deepEqual(judgeFit({ forecast: { ...open, ...change }, composedTokens, room, now }), fit);
    });
  }
});

describe('What is used of the window', () => {
  const usage: Usage = { inputTokens: 100, outputTokens: 50, cacheReadTokens: 800, cacheWriteTokens: 100 };

  it('is told beside what is kept for the answer and what is free', () => {
    assert.deepEqual(measureContext({ composed: { estimatedTokens: 3_000 }, room, lastUsage: usage }), {
      usedTokens: 3_000,
      reservedTokens: 2_000,
      freeTokens: 5_000,
      windowTokens: 10_000,
      cacheShare: 0.8,
    });
  });

  it('has no share of the cache before there was a request, or when it took nothing', () => {
    const nothing = { inputTokens: 0, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 };
    for (const lastUsage of [undefined, nothing]) {
      assert.equal(measureContext({ composed: { estimatedTokens: 1 }, room, lastUsage }).cacheShare, undefined);
    }
  });

  it('is never more free than there is, whatever is asked for', () => {
    const size = fc.nat({ max: 20_000 });
    fc.assert(
      fc.property(size, size, size, size, size, (estimatedTokens, windowTokens, reservedForAnswer, read, fresh) => {
        const lastUsage = { inputTokens: fresh, outputTokens: 0, cacheReadTokens: read, cacheWriteTokens: 0 };
        const measured = measureContext({
          composed: { estimatedTokens },
          room: { windowTokens, reservedForAnswer, perMinute: undefined },
          lastUsage,
        });
        const { usedTokens, reservedTokens, freeTokens, cacheShare = 0 } = measured;
        assert.ok(freeTokens >= 0 && reservedTokens <= windowTokens && cacheShare >= 0 && cacheShare <= 1);
        if (usedTokens + reservedTokens <= windowTokens) {
          assert.equal(usedTokens + reservedTokens + freeTokens, windowTokens);
        }
      }),
    );
  });
});

describe('Switching the model', () => {
  const usage: Usage = { inputTokens: 100, outputTokens: 50, cacheReadTokens: 7_000, cacheWriteTokens: 500 };
  const account = { usage, costUsd: 0.01, waitedMs: 60_000, firstTextMs: 400, totalMs: 70_000, attempts: 1 };
  const path = [question('q1', 'Why?'), answer('a1', 'So.', { at: now, model: 'one', account })];
  const lose = (later: number, from = 'one', to = 'other') => cacheLoss({ path, from, to, now: now + later });

  it('loses what was read from the cache or written to it for the last answer', () => {
    assert.deepEqual(lose(100_000), { tokens: 7_500 });
  });

  it('loses nothing five minutes after the request was taken', () => {
    assert.deepEqual(lose(359_999), { tokens: 7_500 });
    assert.equal(lose(360_000), undefined);
  });

  it('counts the last request of an answer only, from when that was taken', () => {
    const last = { usage: { ...usage, cacheReadTokens: 3_000, cacheWriteTokens: 0 }, at: now + 200_000 };
    const continued = answer('a1', 'So.', { at: now, model: 'one', account: { ...account, last } });
    const loseAt = (later: number) => cacheLoss({ path: [continued], from: 'one', to: 'other', now: now + later });
    assert.deepEqual(loseAt(499_999), { tokens: 3_000 });
    assert.equal(loseAt(500_000), undefined);
    assert.equal(lastRequestOf(continued), last);
    assert.deepEqual(lastRequestOf(answer('a1', 'So.', { at: now, account })), { usage, at: now + 60_000 });
    assert.equal(lastRequestOf(answer('a1', 'So.')), undefined);
  });

  it('loses nothing when the model stays, or was not the last to answer', () => {
    assert.equal(lose(0, 'one', 'one'), undefined);
    assert.equal(lose(0, 'third', 'other'), undefined);
  });

  it('loses nothing when nothing was cached, or nothing was answered', () => {
    const plain = { ...account, usage: { ...usage, cacheReadTokens: 0, cacheWriteTokens: 0 } };
    const uncached = [answer('a1', 'So.', { at: now, model: 'one', account: plain })];
    assert.equal(cacheLoss({ path: uncached, from: 'one', to: 'other', now }), undefined);
    assert.equal(cacheLoss({ path: [question('q1', 'Why?')], from: 'one', to: 'other', now }), undefined);
  });
});
