import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseBaseUrl } from '../../../src/client/baseUrl';
import { classify } from '../../../src/client/classify';
import { createClient } from '../../../src/client/client';
import { ClientError } from '../../../src/client/errors';
import { limitGroupOf } from '../../../src/client/limitGroups';
import { OutputForecast } from '../../../src/client/outputForecast';
import { backoffMs } from '../../../src/client/retry';
import { countRawTokens, TokenEstimator } from '../../../src/client/tokens';

describe('the base URL', () => {
  for (const url of [
    'https://api.anthropic.com',
    'https://gateway.example/v2/',
    'http://127.0.0.1:8080',
    'http://localhost:1',
    'http://[::1]:1',
  ]) {
    it(`may be ${url}`, () => assert.equal(parseBaseUrl(url), url.replace(/\/$/, '')));
  }

  for (const url of [
    'http://api.anthropic.com',
    'http://127.0.0.1.example',
    'ftp://localhost',
    'nonsense',
    '',
    'https://user:word@host.example',
    'http://10.0.0.1',
  ]) {
    it(`must not be ${url || 'empty'}, and the key is then sent nowhere`, () => {
      let calls = 0;
      const transport = () => {
        calls++;
        return Promise.reject(new Error('not reached'));
      };
      const create = () => createClient({ apiKey: 'demo-key-good', baseUrl: url, fetch: transport });
      assert.throws(create, (error) => ClientError.is(error, 'invalid') && !error.message.includes('demo-key-good'));
      assert.equal(calls, 0);
    });
  }
});

describe('options', () => {
  for (const options of [
    { apiKey: '' },
    { apiKey: 'demo-key-good', limits: { requestsPerMinute: 0 } },
    { apiKey: 'demo-key-good', limits: { maxConcurrent: 1.5 } },
    { apiKey: 'demo-key-good', retry: { maxAttempts: 0 } },
    { apiKey: 'demo-key-good', retry: { maxWaitMs: Number.NaN } },
  ]) {
    it(`that make no sense are refused: ${JSON.stringify(options)}`, () =>
      assert.throws(
        () => createClient(options),
        (error) => ClientError.is(error, 'invalid'),
      ));
  }
});

describe('limit groups', () => {
  it('hold the models that share limits; any other model is alone', () => {
    assert.equal(limitGroupOf('claude-opus-4-6'), limitGroupOf('claude-opus-4-8'));
    assert.notEqual(limitGroupOf('claude-opus-5'), limitGroupOf('claude-opus-4-8'));
    assert.equal(limitGroupOf('claude-fable-5'), limitGroupOf('claude-fable-5-1'));
    assert.notEqual(limitGroupOf('claude-fable-5-2'), limitGroupOf('claude-fable-5-1'));
    assert.equal(limitGroupOf('somebody-elses'), 'somebody-elses');
    assert.equal(limitGroupOf('constructor'), 'constructor');
  });
});

describe('backoff', () => {
  it('never undercuts what the server asked for, and never exceeds its own ceiling otherwise', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const retryAfter = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), retryAfter, share, (failures, retryAfterMs, random) => {
        const delay = backoffMs(failures, retryAfterMs, () => random);
        assert.ok(delay >= (retryAfterMs ?? 0));
        assert.ok(delay <= Math.max(retryAfterMs ?? 0, Math.min(1_000 * 2 ** (failures - 1), 30_000)));
      }),
    );
  });
});

