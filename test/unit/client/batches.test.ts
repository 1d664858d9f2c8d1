import assert from 'node:assert/strict';
import type { BatchEntry } from '../../../src/client/types';
import {
  apiKey,
  batchBody,
  endedBody,
  entry,
  failureOf,
  json,
  linesOf,
  madeAt,
  model,
  setup,
  succeeded,
} from './batchAnswers';

describe('what leaves with a batch', () => {
  it('is exactly this', async () => {
    const { batches, sent } = setup([() => json(batchBody())]);
    const info = await batches.create([
      entry('a', { system: 'Be brief.', thinking: 'off', priority: 'background', source: 'secret source' }),
      entry('b-2_C'),
    ]);
    assert.deepEqual(sent, [
      {
        method: 'POST',
        url: 'https://api.example/v1/messages/batches',
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${apiKey}`,
          'anthropic-version': '2026-10-21',
          'content-type': 'application/json',
          'user-agent': 'sluice',
        },
        redirect: 'manual',
        body: {
          requests: [
            {
              custom_id: 'a',
              params: {
                model,
                system: 'Be brief.',
                messages: [{ role: 'user', content: 'Hi' }],
                thinking: { type: 'disabled' },
                max_tokens: 10,
              },
            },
            { custom_id: 'b-2_C', params: { model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 10 } },
          ],
        },
      },
    ]);
    assert.deepEqual(info, {
      id: 'msgbatch_1',
      state: 'inProgress',
      createdAt: madeAt,
      expiresAt: madeAt + 86_400_000,
      endedAt: undefined,
      counts: { processing: 1, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      hasResults: false,
    });
  });

  it('goes to the places of the batch, and its results are asked for at the same host', async () => {
    const { batches, sent, collect } = setup([
      () => json(endedBody()),
      () => json(batchBody({ processing_status: 'canceling' })),
      () => json(endedBody({ succeeded: 1 })),
      () => new Response(linesOf(succeeded('a'))),
    ]);
    assert.equal((await batches.get('msgbatch_1')).endedAt, madeAt + 5_000);
    assert.equal((await batches.cancel('msgbatch_1')).state, 'canceling');
    await batches.results('msgbatch_1', collect);
    assert.deepEqual(
      sent.map(({ method, url }) => `${method} ${url}`),
      [
        'GET https://api.example/v1/messages/batches/msgbatch_1',
        'POST https://api.example/v1/messages/batches/msgbatch_1/cancel',
        'GET https://api.example/v1/messages/batches/msgbatch_1',
        'GET https://api.example/v1/messages/batches/msgbatch_1/results',
      ],
    );
    assert.ok(sent.every(({ redirect }) => redirect === 'manual'));
  });

  it('is nothing when it is wrong', async () => {
    const { batches, sent, collect } = setup([]);
    const wrong: readonly (readonly BatchEntry[])[] = [
      [],
      [entry('a'), entry('a')],
      [entry('')],
      [entry('a b')],
      [entry('ä')],
      [entry('a\n')],
      [entry('x'.repeat(65))],
      [entry('a', { maxTokens: 0 })],
      [entry('a', { messages: [] })],
      Array.from({ length: 100_001 }, (_, index) => entry(`e${index}`)),
    ];
    for (const entries of wrong) assert.equal((await failureOf(batches.create(entries))).reason, 'invalid');
    for (const id of ['', '..', 'a/b', 'a?b', 'a b']) {
      assert.equal((await failureOf(batches.get(id))).reason, 'invalid');
      assert.equal((await failureOf(batches.cancel(id))).reason, 'invalid');
      assert.equal((await failureOf(batches.results(id, collect))).reason, 'invalid');
    }
    assert.equal(sent.length, 0);
  });

  it('is as it was handed in, whatever becomes of that later', async () => {
    const { batches, sent } = setup([() => json(batchBody())]);
    const entries = [entry('a')];
    const made = batches.create(entries);
    entries.push(entry('b'));
    await made;
    assert.match(JSON.stringify(sent[0]?.body), /"a"/);
    assert.doesNotMatch(JSON.stringify(sent[0]?.body), /"b"/);
  });

  it('goes with the key it is meant for', async () => {
    const asked: (string | undefined)[] = [];
    const provider = (credential: string | undefined) => {
      asked.push(credential);
      return apiKey;
    };
    const { batches, collect } = setup(
      [
        () => json(batchBody()),
        () => json({ data: [] }),
        () => json(endedBody({ succeeded: 1 })),
        () => new Response(linesOf(succeeded('a'))),
      ],
      { apiKey: provider },
    );
    await batches.create([entry('a')], { credential: 'one' });
    await batches.list(0, { credential: 'two' });
    await batches.results('msgbatch_1', collect, { credential: 'three' });
    assert.deepEqual(asked, ['one', 'two', 'three', 'three']);
  });
});

function ended(counts: object) {
  return () => json(endedBody(counts));
}

function errored(type: string, message: string) {
  return { type: 'errored', error: { type: 'error', error: { type, message }, request_id: null } };
}

describe('The results of a batch', () => {
  it('are told one by one, at half the price', async () => {
    const cached = {
      input_tokens: 1_000_000,
      output_tokens: 1_000_000,
      cache_read_input_tokens: 1_000_000,
      cache_creation_input_tokens: 2_000_000,
      cache_creation: { ephemeral_5m_input_tokens: 1_000_000, ephemeral_1h_input_tokens: 1_000_000 },
    };
    const { batches, told, collect } = setup([
      ended({ succeeded: 2, canceled: 1, expired: 1 }),
      () =>
        new Response(
          linesOf(
            succeeded('b', 'Über → 😀'),
            { custom_id: 'c', result: { type: 'canceled' } },
            succeeded('a', 'Aye.', cached),
            { custom_id: 'd', result: { type: 'expired' } },
          ),
        ),
    ]);
    await batches.results('msgbatch_1', collect);
    assert.deepEqual(
      told.map(([customId, { kind }]) => [customId, kind]),
      [
        ['b', 'succeeded'],
        ['c', 'canceled'],
        ['a', 'succeeded'],
        ['d', 'expired'],
      ],
    );
    const [, first] = told[0] ?? [];
    const usage = { inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0 };
    // Half of 2 and 10 dollars for a million.
    const costUsd = (1_000 * 1 + 100 * 5) / 1e6;
    const answer = { model, text: 'Über → 😀', thinking: 'Hm.', stopReason: 'end_turn', usage, costUsd };
    assert.deepEqual(first, { kind: 'succeeded', answer });
    const [, second] = told[2] ?? [];
    assert.ok(second?.kind === 'succeeded');
    assert.equal(second.answer.usage.cacheWrite1hTokens, 1_000_000);
    assert.equal(second.answer.costUsd, (2 + 10 + 0.1 + 2.5 + 4) / 2);
  });

  it('say of an error whether it would come again, and never the key', async () => {
    const { batches, told, collect } = setup([
      ended({ errored: 4 }),
      () =>
        new Response(
          linesOf(
            { custom_id: 'a', result: errored('invalid_request_error', `wrong: ${apiKey}`) },
            { custom_id: 'b', result: errored('overloaded_error', 'Overloaded') },
            { custom_id: 'c', result: { type: 'errored' } },
            { custom_id: 'd', result: { type: 'brand_new' } },
          ),
        ),
    ]);
    await batches.results('msgbatch_1', collect);
    assert.deepEqual(told, [
      ['a', { kind: 'errored', type: 'invalid_request_error', message: 'wrong: [key]', isFinal: true }],
      ['b', { kind: 'errored', type: 'overloaded_error', message: 'Overloaded', isFinal: false }],
      ['c', { kind: 'errored', type: 'unknown', message: 'the API does not say why', isFinal: false }],
      ['d', { kind: 'errored', type: 'unknown', message: 'the API does not say why', isFinal: false }],
    ]);
  });

  it('have no price for a model that has none', async () => {
    const result = succeeded('a');
    const other = {
      ...result,
      result: { ...result.result, message: { ...result.result.message, model: 'claude-unknown' } },
    };
    const { batches, told, collect } = setup([ended({ succeeded: 1 }), () => new Response(linesOf(other))]);
    await batches.results('msgbatch_1', collect);
    const [, outcome] = told[0] ?? [];
    assert.ok(outcome?.kind === 'succeeded' && outcome.answer.costUsd === undefined);
  });

  it('are not there before the batch has ended, nor after they were thrown away', async () => {
    const { batches, sent, collect } = setup([
      () => json(batchBody()),
      () => json({ ...endedBody({ succeeded: 1 }), results_url: null }),
    ]);
    assert.equal((await failureOf(batches.results('msgbatch_1', collect))).reason, 'invalid');
    assert.equal((await failureOf(batches.results('msgbatch_1', collect))).reason, 'notFound');
    assert.equal(sent.length, 2);
  });

  it('end the call where their listener throws, with what it has thrown', async () => {
    const { batches, sent } = setup([
      ended({ succeeded: 2 }),
      () => new Response(linesOf(succeeded('a'), succeeded('b'))),
    ]);
    const fault = new Error('no room');
    let calls = 0;
    const error = await failureOf(
      batches.results('msgbatch_1', () => {
        calls++;
        throw fault;
      }),
    );
    assert.equal(error.reason, 'invalid');
    assert.equal(error.cause, fault);
    assert.equal(calls, 1);
    assert.equal(sent.length, 2);
  });
});

function at(ms: number) {
  return batchBody({ id: `msgbatch_${ms}`, created_at: new Date(madeAt + ms).toISOString() });
}

describe('The list of batches', () => {
  it('is read page by page, until one is older than what is asked for', async () => {
    const { batches, sent } = setup([
      () => json({ data: [at(9), at(8)], has_more: true, last_id: 'msgbatch_8' }),
      () => json({ data: [at(7), at(2)], has_more: true, last_id: 'msgbatch_2' }),
    ]);
    const found = await batches.list(madeAt + 5);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['msgbatch_9', 'msgbatch_8', 'msgbatch_7'],
    );
    assert.deepEqual(
      sent.map(({ url }) => new URL(url).search),
      ['?limit=100', '?limit=100&after_id=msgbatch_8'],
    );
  });

  it('ends where a server does not know its own cursor, and fails where there is no list', async () => {
    const { batches, sent } = setup([() => json({ data: [at(9)], has_more: true, last_id: 'msgbatch_9' })]);
    assert.equal((await batches.list(0)).length, 1);
    assert.equal(sent.length, 2);
    const other = setup([() => json({ nothing: true })], { retry: { maxAttempts: 1 } });
    assert.equal((await failureOf(other.batches.list(0))).reason, 'network');
  });
});
