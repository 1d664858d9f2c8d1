import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readHeaders } from '../../../src/client/headers';

const now = Date.UTC(2026, 10, 24, 12);
const at = (ms: number) => new Date(now + ms);
const read = (headers: Record<string, string>) => readHeaders(new Headers(headers), now);

describe('the headers of a response', () => {
  it('tell the three buckets of the API, the tokens to the nearest thousand', () => {
    const { requests, inputTokens, outputTokens } = read({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': at(1_000).toISOString(),
      'anthropic-ratelimit-input-tokens-limit': '30000',
      'anthropic-ratelimit-input-tokens-remaining': '29000',
      'anthropic-ratelimit-input-tokens-reset': at(2_000).toISOString(),
      'anthropic-ratelimit-output-tokens-limit': '8000',
    });
    assert.deepEqual(requests, {
      limit: 50,
      remaining: 49,
      remainingError: 0,
      fullInMs: 1_000,
      fullErrorMs: 1_000,
      resetInMs: undefined,
    });
    assert.deepEqual(inputTokens, {
      limit: 30_000,
      remaining: 29_000,
      remainingError: 500,
      fullInMs: 2_000,
      fullErrorMs: 1_000,
      resetInMs: undefined,
    });
    assert.equal(outputTokens?.limit, 8_000);
    assert.equal(outputTokens.remaining, undefined);
  });

  it('are never scheduled on by the combined tokens, which hide an empty bucket', () => {
    const reading = read({
      'anthropic-ratelimit-tokens-limit': '90000',
      'anthropic-ratelimit-tokens-remaining': '80000',
    });
    assert.equal(reading.inputTokens, undefined);
    assert.equal(reading.outputTokens, undefined);
  });

  it('may all be missing', () => {
    assert.deepEqual(
      Object.values(read({})).filter((value) => value !== undefined),
      [],
    );
  });

  it('are read by the clock of the server, which may be minutes off', () => {
    const skewMs = 120_000;
    const { requests, retryAfterMs } = read({
      date: at(skewMs).toUTCString(),
      'retry-after': at(skewMs + 10_000).toUTCString(),
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-reset': at(skewMs + 30_000).toISOString(),
    });
    assert.ok(Math.abs((requests?.fullInMs ?? 0) - 30_000) <= 500);
    assert.ok(
      retryAfterMs !== undefined && retryAfterMs >= 10_000 && retryAfterMs <= 11_000,
      'rather too late than too early',
    );
  });

  for (const skewMs of [-1_900, -900, 900, 1_900]) {
    it(`with a date to retry at never promise it too early, by a clock that is off by ${skewMs} ms`, () => {
      for (let phaseMs = 0; phaseMs < 1_000; phaseMs += 100) {
        // HTTP dates carry whole seconds: that of the answer is cut off, and that of the retry must not be.
        const server = now + phaseMs + skewMs;
        const retry = Math.ceil((server + 10_000) / 1_000) * 1_000;
        const reading = readHeaders(
          new Headers({ date: new Date(server).toUTCString(), 'retry-after': new Date(retry).toUTCString() }),
          now + phaseMs,
        );
        const { retryAfterMs = 0 } = reading;
        assert.ok(retryAfterMs >= retry - server && retryAfterMs <= 12_000, `${retryAfterMs}`);
      }
    });
  }

  it('that name a limit of 0 name none: no wait would ever end', () => {
    const { requests } = read({ 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' });
    assert.equal(requests?.limit, undefined);
    assert.equal(requests?.remaining, 0);
    assert.equal(read({ 'anthropic-ratelimit-input-tokens-limit': '0' }).inputTokens, undefined);
  });

  const retryAfters: readonly (readonly [Record<string, string>, number | undefined])[] = [
    [{ 'retry-after': '16' }, 16_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '16', 'retry-after-ms': '15500' }, 16_000],
    [{ 'retry-after': '1', 'retry-after-ms': '1500' }, 1_500],
    [{ 'retry-after': '9'.repeat(20) }, 100 * 365 * 86_400_000],
    [{ 'retry-after': at(20_000).toUTCString() }, 20_000],
    [{ 'retry-after': at(-20_000).toUTCString() }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [
      {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': String(now / 1_000 + 60),
      },
      60_000,
    ],
    [
      {
        'anthropic-ratelimit-unified-status': 'allowed',
        'anthropic-ratelimit-unified-reset': String(now / 1_000 + 60),
      },
      undefined,
    ],
    [{ 'retry-after': '-5' }, undefined],
    [{}, undefined],
  ];
  for (const [headers, expected] of retryAfters) {
    it(`tell how long to wait: ${JSON.stringify(headers)}`, () => assert.equal(read(headers).retryAfterMs, expected));
  }

  it('tell who answered, and whether a retry makes sense', () => {
    const reading = read({ 'anthropic-organization-id': 'org-1', 'request-id': 'req-1', 'x-should-retry': 'false' });
    assert.equal(reading.organization, 'org-1');
    assert.equal(reading.requestId, 'req-1');
    assert.equal(reading.shouldRetry, false);
  });

  const resets: readonly (readonly [string, number | undefined])[] = [
    ['6m0s', 360_000],
    ['1s', 1_000],
    ['1.5s', 1_500],
    ['120ms', 120],
    ['1h2m3s', 3_723_000],
    ['7', 7_000],
    ['later', undefined],
  ];
  for (const [reset, expected] of resets) {
    it(`of an OpenAI-style gateway are understood: ${reset}`, () => {
      const { requests, inputTokens } = read({
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': reset,
        'x-ratelimit-limit-tokens': '150000',
        'x-ratelimit-remaining-tokens': '149984',
      });
      assert.equal(requests?.limit, 60);
      assert.equal(requests.resetInMs, expected);
      assert.equal(requests.fullInMs, undefined, 'which need not be when it is full');
      assert.equal(inputTokens?.remaining, 149_984);
    });
  }

  const plain: readonly (readonly [string, Record<string, string>])[] = [
    ['a delay', { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '40', 'x-ratelimit-reset': '30' }],
    [
      'a time',
      { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '40', 'x-ratelimit-reset': String(now / 1_000 + 30) },
    ],
    [
      'a time in milliseconds',
      { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '40', 'x-ratelimit-reset': String(now + 30_000) },
    ],
    ['the older draft', { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '40', 'ratelimit-reset': '30' }],
    ['the middle draft', { ratelimit: 'limit=100, remaining=40, reset=30' }],
    ['the newer draft', { 'ratelimit-policy': '"default";q=100;w=60', ratelimit: '"default";r=40;t=30' }],
    ['another window', { 'ratelimit-policy': '"default";q=50;w=30', ratelimit: '"default";r=40;t=30' }],
  ];
  for (const [name, headers] of plain) {
    it(`of other gateways are understood: ${name}`, () => {
      const { requests } = read(headers);
      assert.deepEqual([requests?.limit, requests?.remaining, requests?.resetInMs], [100, 40, 30_000]);
    });
  }

  it('of a gateway without retry-after say when to come back, once its bucket is empty', () => {
    const headers = { 'x-ratelimit-limit': '100', 'x-ratelimit-reset': '30' };
    assert.equal(read({ ...headers, 'x-ratelimit-remaining': '0' }).retryAfterMs, 30_000);
    assert.equal(read({ ...headers, 'x-ratelimit-remaining': '1' }).retryAfterMs, undefined);
  });

  it('never make a reading of garbage', () => {
    const names = [
      'anthropic-ratelimit-requests-limit',
      'anthropic-ratelimit-requests-remaining',
      'anthropic-ratelimit-requests-reset',
      'anthropic-ratelimit-input-tokens-remaining',
      'x-ratelimit-limit-requests',
      'x-ratelimit-reset-requests',
      'x-ratelimit-reset',
      'ratelimit',
      'ratelimit-policy',
      'retry-after',
      'date',
    ];
    const value = fc.oneof(
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdefms=;:,.- "')) }),
      fc.constantFrom('NaN', '-1', '1e400', 'Infinity', '99999999999999999999'),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (headers) => {
        const { requests, inputTokens, retryAfterMs } = read(headers);
        const numbers = [
          requests?.limit,
          requests?.remaining,
          requests?.fullInMs,
          inputTokens?.remaining,
          retryAfterMs,
        ];
        for (const number of numbers) assert.ok(number === undefined || Number.isFinite(number), String(number));
        for (const number of [requests?.limit, requests?.remaining, retryAfterMs])
          assert.ok(number === undefined || number >= 0);
      }),
    );
  });
});
