import assert from 'node:assert/strict';
import { createAnthropicAdapter } from '../../../src/client/anthropicAdapter';
import { Engine } from '../../../src/client/engine';
import { ClientError } from '../../../src/client/errors';
import type { RunEvent } from '../../../src/client/types';
import { createStage, model } from '../../simulation/stage';
import type { Stage } from '../../simulation/stage';
import type { SimulatorOptions } from '../../simulator/simulator';
import { demoKey } from '../../simulator/simulator';
import { installVirtualTime } from '../../support/virtualTime';
import type { VirtualTime } from '../../support/virtualTime';

const thoughts = 'The bucket is empty. So it must be the refill that counts.';
const answer = 'It depends on the refill.';

const delta = (each: object) => ({ type: 'content_block_delta', index: 0, delta: each });

const textOf = (events: readonly RunEvent[], type: 'text' | 'thinking') =>
  events.map((event) => (event.type === type ? event.text : '')).join('');

describe('thinking', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  function setup(simulator: SimulatorOptions = {}): Stage {
    stage = createStage(simulator);
    stage.server.script({ thinking: thoughts, text: answer });
    return stage;
  }

  it('comes before the text, each as events of its own, and both are in the result', async () => {
    const { send, time } = setup();
    const { events, outcome } = send({ thinking: 'adaptive' });
    const result = await time.until(outcome);
    assert.ok('text' in result);
    assert.deepEqual([result.thinking, result.text], [thoughts, answer]);
    assert.deepEqual([textOf(events, 'thinking'), textOf(events, 'text')], [thoughts, answer]);
    const types = events.map(({ type }) => type);
    assert.ok(types.lastIndexOf('thinking') < types.indexOf('text'));
    assert.ok(types.filter((type) => type === 'thinking').length > 1, 'as it is streamed');
  });

  it('counts as output, and the time to the first text goes on while it lasts', async () => {
    const { send, time, server } = setup();
    const { outcome, at } = send();
    const result = await time.until(outcome);
    assert.ok('usage' in result);
    assert.equal(result.usage.outputTokens, server.log.last?.usage?.outputTokens);
    assert.ok(result.usage.outputTokens > 15, 'more than the text alone');
    assert.ok((at('text') ?? 0) > (at('thinking') ?? Infinity));
    assert.ok((result.timing.firstTokenMs ?? 0) > 100);
  });

  for (const [choice, parameter] of [
    [undefined, undefined],
    ['auto', undefined],
    ['adaptive', { type: 'adaptive', display: 'summarized' }],
    ['off', { type: 'disabled' }],
  ] as const) {
    it(`${choice ?? 'unspoken of'} is asked for as ${JSON.stringify(parameter) ?? 'nothing at all'}`, async () => {
      const { send, time, server } = setup();
      const result = await time.until(send({ thinking: choice }).outcome);
      assert.deepEqual(server.log.last?.body?.['thinking'], parameter);
      assert.equal('thinking' in result && result.thinking, choice === 'off' ? '' : thoughts);
    });
  }

  it('has begun is output: nothing is sent again, and the error holds what came', async () => {
    const { send, time, server } = setup();
    server.faults.add({ kind: 'midStreamError', afterDeltas: 1 });
    const { events, outcome } = send();
    const error = await time.until(outcome);
    assert.ok(ClientError.is(error, 'overloaded'));
    assert.equal(server.log.messages.length, 1);
    assert.equal(textOf(events, 'text'), '');
    assert.ok(error.partial && error.partial.thinking !== '');
    assert.equal(error.partial.thinking, textOf(events, 'thinking'));
    assert.equal(error.partial.text, '');
    assert.ok(thoughts.startsWith(error.partial.thinking));
    assert.ok(error.partial.usage.outputTokens > 0);
  });

  it('is empty where there is none', async () => {
    const { send, time, server } = setup();
    await time.until(send().outcome);
    server.script({ text: answer });
    const { events, outcome } = send({ thinking: 'adaptive' });
    const result = await time.until(outcome);
    assert.equal('thinking' in result && result.thinking, '');
    assert.ok(events.every(({ type }) => type !== 'thinking'));
  });

  it('of a kind that is unknown is never asked for', async () => {
    const { client, time, server } = setup();
    const request = { model, maxTokens: 10, messages: [{ role: 'user', content: 'Hello' }] };
    const run = Reflect.apply(client.send.bind(client), undefined, [{ ...request, thinking: 'deeply' }]);
    await assert.rejects(time.until(run.result), (error) => ClientError.is(error, 'invalid'));
    assert.equal(server.log.messages.length, 0);
  });
});

describe('of what the API streams', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = installVirtualTime();
  });
  afterEach(() => time.uninstall());

  /** A client whose API answers with these events. */
  function setup(events: readonly { readonly type: string; readonly [field: string]: unknown }[]) {
    const body = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    const client = new Engine(
      {
        apiKey: demoKey,
        fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
      },
      { clock: time.clock, random: () => 0.5, loadAdapter: async (each) => createAnthropicAdapter(each) },
    );
    const run = client.send({ model, maxTokens: 100, messages: [{ role: 'user', content: 'Hello' }] });
    return { client, run };
  }

  const start = { type: 'message_start', message: { usage: { input_tokens: 8, output_tokens: 1 } } };
  const end = [
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 30 } },
    { type: 'message_stop' },
  ];

  it('signatures and hidden thoughts are nothing to read', async () => {
    const { client, run } = setup([
      start,
      { type: 'content_block_start', index: 0, content_block: { type: 'redacted_thinking', data: 'aGlkZGVu' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'thinking', thinking: '', signature: '' } },
      delta({ type: 'thinking_delta', thinking: '' }),
      delta({ type: 'signature_delta', signature: 'c2lnbmVk' }),
      { type: 'content_block_stop', index: 1 },
      delta({ type: 'text_delta', text: answer }),
      ...end,
    ]);
    const types: string[] = [];
    const reading = (async () => {
      for await (const { type } of run) types.push(type);
    })();
    const result = await time.until(run.result);
    await time.until(reading);
    assert.deepEqual([result.thinking, result.text, result.usage.outputTokens], ['', answer, 30]);
    assert.ok(!types.includes('thinking'));
    await time.until(client.close());
  });

  it('tool input is output that nobody reads', async () => {
    const { client, run } = setup([start, delta({ type: 'input_json_delta', partial_json: '{"a":1}' }), ...end]);
    const result = await time.until(run.result);
    assert.deepEqual([result.thinking, result.text], ['', '']);
    await time.until(client.close());
  });
});
