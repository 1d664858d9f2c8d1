import assert from 'node:assert/strict';
import * as v from 'valibot';
import type { Setup } from './support';
import { setup } from './support';

const thoughts = 'It refills all the time.';
const answer = 'Wait for the refill.';

/** As much of an event as is looked at here. */
const eventSchema = v.object({
  type: v.string(),
  index: v.optional(v.number()),
  content_block: v.optional(v.object({ type: v.string() })),
  delta: v.optional(v.looseObject({ type: v.optional(v.string()), stop_reason: v.optional(v.string()) })),
  usage: v.optional(v.looseObject({ output_tokens: v.number() })),
});

type Event = v.InferOutput<typeof eventSchema>;

async function eventsOf({ send, simulator }: Setup, body: Record<string, unknown> = {}): Promise<readonly Event[]> {
  simulator.script({ thinking: thoughts, text: answer });
  const text = await (await send({ body })).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => v.parse(eventSchema, JSON.parse(line.slice('data: '.length))));
}

function joined(events: readonly Event[], type: 'thinking' | 'text'): string {
  return events.map(({ delta }) => (delta?.type === `${type}_delta` ? String(delta[type]) : '')).join('');
}

function blocksOf(events: readonly Event[]): readonly string[] {
  return events.flatMap(({ content_block: block }) => block?.type ?? []);
}

function outputOf(events: readonly Event[]): number | undefined {
  return events.find(({ type }) => type === 'message_delta')?.usage?.output_tokens;
}

describe('a simulated answer with thinking', () => {
  it('thinks in a block of its own, signed, before the text', async () => {
    const events = await eventsOf(setup(), { thinking: { type: 'adaptive', display: 'summarized' } });
    assert.deepEqual([joined(events, 'thinking'), joined(events, 'text')], [thoughts, answer]);
    assert.deepEqual(blocksOf(events), ['thinking', 'text']);
    const types = events.map(({ type, index, delta }) => `${delta?.type ?? type} ${index ?? ''}`.trim());
    const end = types.indexOf('signature_delta 0');
    assert.deepEqual(types.slice(end, end + 3), ['signature_delta 0', 'content_block_stop 0', 'content_block_start 1']);
    assert.equal(types.filter((type) => type.startsWith('content_block_stop')).length, 2);
  });

  it('counts it as output', async () => {
    const simulated = setup();
    const [without, within] = [
      await eventsOf(simulated, { thinking: { type: 'disabled' } }),
      await eventsOf(simulated),
    ];
    assert.deepEqual([joined(without, 'thinking'), blocksOf(without)], ['', ['text']]);
    assert.ok((outputOf(within) ?? 0) > (outputOf(without) ?? Infinity));
    assert.equal(simulated.simulator.log.last?.usage?.outputTokens, outputOf(within));
  });

  it('shows nothing of it when asked to leave it out, and thinks all the same', async () => {
    const simulated = setup();
    const events = await eventsOf(simulated, { thinking: { type: 'adaptive', display: 'omitted' } });
    assert.deepEqual([joined(events, 'thinking'), joined(events, 'text')], ['', answer]);
    assert.deepEqual(blocksOf(events), ['thinking', 'text']);
    assert.equal(outputOf(events), outputOf(await eventsOf(simulated)));
  });

  it('may come to its end while it still thinks', async () => {
    const events = await eventsOf(setup(), { max_tokens: 3 });
    assert.deepEqual(blocksOf(events), ['thinking']);
    assert.equal(outputOf(events), 3);
    assert.equal(events.find(({ type }) => type === 'message_delta')?.delta?.stop_reason, 'max_tokens');
  });

  it('has both blocks when it is not streamed', async () => {
    const { send, simulator } = setup();
    simulator.script({ thinking: thoughts, text: answer });
    const { content } = v.parse(
      v.object({ content: v.array(v.looseObject({ type: v.string() })) }),
      await (await send({ body: { stream: false } })).json(),
    );
    assert.deepEqual(
      content.map(({ type, thinking, text }) => [type, thinking ?? text]),
      [
        ['thinking', thoughts],
        ['text', answer],
      ],
    );
  });

  for (const thinking of [
    'adaptive',
    {},
    { type: 'always' },
    { type: 'adaptive', display: 'all' },
    { type: 'adaptive', budget_tokens: 2_000 },
    { type: 'disabled', display: 'summarized' },
    { type: 'enabled' },
    { type: 'enabled', budget_tokens: 100 },
    { type: 'enabled', budget_tokens: 4_000 },
    { type: 'adaptive', depth: 1 },
  ]) {
    it(`is refused for ${JSON.stringify(thinking)}`, async () => {
      const { send, simulator } = setup();
      assert.equal((await send({ body: { thinking } })).status, 400);
      assert.equal(simulator.log.last?.errorType, 'invalid_request_error');
    });
  }
});
