import assert from 'node:assert/strict';
import { presentQuota } from '../../../src/host/quotaPresenter';
import { bucketOf, laneOf, now } from './snapshots';

describe('The quota view', () => {
  it('says how to learn the limits while they are unknown', () => {
    for (const lanes of [[], [laneOf({ queued: 3 })]]) {
      const [only, ...others] = presentQuota(lanes, now);
      assert.equal(only?.label, '$(question) Limits are unknown yet');
      assert.match(only?.detail ?? '', /Send a message/);
      assert.deepEqual(others, []);
    }
  });

  it('lists every bucket with what is left, when it is full, and when the API last told of it', () => {
    const lane = laneOf({
      requests: bucketOf(50, 50, -1, now - 5_000),
      outputTokens: bucketOf(0.4, 8_000, 59_000, now - 86_400_000),
      queued: 2,
      running: 1,
    });
    assert.deepEqual(presentQuota([lane], now), [
      { label: 'claude-sonnet-5-5 · demo', isHeading: true, description: undefined, detail: undefined },
      {
        label: '$(pulse) Requests',
        isHeading: false,
        description: '50 of 50 left (100 %)',
        detail: 'Full. The API last told its level at 14:05:15',
      },
      {
        label: '$(circle-slash) Output tokens',
        isHeading: false,
        description: '0 of 8k left (0 %)',
        detail: 'Full at 14:06:19. The API last told its level at 2026-03-04 14:05:20',
      },
      { label: '$(list-ordered) 2 waiting, 1 running', isHeading: false, description: undefined, detail: undefined },
    ]);
  });

  it('tells what a lane as a whole waits for, as long as it does', () => {
    const held = { reason: 'rateLimited', until: now + 8_000 } as const;
    const lane = laneOf({ requests: bucketOf(0, 50, 60_000), held });
    assert.equal(presentQuota([lane], now).at(-1)?.detail, 'Waiting for the rate limit until 14:05:28');
    assert.equal(presentQuota([lane], held.until).at(-1)?.detail, undefined);
  });

  it('has a heading for every lane, also where the organization is unknown', () => {
    const lanes = ['opus-4.x', 'claude-haiku'].map((group) =>
      laneOf({ group, organization: undefined, requests: bucketOf(1, 5) }),
    );
    const headings = presentQuota(lanes, now).filter(({ isHeading }) => isHeading);
    assert.deepEqual(
      headings.map(({ label }) => label),
      ['opus-4.x', 'claude-haiku'],
    );
  });
});
