import assert from 'node:assert/strict';
import { publishedModels } from '../../simulator/catalogue';
import { demoKey } from '../../simulator/simulator';
import { createVirtualClock, model, setup } from './support';
import { createSimulator } from '../../simulator/simulator';

interface ErrorBody {
  readonly error: { readonly type: string; readonly message: string };
}

interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

async function errorOf(response: Response): Promise<ErrorBody['error'] & { readonly status: number }> {
  const { error }: ErrorBody = JSON.parse(await response.text());
  return { ...error, status: response.status };
}

function setupCalls(limits: { countTokensPerMinute?: number } = {}) {
  const clock = createVirtualClock();
  const simulator = createSimulator({ clock, limits });
  const call = (
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = { 'x-api-key': demoKey },
  ) => simulator.fetch(`http://api.test${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const list = async (query: string): Promise<Page> =>
    JSON.parse(await (await call('GET', `/v1/models?${query}`)).text());
  return { clock, simulator, call, list };
}

const malformed: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
  ['no model', { model: undefined }, /^model:/],
  ['no max_tokens', { max_tokens: undefined }, /^max_tokens:/],
  ['max_tokens of 0', { max_tokens: 0 }, /^max_tokens:/],
  ['max_tokens beyond the model', { max_tokens: 128_001 }, /^max_tokens: 128001 > 128000/],
  ['no messages', { messages: [] }, /^messages:/],
  ['an unknown role', { messages: [{ role: 'system', content: 'x' }] }, /^messages\.0\.role:/],
  ['an empty text', { messages: [{ role: 'user', content: '' }] }, /^messages\.0\.content:/],
  [
    'a block without a type',
    { messages: [{ role: 'user', content: [{ text: 'x' }] }] },
    /^messages\.0\.content\.0\.type:/,
  ],
  ['temperature', { temperature: 0.5 }, /^temperature:/],
  ['top_p', { top_p: 0.5 }, /^top_p:/],
  ['top_k', { top_k: 5 }, /^top_k:/],
  ['an unknown cache type', { cache_control: { type: 'eternal' } }, /^cache_control\.type:/],
];

describe('A request to the simulated API', () => {
  for (const [what, body, message] of malformed) {
    it(`with ${what} is invalid`, async () => {
      const { send } = setup();
      const error = await errorOf(await send({ body }));
      assert.equal(error.status, 400);
      assert.equal(error.type, 'invalid_request_error');
      assert.match(error.message, message);
    });
  }

  it('that is not JSON, or not an object, is invalid', async () => {
    const { call } = setupCalls();
    for (const body of ['{', '[]', '']) assert.equal((await call('POST', '/v1/messages', body)).status, 400);
  });

  it('with a prompt beyond the window is too long', async () => {
    const { send } = setup();
    const error = await errorOf(await send({ body: { model: 'claude-haiku-4-5' }, text: 'word '.repeat(200_001) }));
    assert.equal(error.status, 400);
    assert.match(error.message, /^prompt is too long: \d+ tokens > 200000 maximum/);
  });

  it('beyond 32 MB is stopped at the edge', async () => {
    const { call } = setupCalls();
    const response = await call('POST', '/v1/messages', 'x'.repeat(32 * 1024 * 1024 + 1));
    assert.equal(response.status, 413);
    assert.equal(response.headers.get('content-type'), 'text/html');
  });

  it('for an unknown model or endpoint finds nothing', async () => {
    const { send } = setup();
    const { call } = setupCalls();
    const error = await errorOf(await send({ body: { model: 'claude-imaginary-1' } }));
    assert.equal(error.status, 404);
    assert.equal(error.type, 'not_found_error');
    assert.equal((await call('GET', '/v1/models/claude-imaginary-1')).status, 404);
    assert.equal((await call('GET', '/v1/messages')).status, 404);
  });

  it('is let in by either form of the key, which the log does not keep', async () => {
    const { call, simulator } = setupCalls();
    const statuses = [];
    for (const headers of [
      { 'x-api-key': demoKey },
      { authorization: `Bearer ${demoKey}` },
      { authorization: 'Bearer demo-key-wrong' },
      { 'x-other': '1' },
    ] as const) {
      statuses.push((await call('GET', '/v1/models', undefined, { ...headers })).status);
    }
    assert.deepEqual(statuses, [200, 200, 401, 401]);
    assert.deepEqual(
      simulator.log.attempts.map(({ auth, keyId }) => [auth, keyId]),
      [
        ['x-api-key', 'key-1'],
        ['bearer', 'key-1'],
        ['bearer', undefined],
        ['none', undefined],
      ],
    );
    assert.ok(!JSON.stringify(simulator.log.attempts).includes('demo-key'));
  });

  it('without a good key names no organization', async () => {
    const { send } = setup();
    const response = await send({ key: 'demo-key-wrong' });
    assert.equal((await errorOf(response)).type, 'authentication_error');
    assert.equal(response.headers.get('anthropic-organization-id'), null);
  });
});

describe('The simulated model list', () => {
  const ids = publishedModels.map(({ id }) => id);

  it('describes each model', async () => {
    const { call } = setupCalls();
    const described: unknown = await (await call('GET', `/v1/models/claude-haiku-4-5`)).json();
    assert.deepEqual(described, {
      type: 'model',
      id: 'claude-haiku-4-5',
      display_name: 'Claude Haiku 4.5',
      created_at: '2025-10-01T00:00:00Z',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
      lifecycle: 'active',
      deprecated_at: null,
      capabilities: null,
      line: null,
    });
  });

  it('is paged forwards', async () => {
    const { list } = setupCalls();
    const first = await list('limit=5');
    assert.deepEqual(
      first.data.map(({ id }) => id),
      ids.slice(0, 5),
    );
    assert.deepEqual([first.has_more, first.first_id, first.last_id], [true, ids[0], ids[4]]);
    const rest = await list(`limit=50&after_id=${ids[4]}`);
    assert.deepEqual([rest.has_more, rest.data.length], [false, ids.length - 5]);
    assert.deepEqual(await list(`after_id=${ids.at(-1)}`), {
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
  });

  it('is paged backwards', async () => {
    const { list } = setupCalls();
    const page = await list(`limit=3&before_id=${ids[5]}`);
    assert.deepEqual(
      page.data.map(({ id }) => id),
      ids.slice(2, 5),
    );
    assert.equal(page.has_more, true);
    assert.equal((await list(`limit=3&before_id=${ids[3]}`)).has_more, false);
  });
});

describe('Counting tokens', () => {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'How many are these?' }] });

  it('has a limit of its own and costs nothing else', async () => {
    const { call, simulator, clock } = setupCalls({ countTokensPerMinute: 2 });
    const statuses = [];
    for (let count = 0; count < 3; count++)
      statuses.push((await call('POST', '/v1/messages/count_tokens', body)).status);
    assert.deepEqual(statuses, [200, 200, 429]);
    assert.equal(simulator.levels(model).requests.level, 50);
    assert.equal(simulator.levels(model).inputTokens.level, 30_000);
    await clock.advance(30_000);
    assert.equal((await call('POST', '/v1/messages/count_tokens', body)).status, 200);
  });
});
