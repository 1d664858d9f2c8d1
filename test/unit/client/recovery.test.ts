import assert from 'node:assert/strict';
import { Recovery } from '../../../src/client/recovery';

/** A refusal of a request that started when it was refused, and a server that says "at once". */
function setup() {
  const recovery = new Recovery(() => 0.5);
  const refuse = (now: number) =>
    recovery.refused(
      { isRamp: false, isExplained: true, startedAt: now, retryAt: now, running: 1, inputTokens: 100, refillPerMs: 0 },
      now,
    );
  return { recovery, refuse };
}

describe('the recovery of a lane', () => {
  it('takes the server at its word once, and backs off when that did not hold', () => {
    const { refuse } = setup();
    assert.equal(refuse(0), 0);
    assert.equal(refuse(10), 10 + 1_000);
    assert.equal(refuse(2_000), 2_000 + 2_000);
  });

  it('takes it at its word again once a request was accepted', () => {
    const { recovery, refuse } = setup();
    refuse(0);
    recovery.accepted(10, true);
    assert.equal(refuse(20), 20);
  });

  it('lets go of a hold when a request that began after it was accepted, not for one that began before', () => {
    const { recovery, refuse } = setup();
    refuse(100);
    recovery.holdUntil('rateLimited', 900_000);
    recovery.accepted(50, true);
    assert.equal(recovery.findHold(200)?.at, 900_000);
    recovery.accepted(150, true);
    assert.equal(recovery.findHold(200), undefined);
  });

  it('forgets the refusals of an organization with its limits', () => {
    const { recovery, refuse } = setup();
    refuse(0);
    recovery.holdUntil('rateLimited', 600_000);
    recovery.forgetLimits();
    assert.equal(recovery.findHold(10), undefined);
    assert.equal(refuse(10), 10);
  });
});
