import assert from 'node:assert/strict';
import type { Simulator } from '../../simulator/simulator';
import { createSimulator, demoKey } from '../../simulator/simulator';
import type { RunningServer } from '../../simulator/server';
import { createVirtualClock, model, parseEvents, post, textOf } from './support';

describe('Control over HTTP', () => {
  let simulator: Simulator;
  let server: RunningServer;

  beforeEach(async () => {
    simulator = createSimulator({ clock: createVirtualClock() });
    server = await simulator.listen();
  });

  afterEach(() => server.close());

  const send = () => post(fetch, server.url);

  async function command(name: string, body: unknown = {}) {
    const response = await fetch(`${server.url}/_simulator/${name}`, { method: 'POST', body: JSON.stringify(body) });
    const result: unknown = await response.json();
    return { status: response.status, result };
  }

  it('adds faults and clears them', async () => {
    const match = { model };
    assert.deepEqual(await command('faults', { fault: { kind: 'overloaded' }, times: 'always', match }), {
      status: 200,
      result: {},
    });
    assert.equal((await send()).status, 529);
    assert.equal((await send()).status, 529);
    await command('clearFaults');
    await command('faults', { fault: { kind: 'earlyClose', afterDeltas: 1 } });
    assert.equal(parseEvents(await (await send()).text()).at(-1)?.type, 'content_block_delta');
  });

  it('changes limits, where null is unlimited', async () => {
    await command('limits', { limits: { requestsPerMinute: 7, inputTokensPerMinute: null }, scope: { group: model } });
    const { requests, inputTokens } = simulator.levels(model);
    assert.deepEqual([requests.limit, inputTokens.limit], [7, Infinity]);
  });

  it('lets another client take tokens', async () => {
    await command('takeElsewhere', { amounts: { inputTokens: null, outputTokens: 1_000 }, model });
    await command('drain', { share: 0.5, timing: { forMs: 1_000 } });
    const { result } = await command('levels', { model });
    assert.deepEqual(result, {
      requests: { limit: 50, level: 50, fullInMs: 0 },
      inputTokens: { limit: 30_000, level: 0, fullInMs: 60_000 },
      outputTokens: { limit: 8_000, level: 7_000, fullInMs: 7_500 },
    });
  });

  it('scripts answers and changes headers', async () => {
    await command('script', { answers: [{ text: 'From afar.' }] });
    await command('headers', { style: 'none' });
    const response = await send();
    assert.equal(response.headers.get('anthropic-ratelimit-requests-limit'), null);
    assert.equal(textOf(parseEvents(await response.text())), 'From afar.');
  });

  it('adds and revokes keys', async () => {
    await command('revokeKey', { key: 'key-1' });
    assert.equal((await send()).status, 401);
    await command('addKey', { key: demoKey });
    assert.equal((await send()).status, 200);
  });

  it('reads the log from where it was read before, and resets', async () => {
    await send();
    await send();
    const { result } = await command('log', { after: 1 });
    const { attempts }: { attempts: readonly { number: number; status: number; keyId: string }[] } = JSON.parse(
      JSON.stringify(result),
    );
    assert.deepEqual(
      attempts.map(({ number, status, keyId }) => ({ number, status, keyId })),
      [{ number: 2, status: 200, keyId: 'key-1' }],
    );
    await command('reset');
    assert.equal(simulator.log.attempts.length, 0);
    assert.equal(simulator.levels(model).requests.level, 50);
  });

  it('refuses what it does not understand, and says what', async () => {
    const wrong = await command('faults', { fault: { kind: 'earthquake' } });
    assert.equal(wrong.status, 400);
    assert.match(JSON.stringify(wrong.result), /kind/);
    assert.equal((await command('limits', { limits: { requestPerMinute: 5 } })).status, 400);
    assert.equal((await command('toString')).status, 404);
    assert.equal((await fetch(`${server.url}/_simulator/log`)).status, 404);
  });

  it('is not part of the in-process API', async () => {
    const response = await simulator.fetch(`${server.url}/_simulator/log`, { method: 'POST', body: '{}' });
    assert.equal(response.status, 401);
  });
});

describe('The loopback server', () => {
  it('listens on loopback only, and closing ends open streams', async () => {
    const simulator = createSimulator();
    const server = await simulator.listen();
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    simulator.faults.add({ kind: 'stall', afterDeltas: 0 });
    const response = await post(fetch, server.url);
    await server.close();
    await server.close();
    await assert.rejects(response.text(), TypeError);
    assert.equal(simulator.running, 0);
    await assert.rejects(post(fetch, server.url), TypeError);
  });
});
