import assert from 'node:assert/strict';
import { createAnthropicAdapter } from '../../../src/client/anthropicAdapter';
import type { Call } from '../../../src/client/adapter';
import { createClient } from '../../../src/client/client';
import { ClientError } from '../../../src/client/errors';
import type { ClientOptions } from '../../../src/client/types';

const apiKey = 'demo-key-good';

/** What the SDK reads of its environment; each of these once moved a key or leaked a prompt. */
const hostileEnvironment = {
  ANTHROPIC_BASE_URL: 'https://elsewhere.example',
  ANTHROPIC_API_KEY: 'demo-key-environment',
  ANTHROPIC_AUTH_TOKEN: 'demo-token-environment',
  ANTHROPIC_CUSTOM_HEADERS: 'X-Leak: yes\nAuthorization: Bearer demo-key-environment\nanthropic-version: 1999-01-01',
  ANTHROPIC_LOG: 'debug',
};

interface Sent {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly redirect: string | undefined;
  readonly body: unknown;
}

function answer(text: string): Response {
  const events = [
    { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } },
    { type: 'brand_new_event', anything: true },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: null, output_tokens: 2 } },
    { type: 'message_stop' },
  ];
  const lines = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  return new Response(lines.join(''), { headers: { 'content-type': 'text/event-stream' } });
}

function setup(respond: () => Response | Promise<Response>, options: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const client = createClient({
    apiKey,
    retry: { maxAttempts: 1 },
    fetch: async (url, init) => {
      const headers = Object.fromEntries(new Headers(init?.headers));
      sent.push({
        url: url instanceof Request ? url.url : url.toString(),
        headers,
        redirect: init?.redirect,
        body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
      });
      return respond();
    },
    ...options,
  });
  const send = (request = {}) =>
    client.send({
      model: 'claude-sonnet-5-5',
      maxTokens: 10,
      messages: [{ role: 'user', content: 'Hi' }],
      ...request,
    }).result;
  return { client, send, sent };
}

describe('what leaves with a request', () => {
  const before = { ...process.env };
  const output: unknown[] = [];
  const { debug, info, log, warn, error } = console;

  beforeEach(() => {
    Object.assign(process.env, hostileEnvironment);
    output.length = 0;
    const keep = (...line: unknown[]) => void output.push(line);
    Object.assign(console, { debug: keep, info: keep, log: keep, warn: keep, error: keep });
  });

  afterEach(() => {
    for (const name of Object.keys(hostileEnvironment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    Object.assign(console, { debug, info, log, warn, error });
  });

  it('is exactly this, whatever the environment says', async () => {
    const { send, sent } = setup(() => answer('Hello'));
    const result = await send({
      source: 'secret source',
      priority: 'background',
      metadata: { user_id: 'u1' },
      system: 'Be brief',
    });
    assert.deepEqual(sent, [
      {
        url: 'https://api.anthropic.com/v1/messages',
        headers: {
          accept: 'application/json',
          'anthropic-version': '2026-10-21',
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          'user-agent': 'sluice',
        },
        redirect: 'manual',
        body: {
          model: 'claude-sonnet-5-5',
          max_tokens: 10,
          messages: [{ role: 'user', content: 'Hi' }],
          metadata: { user_id: 'u1' },
          stream: true,
          system: 'Be brief',
        },
      },
    ]);
    assert.deepEqual(output, [], 'and nothing is printed');
    assert.equal(result.text, 'Hello');
    assert.deepEqual(result.usage, { inputTokens: 3, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 });
  });

  it('goes to the base URL, below its path', async () => {
    const { client, sent } = setup(() => Response.json({ input_tokens: 7 }), {
      baseUrl: 'https://gateway.example/claude/',
    });
    const count = await client.countTokens({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
    assert.equal(count, 7);
    assert.equal(sent[0]?.url, 'https://gateway.example/claude/v1/messages/count_tokens');
  });

  it('never follows a redirect with the key', async () => {
    const { send, sent } = setup(
      () => new Response(null, { status: 307, headers: { location: 'https://elsewhere.example/' } }),
    );
    await assert.rejects(send(), (error) => ClientError.is(error, 'invalid'));
    assert.equal(sent.length, 1);
  });

  it('comes back in no error, not even when the server or the transport repeats the key', async () => {
    const leaks = [
      () =>
        Response.json(
          { type: 'error', error: { type: 'authentication_error', message: `bad ${apiKey}` } },
          { status: 401 },
        ),
      () => Promise.reject(new TypeError(`fetch failed for ${apiKey}`, { cause: new Error(`Bearer ${apiKey}`) })),
      () => new Response(`<p>${apiKey}</p>`, { status: 502 }),
    ];
    for (const leak of leaks) {
      const { send } = setup(leak);
      const failure: unknown = await send().then(
        () => assert.fail('it was to fail'),
        (error: unknown) => error,
      );
      assert.ok(failure instanceof ClientError);
      const everything = [failure.message, failure.stack, JSON.stringify(failure), JSON.stringify(failure.cause)].join(
        '\n',
      );
      assert.ok(!everything.includes(apiKey), everything);
    }
  });

  it('speaks the version of the API that the SDK was made for', async () => {
    let version: string | null = null;
    delete process.env['ANTHROPIC_CUSTOM_HEADERS'];
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const sdk = new Anthropic({
      apiKey,
      baseURL: 'https://api.anthropic.com',
      logLevel: 'off',
      fetch: async (_url, init) => {
        version = new Headers(init?.headers).get('anthropic-version');
        return Response.json({ data: [], has_more: false });
      },
    });
    await sdk.models.list();
    const { send, sent } = setup(() => answer('Hello'));
    await send();
    assert.equal(sent[0]?.headers['anthropic-version'], version);
  });

  it('stops at once when it is aborted, though the transport takes no notice', async () => {
    const controller = new AbortController();
    const adapter = createAnthropicAdapter({
      baseUrl: 'https://api.anthropic.com',
      fetch: () => new Promise(() => {}),
    });
    const call: Call = { apiKey, signal: controller.signal, onSent: () => {}, onHeaders: () => {}, onBytes: () => {} };
    const models = adapter.models(undefined, call);
    controller.abort();
    await assert.rejects(models);
  });
});
