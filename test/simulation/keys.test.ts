import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { ClientOptions } from '../../src/client/types';
import type { SimulatorOptions } from '../simulator/simulator';
import { demoKey } from '../simulator/simulator';
import { createStage } from './stage';
import type { Stage, Watched } from './stage';

describe('a run, by its key,', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  function setup(simulator: SimulatorOptions = {}, options: Partial<ClientOptions> = {}) {
    stage = createStage(simulator, options);
    return stage;
  }

  async function failureOf({ outcome }: Watched): Promise<ClientError> {
    const error = await stage.time.until(outcome);
    assert.ok(ClientError.is(error, 'authentication'));
    return error;
  }

  it('fails with authentication when the provider of the key throws', async () => {
    const cause = new Error('The vault is locked');
    const { send, server } = setup({}, { apiKey: () => Promise.reject(cause) });
    const error = await failureOf(send());
    assert.equal(error.cause, cause);
    assert.equal(server.log.attempts.length, 0);
  });

  it('fails with authentication when no header can carry its key, and sends nothing', async () => {
    for (const key of ['demo-key-gööd', 'demo-key-→', 'demo-key\ngood']) {
      const { send, server, time } = setup({}, { apiKey: key });
      const error = await failureOf(send());
      assert.ok(!error.message.includes(key));
      assert.equal(server.log.attempts.length, 0);
      assert.equal(time.elapsedMs, 0);
      await stage.close();
    }
    setup();
  });

  it('asks for the key before every attempt', async () => {
    const keys = ['demo-key-old', demoKey];
    const { send, time } = setup({}, { apiKey: () => keys.shift() ?? demoKey });
    await failureOf(send());
    assert.equal((await time.until(send().run.result)).stopReason, 'end_turn');
  });

  it('is not held back by what a former organization is still told', async () => {
    let key = demoKey;
    const other = { key: 'demo-key-other', organization: 'org-other' };
    const { send, time, server } = setup(
      { keys: [{ key: demoKey }, other] },
      {
        apiKey: () => key,
        fetch: async (url, init) => {
          const isLate = JSON.stringify(init?.body).includes('late') && key === demoKey;
          if (!isLate) return server.fetch(url, init);
          await new Promise((resolve) => setTimeout(resolve, 5_000));
          return new Response('{}', { status: 429, headers: { 'retry-after': '600' } });
        },
      },
    );
    await time.until(send().run.result);
    const late = send({ messages: [{ role: 'user', content: 'late' }] });
    await time.pass(100);
    key = other.key;
    await time.until(send().run.result);
    await time.until(late.run.result);
    await time.until(send().run.result);
    assert.ok(time.elapsedMs < 10_000, `took ${time.elapsedMs} ms`);
  });

  it('learns anew when the key comes to belong to another organization', async () => {
    let key = demoKey;
    const other = { key: 'demo-key-other', organization: 'org-other' };
    const { send, time, client } = setup({ keys: [{ key: demoKey }, other] }, { apiKey: () => key });
    await time.until(send().run.result);
    key = other.key;
    await time.until(send().run.result);
    assert.deepEqual(
      client.quota().map(({ organization, requests }) => [organization, requests?.remaining]),
      [['org-other', 49]],
    );
  });

  it('tells the provider which key it is to go with, and nobody else', async () => {
    const asked: (string | undefined)[] = [];
    const { send, time, server } = setup(
      {},
      {
        apiKey: (credential) => {
          asked.push(credential);
          return demoKey;
        },
      },
    );
    await time.until(send({ credential: 'key-a' }).run.result);
    await time.until(send().run.result);
    assert.deepEqual(asked, ['key-a', undefined]);
    assert.ok(!JSON.stringify(server.log.attempts).includes('key-a'));
  });

  it('stops all that would go with the same key, before the next one leaves', async () => {
    const dead = 'demo-key-dead';
    const refused = new Set<string>();
    const told: unknown[] = [];
    const { send, time, server } = setup(
      { keys: [{ key: demoKey }, { key: dead, id: 'dead' }], limits: { requestsPerMinute: 5 } },
      {
        limits: { maxConcurrent: 1 },
        apiKey: (credential = '') => {
          if (refused.has(credential)) throw new Error('This key is not used any more');
          return credential === 'dead' ? dead : demoKey;
        },
        onKeyRefused: ({ credential = '', apiKey }) => {
          told.push({ credential, isKey: apiKey === dead });
          refused.add(credential);
          throw new Error('A listener at fault');
        },
      },
    );
    server.revokeKey(dead);
    const runs = ['dead', 'dead', 'live', 'dead'].map((credential) => send({ credential }));
    const outcomes = await time.until(Promise.all(runs.map(({ outcome }) => outcome)));
    assert.deepEqual(
      outcomes.map((each) => ClientError.is(each, 'authentication')),
      [true, true, false, true],
    );
    assert.deepEqual(told, [{ credential: 'dead', isKey: true }]);
    assert.equal(server.log.attempts.filter(({ status }) => status === 401).length, 1);
  });

  it('names its organization once a response has', async () => {
    const { client, time } = setup();
    assert.equal(client.organization(), undefined);
    await time.until(client.models());
    assert.equal(client.organization(), 'org-demo');
  });
});
