import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import type { ClientOptions, RunEvent } from '../../src/client/types';
import type { SimulatorOptions } from '../simulator/simulator';
import { demoKey } from '../simulator/simulator';
import { createStage, model } from './stage';
import type { Stage, Watched } from './stage';

const typesOf = (events: readonly RunEvent[]) => events.map(({ type }) => type);

describe('a run', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  function setup(simulator: SimulatorOptions = {}, options: Partial<ClientOptions> = {}) {
    stage = createStage(simulator, options);
    return stage;
  }

  async function assertEndsWith(watched: Watched, reason: string): Promise<ClientError> {
    const outcome = await stage.time.until(watched.outcome);
    assert.ok(outcome instanceof ClientError);
    assert.equal(outcome.reason, reason);
    await assert.rejects(
      watched.run.result,
      (error) => error === outcome,
      'iterator and result fail with the same error',
    );
    return outcome;
  }

  it('tells its life in order and ends with its result', async () => {
    const { send, time } = setup();
    const watched = send();
    const result = await time.until(watched.run.result);
    await time.until(watched.outcome);
    assert.deepEqual([...new Set(typesOf(watched.events))], ['queued', 'started', 'text', 'done']);
    assert.deepEqual(watched.events[0], { type: 'queued', position: 1, readyAt: time.clock.now() - time.elapsedMs });
    const last = watched.events.at(-1);
    assert.ok(last?.type === 'done' && last.result === result);
    assert.equal(result.text, watched.events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join(''));
    assert.equal(result.stopReason, 'end_turn');
    assert.equal(result.usage.outputTokens, 40);
    assert.ok(result.usage.inputTokens > 0);
    assert.ok(result.requestId);
    assert.ok(result.timing.totalMs >= 450 && result.timing.totalMs < 500, `${result.timing.totalMs}`);
    assert.ok((result.timing.firstTokenMs ?? 0) >= 50);
  });

  it('finishes though nobody reads it', async () => {
    const { client, time } = setup();
    const run = client.send({ model, maxTokens: 100, messages: [{ role: 'user', content: 'Hello' }] });
    assert.equal((await time.until(run.result)).stopReason, 'end_turn');
  });

  it('that fails and that nobody awaits is no unhandled rejection', async () => {
    const { client, server, time } = setup();
    server.faults.add({ kind: 'unauthorized' });
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    client.send({ model, maxTokens: 100, messages: [{ role: 'user', content: 'Hello' }] });
    await time.pass(5_000);
    process.off('unhandledRejection', onUnhandled);
    assert.deepEqual(unhandled, []);
  });

  it('yields its events once, and nothing more to a reader who left', async () => {
    const { client, time } = setup();
    const run = client.send({ model, maxTokens: 100, messages: [{ role: 'user', content: 'Hello' }] });
    for await (const event of run) {
      assert.equal(event.type, 'queued');
      break;
    }
    await time.until(run.result);
    const again: RunEvent[] = [];
    for await (const event of run) again.push(event);
    assert.deepEqual(again, []);
  });

  it('can be cancelled while it waits, at once', async () => {
    const { send, client, time, server } = setup();
    const first = send();
    const second = send();
    second.run.cancel();
    assert.equal(client.quota()[0]?.queued, 0, "it is in nobody's way any more");
    await assertEndsWith(second, 'cancelled');
    assert.equal(time.elapsedMs, 0);
    await time.until(first.outcome);
    await time.pass(5_000);
    assert.equal(server.log.messages.length, 1);
  });

  it('can be cancelled before anything is sent', async () => {
    const { send, time, server } = setup();
    const watched = send();
    watched.run.cancel();
    await assertEndsWith(watched, 'cancelled');
    await time.pass(5_000);
    assert.equal(server.log.messages.length, 0);
  });

  it('can be cancelled while the key is asked for', async () => {
    const key = Promise.withResolvers<string>();
    const { send, time, server } = setup({}, { apiKey: () => key.promise });
    const watched = send();
    await time.pass(1_000);
    watched.run.cancel();
    await assertEndsWith(watched, 'cancelled');
    key.resolve(demoKey);
    await time.pass(5_000);
    assert.equal(server.log.attempts.length, 0, 'the key that came too late is not used');
  });

  it('can be cancelled before the first byte', async () => {
    const { send, time, server } = setup();
    const watched = send();
    await time.pass(20);
    assert.equal(server.running, 1);
    watched.run.cancel();
    await assertEndsWith(watched, 'cancelled');
    await time.pass(5_000);
    assert.equal(server.log.last?.outcome, 'aborted');
    assert.equal(server.log.messages.length, 1);
  });

  it('can be cancelled in the middle, and keeps what came', async () => {
    const { send, time, server } = setup();
    const watched = send();
    await time.pass(250);
    watched.run.cancel();
    const error = await assertEndsWith(watched, 'cancelled');
    assert.ok((error.partial?.text.length ?? 0) > 0);
    await time.pass(5_000);
    assert.equal(server.log.last?.outcome, 'aborted');
    assert.equal(server.log.messages.length, 1);
  });

  it('can be cancelled while it pauses between attempts', async () => {
    const { send, time, server } = setup();
    server.faults.add({ kind: 'rateLimited', retryAfter: 60 });
    const watched = send();
    await time.pass(1_000);
    watched.run.cancel();
    await assertEndsWith(watched, 'cancelled');
    assert.ok(time.elapsedMs < 1_100);
    await time.pass(120_000);
    assert.equal(server.log.messages.length, 1, 'and nothing is sent when the pause is over');
  });

  it('is cancelled by its signal, before and while it runs', async () => {
    const { send, time, server } = setup();
    await assertEndsWith(send({ signal: AbortSignal.abort() }), 'cancelled');
    assert.equal(server.log.messages.length, 0);
    const controller = new AbortController();
    const watched = send({ signal: controller.signal });
    await time.pass(100);
    controller.abort();
    await assertEndsWith(watched, 'cancelled');
    await time.pass(5_000);
    assert.deepEqual(
      server.log.messages.map(({ outcome }) => outcome),
      ['aborted'],
    );
  });

  it('that has ended takes no notice of being cancelled', async () => {
    const { send, time } = setup();
    const watched = send();
    const result = await time.until(watched.run.result);
    watched.run.cancel();
    assert.equal(await watched.run.result, result);
  });

  it('lets the next one start when a running one is cancelled', async () => {
    const { send, time } = setup({}, { limits: { maxConcurrent: 1 } });
    const first = send();
    const second = send();
    await time.pass(100);
    first.run.cancel();
    await time.until(second.run.result);
    assert.ok(time.elapsedMs < 650, `${time.elapsedMs}`);
  });

  it('of a person goes before those of others that wait, and they before bulk work', async () => {
    const { send, time, server } = setup({ limits: { requestsPerMinute: 2 } });
    const order = (['background', 'normal', 'interactive'] as const).map(
      (priority) => () => send({ priority, messages: [{ role: 'user', content: priority }] }),
    );
    await time.until(send().run.result);
    await time.until(send().run.result);
    await time.until(Promise.all(order.map((start) => start().outcome)));
    const sent = server.log.messages
      .slice(2)
      .map(({ body }) => JSON.stringify(body).match(/interactive|normal|background/)?.[0]);
    assert.deepEqual(sent, ['interactive', 'normal', 'background']);
  });

  it('of one priority comes first when it was first', async () => {
    const { send, time, server } = setup({ limits: { requestsPerMinute: 10 } });
    await time.until(
      Promise.all(
        Array.from(
          { length: 15 },
          (_, index) => send({ messages: [{ role: 'user', content: `number ${index};` }] }).outcome,
        ),
      ),
    );
    const sent = server.log.messages.map(({ body }) => Number(JSON.stringify(body).match(/number (\d+);/)?.[1]));
    assert.deepEqual(
      sent,
      [...sent].sort((one, other) => one - other),
    );
  });

  it('says what it waits for and until when, and starts then', async () => {
    const { send, time } = setup({ limits: { requestsPerMinute: 6 } });
    await time.until(Promise.all(Array.from({ length: 6 }, () => send().outcome)));
    const watched = send({ priority: 'interactive' });
    await time.until(watched.outcome);
    const waits = watched.events.filter((event) => event.type === 'waiting');
    assert.equal(waits.length, 1, 'told once, because nothing changed');
    assert.equal(waits[0]?.reason, 'requests');
    const startedAt = time.clock.now() - time.elapsedMs + (watched.at('started') ?? 0);
    assert.ok(Math.abs(startedAt - (waits[0]?.until ?? 0)) < 100);
  });

  it('tells its place in the queue', async () => {
    const { send, time } = setup();
    const runs = [send(), send(), send({ priority: 'background' }), send(), send({ priority: 'interactive' })];
    await time.flush();
    const positions = runs.map(({ events: [first] }) => (first?.type === 'queued' ? first.position : undefined));
    // The first one does not wait, so it is in nobody's way.
    assert.deepEqual(positions, [1, 1, 2, 2, 1]);
    await time.until(Promise.all(runs.map(({ outcome }) => outcome)));
  });

  const faults = [
    [{ messages: [] }, /no messages/],
    [{ messages: [{ role: 'user', content: '  ' }] }, /empty/],
    [{ messages: [{ role: 'user', content: [] }] }, /empty/],
    [{ maxTokens: 0 }, /maxTokens/],
    [{ maxTokens: 1.5 }, /maxTokens/],
    [{ maxTokens: Number.NaN }, /maxTokens/],
    [{ model: '' }, /model/],
  ] as const;
  for (const [request, message] of faults) {
    it(`is refused without being sent: ${JSON.stringify(request)}`, async () => {
      const { send, server } = setup();
      const error = await assertEndsWith(send(request), 'invalid');
      assert.match(error.message, message);
      assert.equal(server.log.attempts.length, 0);
    });
  }

  it('is sent as it was handed in, whatever becomes of the list of messages while it waits', async () => {
    const { send, client, time, server } = setup();
    const messages = [{ role: 'user' as const, content: 'The first question' }];
    const first = send({ messages });
    const counted = client.countTokens({ model, messages });
    messages[0] = { role: 'user', content: 'Another question' };
    messages.push({ role: 'user', content: 'And one more' });
    await time.until(Promise.all([first.run.result, counted]));
    assert.equal(server.log.attempts.length, 2);
    for (const { body } of server.log.attempts)
      assert.deepEqual(body?.['messages'], [{ role: 'user', content: 'The first question' }]);
  });

  it('is refused, and send does not throw, when its content is nothing that JSON can express', async () => {
    const { send } = setup();
    const circular: { type: string; self?: unknown } = { type: 'tool_result' };
    circular.self = circular;
    await assertEndsWith(send({ messages: [{ role: 'user', content: [circular] }] }), 'invalid');
  });
});
