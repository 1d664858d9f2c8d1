import assert from 'node:assert/strict';
import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { Lease } from '../../../src/host/chat/lease';
import { noon } from '../store/setup';

const leaseMs = 15_000;

function setup({ isFree = true } = {}) {
  const claims: number[] = [];
  const state = { isFree, failure: undefined as Error | undefined, released: 0 };
  const lease = new Lease(
    (until) => {
      if (state.failure) throw state.failure;
      claims.push(until);
      return state.isFree;
    },
    () => {
      state.released++;
      if (state.failure) throw state.failure;
    },
  );
  return { lease, claims, state };
}

describe('The right to answer', () => {
  let clock: Clock;
  beforeEach(() => {
    clock = FakeTimers.install({ now: noon, toFake: ['setInterval', 'clearInterval', 'Date'] });
  });
  afterEach(() => clock.uninstall());

  it('is renewed in time while it is held, and then given back', () => {
    const { lease, claims, state } = setup();
    assert.ok(lease.claim());
    for (let second = 0; second < 60; second++) {
      clock.tick(1_000);
      assert.ok((claims.at(-1) ?? 0) > Date.now(), 'it ran out');
    }
    lease.release();
    const count = claims.length;
    clock.tick(60_000);
    assert.equal(claims.length, count);
    assert.equal(state.released, 1);
    assert.equal(clock.countTimers(), 0);
  });

  it('runs out soon when its window is gone', () => {
    const { lease, claims } = setup();
    lease.claim();
    assert.deepEqual(claims, [noon + leaseMs]);
  });

  it('is not had while another window has it, and nothing is given back then', () => {
    const { lease, state } = setup({ isFree: false });
    assert.ok(!lease.claim());
    lease.release();
    assert.equal(state.released, 0);
    assert.equal(clock.countTimers(), 0);
  });

  it('is renewed once at a time, however often it is claimed', () => {
    const { lease, claims } = setup();
    lease.claim();
    lease.claim();
    clock.tick(5_000);
    assert.equal(claims.length, 3);
  });

  it('is not kept from anybody by a store that fails', () => {
    const { lease, state, claims } = setup();
    state.failure = new Error('full');
    assert.ok(lease.claim());
    clock.tick(5_000);
    state.failure = undefined;
    clock.tick(5_000);
    assert.equal(claims.length, 1, 'it is taken when there is room again');
    state.failure = new Error('full');
    lease.release();
    assert.equal(clock.countTimers(), 0);
  });
});
