import assert from 'node:assert/strict';
import type { Adapter, ApiFailure, BatchAdapter, Call } from '../../../src/client/adapter';
import { Engine } from '../../../src/client/engine';
import type { BatchEntry } from '../../../src/client/types';
import type { VirtualTime } from '../../support/virtualTime';
import { installVirtualTime } from '../../support/virtualTime';
import {
  apiKey,
  batchBody,
  endedBody,
  entry,
  errorOf,
  failureOf,
  json,
  linesOf,
  setup,
  succeeded,
} from './batchAnswers';

describe('A batch call in trouble', () => {
  let time: VirtualTime;
  beforeEach(() => (time = installVirtualTime()));
  afterEach(() => time.uninstall());

  const uncertain: Readonly<Record<string, readonly [answer: () => Response | Promise<Response>, reason: string]>> = {
    'a lost connection': [() => Promise.reject(new TypeError('fetch failed')), 'network'],
    'an answer that breaks off': [
      () => new Response('{"id": "msgb', { headers: { 'content-type': 'application/json' } }),
      'network',
    ],
    'an answer that is no batch': [() => json({ ok: true }), 'network'],
    'a server that broke down': [() => errorOf(500, 'api_error', 'Internal server error'), 'incomplete'],
    'a gateway without an answer': [() => new Response('<html>', { status: 502 }), 'incomplete'],
    'a gateway whose upstream was reset': [() => new Response('reset', { status: 503 }), 'incomplete'],
    'a gateway that waited too long': [() => errorOf(504, 'timeout_error', 'too long'), 'incomplete'],
    'a server that waited too long': [() => new Response('', { status: 408 }), 'incomplete'],
  };
  for (const [what, [answer, reason]] of Object.entries(uncertain)) {
    it(`is not made a second time after ${what}`, async () => {
      const { batches, sent } = setup([answer]);
      const error = await time.until(failureOf(batches.create([entry('a')])));
      assert.equal(error.reason, reason);
      assert.equal(sent.length, 1);
    });
  }

  it('is made again after a refusal, which says that there is no batch', async () => {
    const { batches, sent } = setup([
      () => errorOf(529, 'overloaded_error', 'Overloaded'),
      () => new Response('{}', { status: 429, headers: { 'retry-after': '7' } }),
      () => json(batchBody()),
    ]);
    assert.equal((await time.until(batches.create([entry('a')]))).id, 'msgbatch_1');
    assert.equal(sent.length, 3);
    assert.ok(time.elapsedMs >= 7_000);
  });

  it('fails for good where that helps nobody, without the key in its message', async () => {
    const { batches, sent } = setup([() => errorOf(400, 'invalid_request_error', `bad ${apiKey}`)]);
    const error = await time.until(failureOf(batches.create([entry('a')])));
    assert.equal(error.reason, 'invalid');
    assert.doesNotMatch(error.message + JSON.stringify(error.cause), new RegExp(apiKey));
    assert.equal(sent.length, 1);
  });

  it('never follows a redirect', async () => {
    const { batches, sent } = setup([
      () => new Response('', { status: 307, headers: { location: 'https://elsewhere.example/' } }),
    ]);
    assert.equal((await time.until(failureOf(batches.create([entry('a')])))).reason, 'invalid');
    assert.equal(sent.length, 1);
  });

  it('is repeated when it only asks', async () => {
    const { batches, sent } = setup([() => Promise.reject(new TypeError('fetch failed')), () => json(batchBody())]);
    assert.equal((await time.until(batches.get('msgbatch_1'))).id, 'msgbatch_1');
    assert.equal(sent.length, 2);
  });

  it('tells each result once, although the stream breaks off and begins anew', async () => {
    const all = ['a', 'b', 'c', 'd'].map((customId) => succeeded(customId));
    const whole = linesOf(...all);
    const { batches, told, collect, sent } = setup([
      () => json(endedBody({ succeeded: 4 })),
      // Between two lines, and in the middle of one: neither is an error of the connection.
      () => new Response(linesOf(...all.slice(0, 2))),
      () => new Response(whole.slice(0, -20)),
      () => new Response(linesOf(...all.toReversed())),
    ]);
    await time.until(batches.results('msgbatch_1', collect));
    assert.deepEqual(
      told.map(([customId]) => customId),
      ['a', 'b', 'c', 'd'],
    );
    assert.equal(sent.length, 4);
  });

  it('says so when results are missing in the end', async () => {
    const { batches, told, collect } = setup(
      [() => json(endedBody({ succeeded: 2 })), () => new Response(`${linesOf(succeeded('a'))}no JSON\n`)],
      { retry: { maxAttempts: 3 } },
    );
    assert.equal((await time.until(failureOf(batches.results('msgbatch_1', collect)))).reason, 'incomplete');
    assert.equal(told.length, 1);
  });

  it('ends when it is called off or the client closes', async () => {
    const { batches, client } = setup([() => new Promise(() => {})]);
    const leaving = new AbortController();
    const first = failureOf(batches.create([entry('a')], { signal: leaving.signal }));
    await time.flush();
    leaving.abort();
    assert.equal((await time.until(first)).reason, 'cancelled');
    const second = failureOf(batches.get('msgbatch_1'));
    await time.flush();
    await time.until(client.close());
    assert.equal((await time.until(second)).reason, 'closed');
    assert.equal((await time.until(failureOf(batches.list(0)))).reason, 'closed');
  });

  it('counts among the calls of the person who has capped them', async () => {
    const { batches, sent } = setup([() => json(batchBody())], { limits: { requestsPerMinute: 1 } });
    await time.until(batches.get('msgbatch_1'));
    await time.until(batches.get('msgbatch_1'));
    assert.equal(sent.length, 2);
    assert.ok(time.elapsedMs >= 60_000);
  });
});

