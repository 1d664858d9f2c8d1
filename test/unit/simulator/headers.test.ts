import assert from 'node:assert/strict';
import type { HeaderOptions } from '../../simulator/headers';
import { limitHeaders } from '../../simulator/headers';
import { model, setup } from './support';

const limits = { requestsPerMinute: 50, inputTokensPerMinute: 30_000, outputTokensPerMinute: 8_000 };

/** The limit headers of a request for 4,600 input tokens, when another client has taken 700 output tokens. */
async function limitsSentWith(headers: Partial<HeaderOptions>) {
  const { send, simulator } = setup({ limits, headers, answer: () => ({ inputTokens: 4_600, outputTokens: 1 }) });
  simulator.takeElsewhere({ outputTokens: 700 }, model);
  const response = await send();
  return Object.fromEntries([...response.headers].filter(([name]) => name.includes('ratelimit')));
}

describe('The headers of the simulated API', () => {
  it('tell limit, rounded remainder and the time of the full bucket', async () => {
    assert.deepEqual(await limitsSentWith({}), {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-11-24T12:00:01Z',
      'anthropic-ratelimit-input-tokens-limit': '30000',
      'anthropic-ratelimit-input-tokens-remaining': '25000',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-24T12:00:09Z',
      'anthropic-ratelimit-output-tokens-limit': '8000',
      'anthropic-ratelimit-output-tokens-remaining': '7000',
      'anthropic-ratelimit-output-tokens-reset': '2026-11-24T12:00:05Z',
      'anthropic-ratelimit-tokens-limit': '38000',
      'anthropic-ratelimit-tokens-remaining': '33000',
      'anthropic-ratelimit-tokens-reset': '2026-11-24T12:00:09Z',
    });
  });

  it('can leave the request they answer out', async () => {
    const sent = await limitsSentWith({ includesOwnRequest: false });
    assert.equal(sent['anthropic-ratelimit-requests-remaining'], '50');
    assert.equal(sent['anthropic-ratelimit-input-tokens-remaining'], '30000');
  });

  it('are limited to the families asked for', async () => {
    const sent = await limitsSentWith({ families: ['requests'] });
    assert.deepEqual(Object.keys(sent).sort(), [
      'anthropic-ratelimit-requests-limit',
      'anthropic-ratelimit-requests-remaining',
      'anthropic-ratelimit-requests-reset',
    ]);
  });

  it('come in the style of other gateways', async () => {
    assert.deepEqual(await limitsSentWith({ style: 'openai' }), {
      'x-ratelimit-limit-requests': '50',
      'x-ratelimit-remaining-requests': '49',
      'x-ratelimit-reset-requests': '2s',
      'x-ratelimit-limit-tokens': '38000',
      'x-ratelimit-remaining-tokens': '32700',
      'x-ratelimit-reset-tokens': '10s',
    });
    assert.deepEqual(await limitsSentWith({ style: 'plain' }), {
      'x-ratelimit-limit': '50',
      'x-ratelimit-remaining': '49',
      'x-ratelimit-reset': String(Date.UTC(2026, 10, 24, 12, 0, 2) / 1_000),
    });
    assert.deepEqual(await limitsSentWith({ style: 'ietf' }), {
      'ratelimit-policy': '"requests";q=50;w=60',
      ratelimit: '"requests";r=49;t=2',
    });
    assert.deepEqual(await limitsSentWith({ style: 'none' }), {});
  });

  it('write long and short resets as OpenAI does', () => {
    const full = { limit: 10, level: 10, fullInMs: 0 };
    const resetAfter = (fullInMs: number) =>
      limitHeaders(
        { requests: { ...full, fullInMs }, inputTokens: full, outputTokens: full },
        undefined,
        {
          style: 'openai',
          families: [],
          retryAfter: 'none',
          hasIdentity: false,
          includesOwnRequest: true,
          clockSkewMs: 0,
        },
        0,
      )['x-ratelimit-reset-requests'];
    assert.deepEqual([0, 119.2, 999.5, 59_000, 359_001].map(resetAfter), ['0ms', '120ms', '1s', '59s', '6m0s']);
  });

  it('name no limit where there is none', async () => {
    const { send } = setup({ limits: { inputTokensPerMinute: Infinity, outputTokensPerMinute: Infinity } });
    const response = await send();
    assert.equal(response.headers.get('anthropic-ratelimit-requests-limit'), '50');
    assert.equal(response.headers.get('anthropic-ratelimit-input-tokens-limit'), null);
    assert.equal(response.headers.get('anthropic-ratelimit-tokens-limit'), null);
  });

  it('follow a server whose clock is ahead', async () => {
    const { send } = setup({ limits, headers: { clockSkewMs: 90_000 } });
    const { headers } = await send();
    assert.equal(headers.get('date'), 'Tue, 24 Nov 2026 12:01:30 GMT');
    assert.equal(headers.get('anthropic-ratelimit-requests-reset'), '2026-11-24T12:01:31Z');
  });

  it('tell who answered whom, on errors too, unless they are switched off', async () => {
    const { send, simulator } = setup();
    const first = await send();
    const failed = await send({ body: { max_tokens: 0 } });
    assert.equal(first.headers.get('anthropic-organization-id'), 'org-demo');
    assert.equal(failed.headers.get('anthropic-organization-id'), 'org-demo');
    assert.notEqual(first.headers.get('request-id'), failed.headers.get('request-id'));
    assert.equal(failed.headers.get('request-id'), simulator.log.last?.requestId);
    simulator.setHeaders({ hasIdentity: false });
    const anonymous = await send();
    assert.equal(anonymous.headers.get('request-id'), null);
    assert.equal(anonymous.headers.get('anthropic-organization-id'), null);
  });

  it('give retry-after in whole seconds, as a date, or not at all', async () => {
    const { send, simulator } = setup({ limits: { requestsPerMinute: 50 } });
    simulator.takeElsewhere({ requests: Infinity }, model);
    assert.equal((await send()).headers.get('retry-after'), '2');
    simulator.setHeaders({ retryAfter: 'date' });
    assert.equal((await send()).headers.get('retry-after'), 'Tue, 24 Nov 2026 12:00:02 GMT');
    simulator.setHeaders({ retryAfter: 'none' });
    assert.equal((await send()).headers.get('retry-after'), null);
  });

  it('show an empty bucket behind a combined remainder that hides it', async () => {
    const { send, simulator } = setup({ limits });
    simulator.takeElsewhere({ inputTokens: Infinity }, model);
    const { status, headers } = await send({ text: 'word '.repeat(2_000) });
    assert.equal(status, 429);
    assert.equal(headers.get('anthropic-ratelimit-input-tokens-remaining'), '0');
    assert.equal(headers.get('anthropic-ratelimit-tokens-remaining'), '8000');
    assert.equal(headers.get('anthropic-ratelimit-input-tokens-reset'), '2026-11-24T12:01:00Z');
    assert.ok(Number(headers.get('retry-after')) < 10);
  });
});