describe('a failure', () => {
  const base = { status: undefined, type: undefined, errorCode: undefined, message: '', requestId: undefined };
  const noHints = { retryAfterMs: undefined, shouldRetry: undefined };
  const now = Date.UTC(2026, 11, 24);

  const cases = [
    [{ status: 404, message: '<html>' }, 'notFound'],
    [{ status: 422, type: 'something_new' }, 'invalid'],
    [{ status: 302 }, 'invalid'],
    [{ status: 400, type: 'invalid_request_error', message: 'prompt is too long: 3 tokens > 2' }, 'tooLarge'],
    [
      { status: 400, type: 'invalid_request_error', message: 'You have reached your specified API usage limits.' },
      'spendLimit',
    ],
    [{ type: 'permission_error' }, 'permission'],
  ] as const;
  for (const [failure, reason] of cases) {
    it(`that repeats itself is final: ${JSON.stringify(failure)}`, () => {
      const verdict = classify({ ...base, ...failure }, noHints, now);
      assert.ok(verdict.kind === 'final');
      assert.equal(verdict.reason, reason);
    });
  }

  it('at the enforced cap ends with the month, in UTC and over the year', () => {
    const verdict = classify({ ...base, status: 429, errorCode: 'enforced_spend_limit_reached' }, noHints, now);
    assert.deepEqual(verdict, { kind: 'final', reason: 'spendLimit', until: Date.UTC(2027, 0, 1) });
  });

  it('of an unknown type in the middle of a stream is trouble of the server', () => {
    assert.equal(classify({ ...base, type: 'brand_new_error' }, noHints, now).kind, 'outage');
  });

  it('without an answer is one of the network', () => {
    assert.deepEqual(classify(base, noHints, now), { kind: 'outage', reason: 'network', retryAfterMs: undefined });
  });

  it('is judged by retry-after rather than by a contradicting word', () => {
    const failure = { ...base, status: 429 };
    assert.equal(classify(failure, { retryAfterMs: 1, shouldRetry: false }, now).kind, 'refused');
    assert.equal(classify(failure, { retryAfterMs: undefined, shouldRetry: false }, now).kind, 'final');
    assert.equal(
      classify({ ...base, status: 418 }, { retryAfterMs: undefined, shouldRetry: true }, now).kind,
      'outage',
    );
  });
});

describe('token estimates', () => {
  const request = { messages: [{ role: 'user' as const, content: 'Some words that are counted. '.repeat(100) }] };

  it('are on the safe side at first, and close to the truth after a few reports', () => {
    const estimator = new TokenEstimator();
    const raw = countRawTokens(request);
    const actual = Math.round(raw * 0.8);
    assert.ok(estimator.estimate(raw, 'claude-new', 'source') > raw);
    for (let reports = 0; reports < 15; reports++) estimator.calibrate(raw, 'claude-new', 'source', actual);
    const estimate = estimator.estimate(raw, 'claude-new', 'source');
    assert.ok(estimate >= actual && estimate < actual * 1.1, `${estimate} for ${actual}`);
  });

  it('keep a margin after a single report, and after many that agree where nothing may be exceeded', () => {
    const estimator = new TokenEstimator();
    estimator.calibrate(1_000, 'claude-new', 'source', 1_000);
    assert.ok(estimator.estimate(1_000, 'claude-new', 'source') >= 1_100);
    assert.ok(estimator.estimateCautiously(1_000, 'claude-new', 'source') >= 1_300);
    for (let reports = 0; reports < 100; reports++) estimator.calibrate(1_000, 'claude-new', 'source', 1_000);
    assert.ok(estimator.estimate(1_000, 'claude-new', 'source') < 1_050);
    assert.equal(estimator.estimateCautiously(1_000, 'claude-new', 'source'), 1_100);
  });

  it('count an image by what an image costs, not by its characters', () => {
    const image = { type: 'image', source: { type: 'base64', data: 'A'.repeat(1_000_000) } };
    assert.ok(countRawTokens({ messages: [{ role: 'user', content: [image] }] }) < 2_000);
  });
});

describe('the forecast of answers', () => {
  it('begins with what is allowed and follows what comes', () => {
    const forecast = new OutputForecast();
    assert.equal(forecast.expect(4_000), 4_000);
    for (let answers = 0; answers < 20; answers++) forecast.learn(200, true);
    assert.ok(forecast.expect(4_000) < 500);
    assert.equal(forecast.expect(50), 50);
  });

  it('does not take answers that were cut off for short ones', () => {
    const forecast = new OutputForecast();
    for (let answers = 0; answers < 10; answers++) {
      forecast.learn(1_000, true);
      forecast.learn(500, false);
    }
    assert.ok(forecast.expect(4_000) > 1_300);
  });
});
