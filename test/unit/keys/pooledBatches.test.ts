import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import type { Batches, BatchEntry, BatchInfo } from '../../../src/client/types';
import { PooledBatches } from '../../../src/keys/pooledBatches';
import type { Hindrance } from '../../../src/keys/runHome';

const info: BatchInfo = {
  id: 'msgbatch_1',
  state: 'inProgress',
  createdAt: 1,
  expiresAt: 2,
  endedAt: undefined,
  counts: { processing: 1, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
  hasResults: false,
};

function entry(content: string): BatchEntry {
  return { customId: 'a', request: { model: 'm', maxTokens: 10, messages: [{ role: 'user', content }] } };
}

function setup(hindrance?: Hindrance) {
  const calls: (readonly [name: string, credential: string | undefined, subject: unknown])[] = [];
  const batches: Batches = {
    create: async (entries, options) => {
      calls.push(['create', options?.credential, entries]);
      return info;
    },
    get: async (id, options) => {
      calls.push(['get', options?.credential, id]);
      return info;
    },
    list: async (since, options) => {
      calls.push(['list', options?.credential, since]);
      return [info];
    },
    cancel: async (id, options) => {
      calls.push(['cancel', options?.credential, id]);
      return info;
    },
    results: async (id, _onResult, options) => void calls.push(['results', options?.credential, id]),
  };
  const state: { error: ClientError | undefined } = { error: undefined };
  const pooled = new PooledBatches('key-a', {
    batches: () => {
      if (state.error) throw state.error;
      return batches;
    },
    hindrance: () => hindrance,
    clean: (request) => ({ ...request, messages: [{ role: 'user', content: 'cleaned' }] }),
  });
  return { pooled, calls, state };
}

describe('The batches of a key', () => {
  it('go with that key, cleaned of what must not leave, whatever the caller names', async () => {
    const { pooled, calls } = setup();
    await pooled.create([entry('a secret')], { credential: 'another' });
    await pooled.get('b1');
    await pooled.list(5);
    await pooled.cancel('b2');
    await pooled.results('b3', () => {});
    assert.deepEqual(calls, [
      ['create', 'key-a', [entry('cleaned')]],
      ['get', 'key-a', 'b1'],
      ['list', 'key-a', 5],
      ['cancel', 'key-a', 'b2'],
      ['results', 'key-a', 'b3'],
    ]);
  });

  it('are not begun once its cap is reached, and asked about all the same', async () => {
    const { pooled, calls } = setup({ reason: 'budget', until: 99 });
    await assert.rejects(
      pooled.create([entry('a')]),
      (error) => ClientError.is(error, 'spendLimit') && error.until === 99,
    );
    await pooled.get('b1');
    assert.deepEqual(
      calls.map(([name]) => name),
      ['get'],
    );
  });

  it('reject when there is no client any more', async () => {
    const { pooled, state } = setup();
    state.error = new ClientError('closed', 'Failed to send the request: the client is closed');
    for (const call of [
      () => pooled.create([entry('a')]),
      () => pooled.get('b'),
      () => pooled.list(0),
      () => pooled.cancel('b'),
      () => pooled.results('b', () => {}),
    ]) {
      await assert.rejects(call(), (error) => ClientError.is(error, 'closed'));
    }
  });
});
