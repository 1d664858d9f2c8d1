import assert from 'node:assert/strict';
import type { Fault, RefusalFault } from '../../simulator/faults';
import type { Simulator, SimulatorOptions } from '../../simulator/simulator';
import { createSimulator, demoKey } from '../../simulator/simulator';
import type { Face } from './faces';
import { faces } from './faces';
import type { SendOptions } from './support';
import { model, parseEvents, post, readAll, setup, textOf } from './support';

type AnsweredFault = Exclude<RefusalFault, { kind: 'connectionLost' }>;

const refusals: readonly (readonly [AnsweredFault, number, string, string | undefined])[] = [
  [{ kind: 'unauthorized' }, 401, 'authentication_error', undefined],
  [{ kind: 'billing' }, 402, 'billing_error', undefined],
  [{ kind: 'forbidden' }, 403, 'permission_error', undefined],
  [{ kind: 'conflict' }, 409, 'conflict_error', undefined],
  [{ kind: 'rateLimited' }, 429, 'rate_limit_error', undefined],
  [{ kind: 'rampLimited' }, 429, 'rate_limit_error', 'ramp_limit_exceeded'],
  [{ kind: 'spendLimit' }, 429, 'rate_limit_error', 'enforced_spend_limit_reached'],
  [{ kind: 'contractSpendLimit' }, 429, 'rate_limit_error', 'contract_spend_limit_reached'],
  [{ kind: 'ownSpendLimit' }, 400, 'invalid_request_error', undefined],
  [{ kind: 'internalError' }, 500, 'api_error', undefined],
  [{ kind: 'unavailable' }, 503, 'api_error', undefined],
  [{ kind: 'timeout' }, 504, 'timeout_error', undefined],
  [{ kind: 'overloaded' }, 529, 'overloaded_error', undefined],
];

interface ErrorBody {
  readonly error: { readonly message: string };
}