const nothing = () => Promise.reject(new Error('not here'));
const failure: ApiFailure = {
  status: undefined,
  type: undefined,
  errorCode: undefined,
  message: 'lost',
  requestId: undefined,
};

/** Sent, and then nothing more comes. */
function silent(_entries: readonly BatchEntry[], call: Call): Promise<never> {
  call.onSent();
  return new Promise((_resolve, reject) => call.signal.addEventListener('abort', () => reject(new Error('aborted'))));
}

describe('Silence during a batch call', () => {
  let time: VirtualTime;
  beforeEach(() => (time = installVirtualTime()));
  afterEach(() => time.uninstall());

  function setupAdapter(batches: Partial<BatchAdapter>) {
    const adapter: Adapter = {
      stream: nothing,
      countTokens: nothing,
      models: nothing,
      batches: { create: nothing, get: nothing, list: nothing, cancel: nothing, results: nothing, ...batches },
      explain: () => failure,
    };
    return new Engine({ apiKey }, { clock: time.clock, random: () => 0.5, loadAdapter: async () => adapter });
  }

  it('is taken for a dead connection, and what was to be made is not made again', async () => {
    const { batches } = setupAdapter({ create: silent });
    assert.equal((await time.until(failureOf(batches.create([entry('a')])))).reason, 'stalled');
    assert.ok(Math.abs(time.elapsedMs - 180_000) < 100, `${time.elapsedMs} ms`);
  });

  it('lasts longer where much has to leave first', async () => {
    const { batches } = setupAdapter({ create: silent });
    const content = 'x'.repeat(12_500_000);
    const large = entry('a', { messages: [{ role: 'user', content }] });
    assert.equal((await time.until(failureOf(batches.create([large])))).reason, 'stalled');
    assert.ok(Math.abs(time.elapsedMs - 280_000) < 100, `${time.elapsedMs} ms`);
  });

  it('is none while results come, however long that takes', async () => {
    const info = {
      id: 'msgbatch_1',
      state: 'ended',
      createdAt: 0,
      expiresAt: 1,
      endedAt: 1,
      counts: { processing: 0, succeeded: 0, errored: 0, canceled: 30, expired: 0 },
      hasResults: true,
    } as const;
    const { batches } = setupAdapter({
      get: async () => info,
      results: async (_id, call, onResult) => {
        call.onSent();
        call.onHeaders(new Headers(), true);
        for (let index = 0; index < 30; index++) {
          await new Promise((resolve) => setTimeout(resolve, 60_000));
          if (call.signal.aborted) return 0;
          call.onBytes();
          onResult(`e${index}`, { kind: 'canceled' });
        }
        return 0;
      },
    });
    let told = 0;
    await time.until(batches.results('msgbatch_1', () => told++));
    assert.equal(told, 30);
    assert.equal(time.elapsedMs, 30 * 60_000);
  });
});
