import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import { createStage, model } from './stage';
import type { Stage } from './stage';

const whole = [
  { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'All is well' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
  { type: 'message_stop' },
] as const;

type Ending = 'closes' | 'stays open' | 'is reset';

/** A server that sends these events at once, and what its connection does then. */
function answering(
  events: readonly { readonly type: string }[],
  ending: Ending,
  onCancel: () => void = () => {},
): typeof fetch {
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  return () => {
    let end: NodeJS.Timeout | undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        if (ending === 'closes') end = setTimeout(() => controller.close(), 20);
      },
      // Called when what was written has been read: an error drops what was not.
      pull(controller) {
        if (ending === 'is reset') controller.error(new TypeError('terminated'));
      },
      cancel() {
        clearTimeout(end);
        onCancel();
      },
    });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
  };
}

describe('a server that is not quite the API', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  function setup(transport: typeof fetch) {
    let calls = 0;
    stage = createStage(
      {},
      {
        fetch: (...request) => {
          calls++;
          return transport(...request);
        },
      },
    );
    return { ...stage, calls: () => calls };
  }

  for (const ending of ['closes', 'stays open', 'is reset'] as const) {
    it(`gives a whole answer when it ${ending} after the end of the message`, async () => {
      const { send, time } = setup(answering(whole, ending));
      const result = await time.until(send().run.result);
      assert.equal(result.text, 'All is well');
      assert.equal(result.attempts, 1);
      assert.ok(time.elapsedMs < 1_000, `after ${time.elapsedMs} ms`);
    });
  }

  it('is read to its end when that comes soon, or its connection could not be used again', async () => {
    let isCancelled = false;
    const { send, time } = setup(answering(whole, 'closes', () => (isCancelled = true)));
    await time.until(send().run.result);
    await time.pass(1_000);
    assert.equal(isCancelled, false);
  });

  it('may leave out the usage and the reason of the stop', async () => {
    const [, delta, , stop] = whole;
    const events = [{ type: 'message_start' }, delta, { type: 'message_delta' }, stop];
    const { send, time } = setup(answering(events, 'closes'));
    const result = await time.until(send().run.result);
    assert.equal(result.text, 'All is well');
    assert.equal(result.stopReason, 'end_turn');
  });

  it('may list its models in a shape of its own, and no model is then known', async () => {
    const { client, time, calls } = setup(() => Promise.resolve(Response.json({ data: { models: [] } })));
    assert.deepEqual(await time.until(client.models()), []);
    assert.equal(calls(), 1);
  });

  it('may leave out the names of its models', async () => {
    const { client, time } = setup(() => Promise.resolve(Response.json({ data: [{ id: 'local-model' }] })));
    const [only] = await time.until(client.models());
    assert.equal(only?.displayName, 'local-model');
  });

  it('may know no pages, and answer with the same one for ever', async () => {
    const page = { data: [{ id: 'one' }, { id: 'two' }], has_more: true, last_id: 'two' };
    const { client, time, calls } = setup(() => Promise.resolve(Response.json(page)));
    const models = await time.until(client.models());
    assert.deepEqual(
      models.map(({ id }) => id),
      ['one', 'two'],
    );
    assert.equal(calls(), 2);
  });

  it('is not blamed for a request that cannot be written, which is sent no second time', async () => {
    const { send, time, calls } = setup(answering(whole, 'closes'));
    const content = [{ type: 'text', text: 'Hello', size: 1n }];
    const outcome = await time.until(send({ model, messages: [{ role: 'user', content }] }).outcome);
    assert.ok(ClientError.is(outcome, 'invalid'));
    assert.equal(calls(), 0);
    assert.equal(time.elapsedMs, 0);
  });

  it('that cannot be reached is tried again', async () => {
    const reach = answering(whole, 'closes');
    let isUp = false;
    const { send, time, calls } = setup((...request) => {
      if (isUp) return reach(...request);
      isUp = true;
      const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return Promise.reject(new TypeError('fetch failed', { cause }));
    });
    const watched = send();
    assert.equal((await time.until(watched.run.result)).attempts, 2);
    assert.ok(watched.events.some((event) => event.type === 'retrying' && event.reason === 'network'));
    assert.equal(calls(), 2);
  });
});
