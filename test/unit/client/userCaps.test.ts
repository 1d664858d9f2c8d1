import assert from 'node:assert/strict';
import { windowMs } from '../../../src/client/slidingWindow';
import { UserCaps } from '../../../src/client/userCaps';

const amounts = { requests: 1, inputTokens: 800, outputTokens: 100 };

function setup() {
  const caps = new UserCaps({ requestsPerMinute: 10, inputTokensPerMinute: 1_000, outputTokensPerMinute: 1_000 });
  return { caps, claim: caps.reserve(amounts), readyAt: (now: number) => caps.findShortage(amounts, now)?.at ?? now };
}

describe('the caps of the user', () => {
  it('count the input of a request that left and was lost, because the server may have taken it', () => {
    const { caps, claim, readyAt } = setup();
    claim.sent();
    claim.end(5_000);
    assert.equal(caps.held, 0);
    assert.equal(readyAt(5_000), 5_000 + windowMs);
  });

  it('count the input of a request that was answered and broke off before its usage came', () => {
    const { claim, readyAt } = setup();
    claim.sent();
    claim.arrived(true, 1_000);
    claim.end(5_000);
    assert.equal(readyAt(5_000), 5_000 + windowMs);
  });

  it('count no input that an error of the server declined, and none that never left', () => {
    const { caps, claim, readyAt } = setup();
    claim.sent();
    claim.arrived(false, 1_000);
    claim.end(1_000);
    assert.equal(readyAt(1_000), 1_000);
    caps.reserve(amounts).end(1_000);
    assert.equal(readyAt(1_000), 1_000);
  });

  it('count what the usage says, once it is known', () => {
    const { claim, readyAt } = setup();
    claim.sent();
    claim.settleInput(200, 1_000);
    claim.end(5_000);
    assert.equal(readyAt(5_000), 5_000);
  });

  it('say what is still held', () => {
    const { caps, claim } = setup();
    assert.equal(caps.held, 1 + 1 + 800 + 100);
    claim.end(0);
    assert.equal(caps.held, 0);
  });
});
