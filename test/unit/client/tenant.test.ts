import assert from 'node:assert/strict';
import { Attempt } from '../../../src/client/attempt';
import type { Clock } from '../../../src/client/clock';
import { Tenant } from '../../../src/client/tenant';
import { UserCaps } from '../../../src/client/userCaps';

const amounts = { requests: 1, inputTokens: 1_000, outputTokens: 500 };
/** So much later than the monotonic clock are the times people are shown. */
const epochOffset = 1_000_000;

function setup() {
  let now = 0;
  const clock: Clock = {
    now: () => epochOffset + now,
    monotonic: () => now,
    schedule: () => ({ dispose: () => {} }),
  };
  const tenant = new Tenant(clock);
  const caps = new UserCaps({});
  /** Told by the headers that 10 of 60 requests are left. */
  const start = () => {
    const attempt: Attempt = new Attempt({
      clock,
      budget: tenant.budget,
      amounts,
      mostOutput: amounts.outputTokens,
      capClaim: caps.reserve(amounts),
      onHeaders: (reading, isSuccess) => attempt.observe(reading, isSuccess),
      onUsage: () => {},
    });
    const call = attempt.callWith('demo-key-good');
    return { attempt, call };
  };
  const headers = new Headers({
    'anthropic-ratelimit-requests-limit': '60',
    'anthropic-ratelimit-requests-remaining': '10',
  });
  return { tenant, start, headers, passTo: (at: number) => (now = at) };
}

describe('the tenant of a lane', () => {
  it('has no name until a response has told one, and goes by it then', () => {
    const { tenant, start } = setup();
    const { attempt } = start();
    const { budget } = tenant;
    assert.equal(tenant.adopt(attempt, undefined), false);
    assert.equal(tenant.organization, undefined);
    assert.equal(tenant.adopt(attempt, 'org-one'), false);
    assert.equal(tenant.adopt(attempt, 'org-one'), false);
    assert.equal(tenant.organization, 'org-one');
    assert.equal(tenant.budget, budget, 'what was learned before it had a name was of the same');
  });

  it('keeps its name when a response names none', () => {
    const { tenant, start } = setup();
    const { attempt } = start();
    tenant.adopt(attempt, 'org-one');
    assert.equal(tenant.adopt(attempt, undefined), false);
    assert.equal(tenant.organization, 'org-one');
    assert.ok(tenant.isOf(attempt));
  });

  it('knows nothing of the limits of another organization', () => {
    const { tenant, start, headers } = setup();
    const { attempt, call } = start();
    tenant.adopt(attempt, 'org-one');
    call.onSent();
    call.onHeaders(headers, true);
    assert.equal(tenant.snapshot('requests')?.limit, 60);
    assert.equal(tenant.adopt(start().attempt, 'org-other'), true);
    assert.equal(tenant.organization, 'org-other');
    assert.equal(tenant.snapshot('requests'), undefined);
    assert.equal(tenant.budget.isKnown, false);
  });

  it('takes with it the attempt that told, and none that was made for the former', () => {
    const { tenant, start, headers } = setup();
    const [former, telling] = [start(), start()];
    tenant.adopt(former.attempt, 'org-one');
    tenant.adopt(telling.attempt, 'org-other');
    assert.ok(tenant.isOf(telling.attempt));
    assert.ok(!tenant.isOf(former.attempt));
    former.call.onSent();
    former.call.onHeaders(headers, true);
    assert.equal(tenant.snapshot('requests'), undefined, 'what the former is told is not of this one');
  });

  it('goes on counting what is reserved with the former until it has ended, and each attempt once', () => {
    const { tenant, start } = setup();
    const [former, telling] = [start(), start()];
    tenant.adopt(former.attempt, 'org-one');
    assert.equal(tenant.pledged, 2 * 1_501);
    tenant.adopt(telling.attempt, 'org-other');
    assert.equal(tenant.pledged, 2 * 1_501);
    telling.attempt.end('served');
    assert.equal(tenant.pledged, 1_501);
    former.attempt.end('served');
    assert.equal(tenant.pledged, 0);
  });

  it('tells the time of the full bucket as people tell time', () => {
    const { tenant, start, headers, passTo } = setup();
    const { attempt, call } = start();
    passTo(5_000);
    call.onSent();
    call.onHeaders(headers, true);
    // 50 are missing, at one a second.
    assert.deepEqual(tenant.snapshot('requests'), {
      limit: 60,
      remaining: 10,
      resetAt: epochOffset + 55_000,
      observedAt: epochOffset + 5_000,
    });
    attempt.end('served');
  });
});
