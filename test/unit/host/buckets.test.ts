import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { knownBuckets, laneFor, shareOf, tighterTokens, toBucketViews } from '../../../src/host/buckets';
import { bucketOf, laneOf, now } from './snapshots';

describe('The buckets of a lane', () => {
  it('are those that someone has told of, in the order of the display', () => {
    const lane = laneOf({ outputTokens: bucketOf(1, 2), requests: bucketOf(3, 4) });
    assert.deepEqual(
      knownBuckets(lane).map(({ label }) => label),
      ['Requests', 'Output tokens'],
    );
    assert.deepEqual(knownBuckets(laneOf()), []);
    assert.deepEqual(knownBuckets(undefined), []);
  });

  it('are shown with their level in words', () => {
    const lane = laneOf({
      requests: bucketOf(50, 50),
      inputTokens: bucketOf(7_499, 30_000),
      outputTokens: bucketOf(0.5, 8_000),
    });
    assert.deepEqual(toBucketViews(lane), [
      { label: 'Requests', remaining: '50', limit: '50', share: 1, level: 'plenty' },
      { label: 'Input', remaining: '7.4k', limit: '30k', share: 7_499 / 30_000, level: 'low' },
      { label: 'Output', remaining: '0', limit: '8k', share: 0.5 / 8_000, level: 'empty' },
    ]);
    assert.equal(toBucketViews(laneOf({ requests: bucketOf(25, 100) }))[0]?.level, 'plenty');
  });

  it('have a share between nothing and all, whatever the numbers', () => {
    const numbers = fc.double({ noNaN: true });
    fc.assert(
      fc.property(numbers, numbers, (remaining, limit) => {
        const share = shareOf(bucketOf(remaining, limit));
        assert.ok(
          Number.isNaN(share) ? !Number.isFinite(remaining) && !Number.isFinite(limit) : share >= 0 && share <= 1,
        );
      }),
    );
    assert.equal(shareOf(bucketOf(0, 0)), 0);
  });
});

describe('The tokens that run out first', () => {
  const input = bucketOf(10_000, 30_000);

  it('are those with the smaller share, not the smaller number', () => {
    assert.equal(tighterTokens(laneOf({ inputTokens: input, outputTokens: bucketOf(7_000, 8_000) })), input);
    const output = bucketOf(2_000, 8_000);
    assert.equal(tighterTokens(laneOf({ inputTokens: input, outputTokens: output })), output);
  });

  it('are the only ones known', () => {
    assert.equal(tighterTokens(laneOf({ inputTokens: input })), input);
    assert.equal(tighterTokens(laneOf({ outputTokens: input })), input);
    assert.equal(tighterTokens(laneOf({ requests: input })), undefined);
  });
});

describe('The lane that is shown', () => {
  const older = laneOf({ group: 'opus-4.x', requests: bucketOf(1, 5, 0, now - 2_000) });
  const newer = laneOf({ group: 'claude-haiku', requests: bucketOf(1, 5, 0, now - 1_000) });
  const silent = laneOf({ group: 'claude-silent' });

  it('is that of the model, whose group may have another name', () => {
    assert.equal(laneFor([silent, newer, older], 'claude-opus-4-8'), older);
    assert.equal(laneFor([older, newer, silent], 'claude-silent'), silent);
  });

  it('is the one heard of last while the model has none', () => {
    assert.equal(laneFor([silent, older, newer], 'claude-new'), newer);
    assert.equal(laneFor([], 'claude-new'), undefined);
  });

  it('is the one heard of last where several organizations have the model', () => {
    const other = laneOf({ group: 'opus-4.x', organization: 'other', requests: bucketOf(1, 5, 0, now) });
    assert.equal(laneFor([older, other], 'claude-opus-4-8'), other);
  });
});
