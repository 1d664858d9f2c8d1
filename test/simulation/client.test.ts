import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import { createStage, model } from './stage';
import type { Stage } from './stage';

describe('a client', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it('that is closed ends who waits and who runs, and takes nobody more', async () => {
    stage = createStage({ limits: { requestsPerMinute: 1 } });
    const { send, client, time } = stage;
    const runs = [send(), send(), send()];
    await time.pass(200);
    await time.until(client.close());
    const late = send();
    for (const { outcome } of [...runs, late]) assert.ok(ClientError.is(await time.until(outcome), 'closed'));
    const first = await runs[0]?.outcome;
    assert.ok(first instanceof ClientError && first.partial, 'what came is kept');
    await assert.rejects(client.models(), (error) => ClientError.is(error, 'closed'));
    await time.until(client.close());
  });

  it('counts tokens and lists models, page by page', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => ({
      id: `claude-test-${index}`,
      displayName: `Test ${index}`,
      createdAt: '2026-01-01T00:00:00Z',
      maxInputTokens: 1_000,
      maxOutputTokens: 1,
      minCacheTokens: 1,
      tokenFactor: 1,
    }));
    stage = createStage({ models: many });
    const { client, time, server } = stage;
    const models = await time.until(client.models());
    assert.equal(models.length, 2_500);
    assert.equal(new Set(models.map(({ id }) => id)).size, 2_500);
    assert.equal(server.log.attempts.length, 3);
    const tokens = await time.until(
      client.countTokens({ model: 'claude-test-1', messages: [{ role: 'user', content: 'Hello there' }] }),
    );
    assert.ok(tokens > 0);
  });

  it('tells that its quota changed, once for many changes, whatever a listener throws', async () => {
    stage = createStage();
    const { client, send, time } = stage;
    let calls = 0;
    client.onDidChangeQuota(() => {
      throw new Error('not my problem');
    });
    const subscription = client.onDidChangeQuota(() => calls++);
    await time.until(send().run.result);
    await time.pass(1_000);
    assert.ok(calls >= 2 && calls <= 8, `${calls} calls`);
    subscription.dispose();
    const before = calls;
    await time.until(send().run.result);
    assert.equal(calls, before);
  });

  it('shows its quota as the server would', async () => {
    stage = createStage();
    const { client, send, time, server } = stage;
    await time.until(Promise.all(Array.from({ length: 8 }, () => send().run.result)));
    const [lane] = client.quota();
    const levels = server.levels(model);
    assert.ok(Math.abs((lane?.requests?.remaining ?? 0) - levels.requests.level) <= 1);
    assert.ok(Math.abs((lane?.inputTokens?.remaining ?? 0) - levels.inputTokens.level) <= 500);
    assert.ok(Math.abs((lane?.outputTokens?.remaining ?? 0) - levels.outputTokens.level) <= 500);
    assert.equal(lane?.queued, 0);
    assert.equal(lane?.running, 0);
    assert.equal(lane?.held, undefined);
  });

  it('says that a lane is held back, and until when', async () => {
    stage = createStage();
    const { client, send, time, server } = stage;
    server.faults.add({ kind: 'rateLimited', retryAfter: 30 });
    const watched = send();
    await time.pass(1_000);
    const held = client.quota()[0]?.held;
    assert.equal(held?.reason, 'rateLimited');
    assert.ok(Math.abs((held?.until ?? 0) - time.clock.now() - 29_000) < 500);
    watched.run.cancel();
    await time.until(watched.outcome);
  });
});
