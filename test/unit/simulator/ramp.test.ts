import assert from 'node:assert/strict';
import { setup } from './support';

/** Every request counts 100 tokens. */
function setupRamp(startTokens: number) {
  return setup({
    answer: () => ({ inputTokens: 100, outputTokens: 1 }),
    ramp: { windowMs: 10_000, startTokens, doublesEveryMs: 20_000 },
  });
}

describe('Ramp', () => {
  it('refuses what a window cannot hold, says why and until when, and charges nothing for it', async () => {
    const { send, clock, simulator } = setupRamp(250);
    await send();
    await clock.advance(4_000);
    assert.equal((await send()).status, 200);
    const before = simulator.log.attempts.length;
    const refused = await send();
    assert.equal(refused.status, 429);
    assert.equal(simulator.log.attempts[before]?.errorCode, 'ramp_limit_exceeded');
    assert.equal(simulator.log.attempts[before]?.shortage, undefined);
    assert.equal(refused.headers.get('retry-after'), '6');
    assert.notEqual(refused.headers.get('anthropic-ratelimit-input-tokens-remaining'), null);
    await clock.advance(5_999);
    assert.equal((await send()).status, 429);
    await clock.advance(1);
    assert.equal((await send()).status, 200);
  });

  it('doubles what a window may hold, from the first request on', async () => {
    const { send, clock } = setupRamp(200);
    const admitted = async () => {
      let count = 0;
      while ((await send()).status === 200) count++;
      return count;
    };
    assert.equal(await admitted(), 2);
    await clock.advance(20_000);
    assert.equal(await admitted(), 4);
    await clock.advance(20_000);
    assert.equal(await admitted(), 8);
  });

  it('names the next doubling where that comes before the window is free', async () => {
    const { send, clock } = setupRamp(100);
    await send();
    await clock.advance(18_000);
    assert.equal((await send()).status, 200);
    assert.equal((await send()).headers.get('retry-after'), '2');
  });

  it('admits by an empty window what no window could hold', async () => {
    const { send, clock } = setupRamp(50);
    assert.equal((await send()).status, 200);
    assert.equal((await send()).status, 429);
    await clock.advance(10_000);
    assert.equal((await send()).status, 200);
  });

  it('starts afresh with the simulator, and is not there unless asked for', async () => {
    const { send, simulator } = setupRamp(100);
    await send();
    assert.equal((await send()).status, 429);
    simulator.reset();
    assert.equal((await send()).status, 200);
    const free = setup({ answer: () => ({ inputTokens: 100, outputTokens: 1 }) });
    for (let count = 0; count < 20; count++) assert.equal((await free.send()).status, 200);
  });
});
