import assert from 'node:assert/strict';
import { demoKey } from '../../simulator/simulator';
import type { SimulatorOptions } from '../../simulator/simulator';
import { model, readAll, setup } from './support';

interface BatchView {
  readonly id: string;
  readonly processing_status: string;
  readonly request_counts: Readonly<Record<string, number>>;
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly results_url: string | null;
}

interface ResultView {
  readonly custom_id: string;
  readonly result: {
    readonly type: string;
    readonly message?: {
      readonly content: readonly { readonly text: string }[];
      readonly usage: Readonly<Record<string, unknown>>;
    };
    readonly error?: { readonly error: { readonly type: string; readonly message: string } };
  };
}

const path = '/v1/messages/batches';

function entry(customId: string, params: object = {}) {
  const message = { model, max_tokens: 100, messages: [{ role: 'user', content: `About ${customId}` }] };
  return { custom_id: customId, params: { ...message, ...params } };
}

async function viewOf(response: Response): Promise<BatchView> {
  return JSON.parse(await response.text());
}

function setupBatches(options: SimulatorOptions = {}) {
  const { simulator, clock, send } = setup({ outputTokens: 20, ...options });
  const call = (method: string, to: string, body?: object, key = demoKey) =>
    simulator.fetch(`http://api.test${to}`, {
      method,
      headers: { authorization: `Bearer ${key}` },
      ...(body && { body: JSON.stringify(body) }),
    });
  const create = (...requests: readonly object[]) => call('POST', path, { requests });
  const get = async (id: string) => viewOf(await call('GET', `${path}/${id}`));
  const resultsOf = async (id: string): Promise<readonly ResultView[]> => {
    const text = await (await call('GET', `${path}/${id}/results`)).text();
    return text
      .trimEnd()
      .split('\n')
      .map((line): ResultView => JSON.parse(line));
  };
  return { simulator, clock, send, call, create, get, resultsOf };
}

const many = Array.from({ length: 30 }, (_, index) => entry(`e${index}`));