for (const { name, open } of faces) {
  describe(`Faults over ${name}`, () => {
    let simulator: Simulator;
    let face: Face;

    /** Pings soon, so that a stall with pings need not be waited for. */
    const options: SimulatorOptions = { outputTokens: 40, pace: { pingIntervalMs: 5 } };

    beforeEach(async () => {
      simulator = createSimulator(options);
      face = await open(simulator);
    });

    afterEach(() => face.close());

    const send = (sent?: SendOptions) => post(face.fetch, face.url, sent);

    for (const [fault, status, type, errorCode] of refusals) {
      it(`"${fault.kind}" answers ${status} once, and charges nothing`, async () => {
        simulator.faults.add(fault);
        const response = await send();
        const body: ErrorBody = JSON.parse(await response.text());
        const requestId = response.headers.get('request-id');
        assert.equal(response.status, status);
        assert.equal(response.headers.get('retry-after'), null);
        const details = errorCode === undefined ? {} : { details: { error_code: errorCode } };
        assert.deepEqual(body, {
          type: 'error',
          error: { type, message: body.error.message, ...details },
          request_id: requestId,
        });
        assert.equal(simulator.levels(model).requests.level, 50);
        assert.equal(simulator.log.last?.errorCode, errorCode);
        assert.equal(simulator.log.last?.outcome, 'refused');
        assert.equal((await send()).status, 200);
      });
    }

    it('"rateLimited" says when to come back in the given form, beside the limits as they are', async () => {
      simulator.faults.add({ kind: 'rateLimited', retryAfter: 16 });
      simulator.faults.add({ kind: 'rateLimited', retryAfter: 'Tue, 24 Nov 2026 12:00:16 GMT' });
      const seconds = await send();
      assert.equal(seconds.headers.get('retry-after'), '16');
      assert.equal(seconds.headers.get('anthropic-ratelimit-requests-remaining'), '50');
      assert.equal((await send()).headers.get('retry-after'), 'Tue, 24 Nov 2026 12:00:16 GMT');
    });

    it('carries extra headers', async () => {
      simulator.faults.add({ kind: 'overloaded', headers: { 'x-should-retry': 'false' } });
      assert.equal((await send()).headers.get('x-should-retry'), 'false');
    });

    it('"tooLarge" answers with a page of the edge, not with JSON', async () => {
      simulator.faults.add({ kind: 'tooLarge' });
      const response = await send();
      assert.equal(response.status, 413);
      assert.equal(response.headers.get('content-type'), 'text/html');
      assert.match(await response.text(), /^<html>/);
    });

    it('"connectionLost" rejects the call', async () => {
      simulator.faults.add({ kind: 'connectionLost' });
      await assert.rejects(send(), TypeError);
      assert.equal(simulator.log.last?.status, undefined);
      assert.equal(simulator.log.last?.outcome, 'broken');
    });

    it('"midStreamError" sends an error event after the deltas, and charges them', async () => {
      simulator.faults.add({ kind: 'midStreamError', afterDeltas: 3 });
      const response = await send();
      const events = parseEvents(await response.text());
      assert.equal(response.status, 200);
      assert.deepEqual(
        events.map(({ type }) => type).filter((type) => type !== 'ping'),
        ['message_start', 'content_block_start', ...Array<string>(3).fill('content_block_delta'), 'error'],
      );
      assert.equal(events.at(-1)?.error?.type, 'overloaded_error');
      assert.equal(simulator.log.last?.usage?.outputTokens, 12);
      assert.equal(simulator.log.last?.outcome, 'broken');
    });

    it('"earlyClose" ends the body cleanly without message_stop', async () => {
      simulator.faults.add({ kind: 'earlyClose', afterDeltas: 2 });
      const { text, error } = await readAll(await send());
      assert.equal(error, undefined);
      assert.equal(parseEvents(text).at(-1)?.type, 'content_block_delta');
    });

    it('"socketLost" errors the body after the deltas', async () => {
      simulator.faults.add({ kind: 'socketLost', afterDeltas: 2 });
      const { text, error } = await readAll(await send());
      assert.ok(error instanceof TypeError);
      assert.equal(error.message, 'terminated');
      // A body that errors may drop what was not read yet; what was read is a prefix of what was sent.
      assert.ok(parseEvents(text).filter(({ type }) => type === 'content_block_delta').length <= 2);
      assert.equal(simulator.log.last?.usage?.outputTokens, 8);
    });

    for (const hasPings of [false, true]) {
      it(`"stall" goes silent ${hasPings ? 'but for pings' : 'altogether'} until the client gives up`, async () => {
        simulator.faults.add({ kind: 'stall', afterDeltas: 1, hasPings });
        const abort = new AbortController();
        const response = await send({ signal: abort.signal });
        const reader = response.body?.getReader();
        const decoder = new TextDecoder();
        let text = '';
        const isAwaited = () => {
          const types = parseEvents(text).map(({ type }) => type);
          return types.includes('content_block_delta') && (!hasPings || types.slice(-2).join() === 'ping,ping');
        };
        while (!isAwaited()) text += decoder.decode((await reader?.read())?.value, { stream: true });
        assert.equal(simulator.running, 1);
        abort.abort();
        await assert.rejects(async () => reader?.read(), { name: 'AbortError' });
        await until(() => simulator.running === 0);
        assert.equal(simulator.log.last?.outcome, 'aborted');
      });
    }

    it('"keyRevokedMidStream" ends the stream, and the key is refused from then on', async () => {
      simulator.faults.add({ kind: 'keyRevokedMidStream', afterDeltas: 1 });
      const events = parseEvents(await (await send()).text());
      assert.equal(events.at(-1)?.error?.type, 'authentication_error');
      assert.equal((await send()).status, 401);
    });

    it('a key revoked by its owner ends its running streams', async () => {
      simulator.faults.add({ kind: 'stall', afterDeltas: 1 });
      const response = await send();
      simulator.revokeKey(demoKey);
      const events = parseEvents(await response.text());
      assert.equal(events.at(-1)?.error?.type, 'authentication_error');
      assert.equal((await send()).status, 401);
      simulator.addKey({ key: demoKey });
      assert.equal((await send()).status, 200);
    });

    it('an abort before the headers rejects the call and is noted', async () => {
      simulator.script({ firstByteMs: 3_600_000 });
      const abort = new AbortController();
      const pending = send({ signal: abort.signal });
      await until(() => simulator.running === 1);
      abort.abort();
      await assert.rejects(pending, { name: 'AbortError' });
      await until(() => simulator.running === 0);
      assert.equal(simulator.log.last?.outcome, 'aborted');
      assert.equal(simulator.log.last?.status, undefined);
    });

    it('faults of an answer that is not streamed become its status', async () => {
      simulator.faults.add({ kind: 'midStreamError', afterDeltas: 2 });
      const failed = await send({ body: { stream: false } });
      assert.equal(failed.status, 529);
      simulator.faults.add({ kind: 'earlyClose', afterDeltas: 2 });
      await assert.rejects(send({ body: { stream: false } }), TypeError);
    });

    it('a reset ends what runs', async () => {
      simulator.faults.add({ kind: 'stall', afterDeltas: 1 });
      const response = await send();
      simulator.reset();
      assert.ok((await readAll(response)).error instanceof TypeError);
      assert.equal(simulator.log.attempts.length, 0);
    });
  });
}