describe('A simulated batch', () => {
  it('is done by the clock, and then has its results in an order of its own', async () => {
    const { create, get, resultsOf, clock, call } = setupBatches();
    const made = await viewOf(await create(...many));
    assert.equal(made.processing_status, 'in_progress');
    assert.deepEqual(made.request_counts, { processing: 30, succeeded: 0, errored: 0, canceled: 0, expired: 0 });
    assert.equal((await call('GET', `${path}/${made.id}/results`)).status, 404);
    await clock.advance(7_000);
    assert.equal((await get(made.id)).processing_status, 'in_progress');
    await clock.advance(1_000);
    const ended = await get(made.id);
    assert.equal(ended.processing_status, 'ended');
    assert.equal(ended.request_counts['succeeded'], 30);
    assert.equal(ended.created_at, made.created_at);
    const ids = (await resultsOf(made.id)).map(({ custom_id }) => custom_id);
    const sent = many.map(({ custom_id }) => custom_id);
    assert.notDeepEqual(ids, sent);
    assert.deepEqual(ids.toSorted(), sent.toSorted());
    assert.deepEqual(
      (await resultsOf(made.id)).map(({ custom_id }) => custom_id),
      ids,
    );
  });

  it('names another host for its results', async () => {
    const { create, get, clock } = setupBatches();
    const { id } = await viewOf(await create(entry('one')));
    await clock.advance(8_000);
    assert.doesNotMatch((await get(id)).results_url ?? '', /api\.test/);
  });

  it('answers as it answers a message, and takes nothing out of the buckets', async () => {
    const { create, resultsOf, clock, simulator, send } = setupBatches();
    const { id } = await viewOf(await create(entry('one'), entry('two')));
    await clock.advance(8_000);
    const [result] = await resultsOf(id);
    const { inputTokens, outputTokens } = simulator.levels(model);
    assert.deepEqual([inputTokens.level, outputTokens.level], [30_000, 8_000]);
    const message: NonNullable<ResultView['result']['message']> = JSON.parse(
      await (await send({ text: `About ${result?.custom_id}`, body: { max_tokens: 100, stream: false } })).text(),
    );
    assert.deepEqual(result?.result.message?.content, message.content);
    assert.deepEqual(result.result.message?.usage, { ...message.usage, service_tier: 'batch' });
  });

  it('tells what has to be paid, as far as it is done', async () => {
    const { create, clock, simulator } = setupBatches();
    simulator.batches.addFate({ outcome: 'errored', customId: 'e3' });
    await viewOf(await create(...many));
    await clock.advance(5_000);
    const half = simulator.batches.paid.outputTokens;
    assert.ok(half > 0 && half < 29 * 20);
    await clock.advance(5_000);
    assert.equal(simulator.batches.paid.outputTokens, 29 * 20);
    const [batch] = simulator.batches.all;
    assert.ok(batch?.isEnded && batch.keyId === 'key-1');
    assert.equal(batch.entries.filter(({ usage }) => usage).length, 29);
    assert.equal(simulator.log.messages.length, 0);
  });

  it('shows what is wrong with an entry in its result only', async () => {
    const { create, resultsOf, clock } = setupBatches();
    const wrong = [
      entry('tokens', { max_tokens: 0 }),
      entry('model', { model: 'claude-none' }),
      entry('stream', { stream: true }),
      { custom_id: 'nothing', params: 1 },
    ];
    const { id } = await viewOf(await create(entry('good'), ...wrong));
    await clock.advance(8_000);
    const errors = (await resultsOf(id)).map(({ custom_id, result }) => [custom_id, result.error?.error.type]);
    assert.deepEqual(Object.fromEntries(errors), {
      good: undefined,
      tokens: 'invalid_request_error',
      model: 'not_found_error',
      stream: 'invalid_request_error',
      nothing: 'invalid_request_error',
    });
  });

  it('is refused when it is wrong as a whole', async () => {
    const { create, call, simulator } = setupBatches();
    for (const requests of [[], [entry('a b')], [entry('a'), entry('a')], [entry('a'.repeat(65))], [{}]]) {
      assert.equal((await create(...requests)).status, 400);
    }
    assert.equal((await call('POST', path, {})).status, 400);
    assert.equal(simulator.batches.all.length, 0);
  });

  it('lets entries fail and expire as it is told', async () => {
    const { create, get, resultsOf, clock, simulator } = setupBatches({ batches: { lifetimeMs: 60_000 } });
    simulator.batches.addFate({ outcome: 'errored', bodyIncludes: 'About e1', errorType: 'overloaded_error' });
    simulator.batches.addFate({ outcome: 'expired', customId: 'e2' });
    const { id } = await viewOf(await create(entry('e0'), entry('e1'), entry('e2')));
    await clock.advance(59_999);
    assert.equal((await get(id)).processing_status, 'in_progress');
    await clock.advance(1);
    assert.deepEqual((await get(id)).request_counts, {
      processing: 0,
      succeeded: 1,
      errored: 1,
      canceled: 0,
      expired: 1,
    });
    const error = (await resultsOf(id)).find(({ custom_id }) => custom_id === 'e1')?.result.error;
    assert.equal(error?.error.type, 'overloaded_error');
  });

  it('finishes what has begun when it is canceled, and nothing else', async () => {
    const { create, get, resultsOf, call, clock, simulator } = setupBatches();
    const { id } = await viewOf(await create(...many));
    await clock.advance(4_000);
    const canceling = await viewOf(await call('POST', `${path}/${id}/cancel`));
    assert.equal(canceling.processing_status, 'canceling');
    await clock.advance(1_000);
    const { request_counts: counts, processing_status: status } = await get(id);
    assert.equal(status, 'ended');
    assert.ok((counts['succeeded'] ?? 0) > 0 && (counts['canceled'] ?? 0) > 0);
    assert.equal((counts['succeeded'] ?? 0) + (counts['canceled'] ?? 0), 30);
    assert.equal((await resultsOf(id)).filter(({ result }) => result.type === 'canceled').length, counts['canceled']);
    assert.equal(simulator.batches.paid.outputTokens, 20 * (counts['succeeded'] ?? 0));
    assert.equal((await viewOf(await call('POST', `${path}/${id}/cancel`))).processing_status, 'ended');
  });

  it('is listed newest first, page by page, for its own organization', async () => {
    const keys = [
      { key: demoKey, organization: 'org-a' },
      { key: 'demo-key-other', organization: 'org-b' },
    ];
    const { create, call } = setupBatches({ keys });
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.unshift((await viewOf(await create(entry(name)))).id);
    const list = async (query: string, key?: string) => {
      const page: { data: readonly BatchView[]; has_more: boolean; last_id: string | null } = JSON.parse(
        await (await call('GET', `${path}?${query}`, undefined, key)).text(),
      );
      return { ids: page.data.map(({ id }) => id), hasMore: page.has_more, last: page.last_id };
    };
    assert.deepEqual(await list('limit=2'), { ids: ids.slice(0, 2), hasMore: true, last: ids[1] });
    assert.deepEqual(await list(`limit=2&after_id=${ids[1]}`), { ids: ids.slice(2), hasMore: false, last: ids[2] });
    assert.deepEqual(await list('', 'demo-key-other'), { ids: [], hasMore: false, last: null });
    assert.equal((await call('GET', `${path}/${ids[0]}`, undefined, 'demo-key-other')).status, 404);
    assert.equal((await call('GET', `${path}?limit=0`)).status, 400);
    assert.equal((await call('DELETE', `${path}/${ids[0]}`)).status, 404);
  });

  it('has limits of its own: calls a minute, and entries that wait', async () => {
    const { create, clock, send } = setupBatches({ limits: { batchRequestsPerMinute: 3, batchQueued: 3 } });
    assert.equal((await create(entry('a'), entry('b'))).status, 200);
    assert.equal((await create(entry('c'), entry('d'))).status, 429);
    assert.equal((await create(entry('e'))).status, 200);
    const refused = await create(entry('f'));
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('retry-after'), '20');
    assert.equal((await send()).status, 200);
    await clock.advance(20_000);
    assert.equal((await create(entry('f'), entry('g'), entry('h'))).status, 200);
  });
});