describe('A body that is lost in this process', () => {
  it('errors only when all that was sent has been read', async () => {
    const { simulator, send } = setup({ outputTokens: 40 });
    simulator.faults.add({ kind: 'socketLost', afterDeltas: 7 });
    const { text, error } = await readAll(await send());
    assert.ok(error instanceof TypeError);
    assert.equal(parseEvents(text).filter(({ type }) => type === 'content_block_delta').length, 7);
  });
});

describe('The choice of faults', () => {
  const overloaded: Fault = { kind: 'overloaded' };

  it('takes them in order, each as often as asked for', async () => {
    const { simulator, send } = setup();
    simulator.faults.add(overloaded, { times: 2 });
    simulator.faults.add({ kind: 'unavailable' });
    assert.deepEqual(await statuses(send, {}, {}, {}, {}), [529, 529, 503, 200]);
  });

  it('lasts until it is cleared', async () => {
    const { simulator, send } = setup();
    const fault = simulator.faults.add(overloaded, { times: Infinity });
    assert.deepEqual(await statuses(send, {}, {}, {}), [529, 529, 529]);
    assert.equal(fault.hits, 3);
    fault.clear();
    assert.deepEqual(await statuses(send, {}), [200]);
  });

  it('spares requests that do not match', async () => {
    const { simulator, send } = setup({ keys: [{ key: 'one' }, { key: 'two' }] });
    simulator.faults.add(overloaded, { match: { model: 'claude-opus-5' } });
    simulator.faults.add({ kind: 'forbidden' }, { match: { keyId: 'key-2' } });
    simulator.faults.add({ kind: 'billing' }, { match: { bodyIncludes: 'money' } });
    simulator.faults.add({ kind: 'conflict' }, { match: ({ body }) => body?.['max_tokens'] === 77 });
    const result = await statuses(
      send,
      { key: 'one' },
      { key: 'one', body: { model: 'claude-opus-5' } },
      { key: 'two' },
      { key: 'one', text: 'money' },
      { key: 'one', body: { max_tokens: 77 } },
    );
    assert.deepEqual(result, [200, 529, 403, 402, 409]);
  });

  it('leaves other endpoints alone, unless they are meant', async () => {
    const { simulator } = setup();
    const list = () => simulator.fetch('http://api.test/v1/models', { headers: { 'x-api-key': demoKey } });
    simulator.faults.add(overloaded, { times: Infinity });
    assert.equal((await list()).status, 200);
    simulator.faults.clear();
    simulator.faults.add({ kind: 'unavailable' }, { match: { path: '*' } });
    assert.equal((await list()).status, 503);
  });

  it('keeps the fault of an answer for a request that is admitted', async () => {
    const { simulator, send, clock } = setup({ limits: { requestsPerMinute: 1 } });
    simulator.takeElsewhere({ requests: Infinity }, model);
    const fault = simulator.faults.add({ kind: 'earlyClose', afterDeltas: 1 });
    assert.deepEqual(await statuses(send, {}), [429]);
    assert.equal(fault.hits, 0);
    await clock.advance(60_000);
    assert.deepEqual(await statuses(send, {}), [200]);
    assert.equal(fault.hits, 1);
  });

  it('slows the first byte by the time given', async () => {
    const { simulator, send, clock } = setup({ pace: { firstByteMs: 500 } });
    simulator.faults.add({ kind: 'slowFirstByte', delayMs: 20_000 });
    const pending = send();
    await clock.advance(20_500);
    const { text } = await readAll(await pending);
    assert.ok(textOf(parseEvents(text)).length > 0);
    const { at = 0, firstByteAt = 0 } = simulator.log.last ?? {};
    assert.equal(firstByteAt - at, 20_500);
  });
});

/** The statuses of requests sent one after the other. */
async function statuses(send: (options?: SendOptions) => Promise<Response>, ...sent: readonly SendOptions[]) {
  const result: number[] = [];
  for (const each of sent) result.push((await send(each)).status);
  return result;
}

/** A condition that never comes true must end the run, not only the test. */
const patienceMs = 5_000;

/** Lets everything that is due run, until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  const givesUpAt = performance.now() + patienceMs;
  while (!condition()) {
    assert.ok(performance.now() < givesUpAt, `still waiting for ${String(condition)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