describe('A batch whose making goes wrong', () => {
  const match = { path };

  it('is not there when the connection was lost before', async () => {
    const { create, simulator } = setupBatches();
    simulator.faults.add({ kind: 'connectionLost' }, { match });
    await assert.rejects(create(entry('a')), TypeError);
    assert.equal(simulator.batches.all.length, 0);
  });

  it('is there when only the answer was lost', async () => {
    const { create, simulator } = setupBatches();
    simulator.faults.add({ kind: 'answerLost' }, { match });
    await assert.rejects(create(entry('a')), TypeError);
    simulator.faults.add({ kind: 'answerLost', status: 504 }, { match });
    assert.equal((await create(entry('b'))).status, 504);
    simulator.faults.add({ kind: 'stall', afterDeltas: 0 }, { match });
    const leaving = new AbortController();
    const silent = simulator.fetch(`http://api.test${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demoKey}` },
      body: JSON.stringify({ requests: [entry('c')] }),
      signal: leaving.signal,
    });
    setImmediate(() => leaving.abort());
    await assert.rejects(silent, { name: 'AbortError' });
    assert.deepEqual(
      simulator.batches.all.map(({ entries }) => entries[0]?.customId),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(
      simulator.log.attempts.map(({ fault, outcome }) => [fault, outcome]),
      [
        ['answerLost', 'broken'],
        ['answerLost', 'refused'],
        ['stall', 'aborted'],
      ],
    );
  });

  it('can lose the answer to a message, too, which is paid for all the same', async () => {
    const { send, simulator } = setupBatches();
    simulator.faults.add({ kind: 'answerLost' });
    await assert.rejects(send(), TypeError);
    assert.ok(simulator.levels(model).inputTokens.level < 30_000);
    assert.equal(simulator.log.last?.fault, 'answerLost');
  });

  it('can have its results cut in the middle of a line', async () => {
    const { create, call, clock, simulator } = setupBatches();
    const { id } = await viewOf(await create(...many));
    await clock.advance(8_000);
    const matchAll = { match: { path: `${path}/*` } };
    simulator.faults.add({ kind: 'earlyClose', afterDeltas: 2 }, matchAll);
    const cut = await readAll(await call('GET', `${path}/${id}/results`));
    assert.equal(cut.error, undefined);
    assert.equal(cut.text.split('\n').length, 3);
    assert.throws(() => JSON.parse(cut.text.split('\n')[2] ?? ''));
    simulator.faults.add({ kind: 'socketLost', afterDeltas: 2 }, matchAll);
    assert.ok((await readAll(await call('GET', `${path}/${id}/results`))).error instanceof TypeError);
  });

  it('is steered from another process', async () => {
    const { simulator, clock } = setupBatches();
    const server = await simulator.listen();
    try {
      const command = async (name: string, body: object = {}) => {
        const response = await fetch(`${server.url}/_simulator/${name}`, {
          method: 'POST',
          body: JSON.stringify(body),
        });
        assert.equal(response.status, 200);
        return response.text();
      };
      await command('batchPace', { firstDoneMs: 100, lastDoneMs: 200 });
      await command('batchFate', { outcome: 'errored', customId: 'a' });
      await command('faults', { fault: { kind: 'answerLost' }, match: { path } });
      await assert.rejects(
        fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${demoKey}` },
          body: JSON.stringify({ requests: [entry('a'), entry('b')] }),
        }),
      );
      await clock.advance(200);
      const told: {
        batches: readonly { isEnded: boolean; entries: readonly { outcome: string }[] }[];
        paid: { outputTokens: number };
      } = JSON.parse(await command('batches'));
      assert.deepEqual(
        told.batches.map(({ isEnded, entries }) => [isEnded, entries.map(({ outcome }) => outcome)]),
        [[true, ['errored', 'succeeded']]],
      );
      assert.equal(told.paid.outputTokens, 20);
      await command('reset');
      assert.equal(simulator.batches.all.length, 0);
    } finally {
      await server.close();
    }
  });
});
