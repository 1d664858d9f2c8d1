import assert from 'node:assert/strict';
import type { Setup } from './support';
import { model, parseEvents, setup } from './support';

const chapter = 'The tide tables of the harbour, hour by hour. '.repeat(200);
const ephemeral = { type: 'ephemeral' };

function marked(text: string, cacheControl: unknown = ephemeral) {
  return { type: 'text', text, cache_control: cacheControl };
}

function turn(role: string, text: string, isMarked: boolean) {
  return { role, content: [isMarked ? marked(text) : { type: 'text', text }] };
}

/** Cache reads and writes of a request, and what it took from the input bucket. */
async function usageOf({ send, simulator }: Setup, body: Readonly<Record<string, unknown>>) {
  const before = simulator.levels(model).inputTokens.level;
  const events = parseEvents(await (await send({ body })).text());
  const usage = events.find(({ type }) => type === 'message_start')?.message?.usage ?? {};
  const {
    cache_read_input_tokens: read = 0,
    cache_creation_input_tokens: written = 0,
    input_tokens: fresh = 0,
  } = usage;
  return { read, written, fresh, charged: before - simulator.levels(model).inputTokens.level };
}

describe('The simulated prompt cache', () => {
  it('is written once and then read, which the input bucket is not charged for', async () => {
    const simulated = setup();
    const body = { system: [marked(chapter)] };
    const first = await usageOf(simulated, body);
    const second = await usageOf(simulated, body);
    assert.ok(first.written > 1_024);
    assert.deepEqual([first.read, first.charged], [0, first.written + first.fresh]);
    assert.deepEqual([second.read, second.written, second.charged], [first.written, 0, second.fresh]);
  });

  it('serves only the prefix that is the same', async () => {
    const simulated = setup();
    const first = await usageOf(simulated, { system: [marked(chapter), marked('Answer briefly.')] });
    const changed = await usageOf(simulated, { system: [marked(chapter), marked('Answer at length.')] });
    assert.ok(changed.read > 0 && changed.read < first.written);
    assert.ok(changed.written > 0);
    const other = await usageOf(simulated, { system: [marked(`x${chapter}`)] });
    assert.equal(other.read, 0);
  });

  it('finds an earlier prefix when a conversation grows beyond its mark', async () => {
    const simulated = setup();
    const first = await usageOf(simulated, { messages: [turn('user', chapter, true)] });
    const grown = await usageOf(simulated, {
      messages: [turn('user', chapter, false), turn('assistant', 'Noted.', false), turn('user', 'And now?', true)],
    });
    assert.equal(grown.read, first.written);
  });

  it('forgets after five minutes, unless it is read or kept for an hour', async () => {
    const simulated = setup();
    const short = { system: [marked(chapter)] };
    const long = { system: [marked(`Long: ${chapter}`, { type: 'ephemeral', ttl: '1h' })] };
    await usageOf(simulated, short);
    await usageOf(simulated, long);
    await simulated.clock.advance(240_000);
    assert.ok((await usageOf(simulated, short)).read > 0);
    await simulated.clock.advance(240_000);
    assert.ok((await usageOf(simulated, short)).read > 0);
    await simulated.clock.advance(300_000);
    assert.equal((await usageOf(simulated, short)).read, 0);
    assert.ok((await usageOf(simulated, long)).read > 0);
  });

  it('can be used only once the first answer has begun', async () => {
    const simulated = setup({ pace: { firstByteMs: 1_000 } });
    const body = { system: [marked(chapter)] };
    const first = simulated.send({ body });
    await simulated.clock.advance(500);
    const second = simulated.send({ body });
    await simulated.clock.advance(1_500);
    await Promise.all([first, second]);
    assert.deepEqual(
      simulated.simulator.log.attempts.map(({ usage }) => usage?.cacheReadTokens),
      [0, 0],
    );
  });

  it('ignores prompts too short for the model, and belongs to one organization and model', async () => {
    const simulated = setup({ keys: [{ key: 'demo-key-good' }, { key: 'other', organization: 'org-other' }] });
    const tiny = await usageOf(simulated, { system: [marked('Answer briefly.')] });
    assert.equal(tiny.written, 0);
    const body = { system: [marked(chapter)] };
    await usageOf(simulated, body);
    assert.equal((await usageOf(simulated, { ...body, model: 'claude-sonnet-5' })).read, 0);
    await simulated.send({ body, key: 'other' });
    assert.equal(simulated.simulator.log.last?.usage?.cacheReadTokens, 0);
  });

  it('takes a mark on the request for its last block, and at most four marks', async () => {
    const simulated = setup();
    const body = { cache_control: ephemeral, messages: [{ role: 'user', content: chapter }] };
    await usageOf(simulated, body);
    assert.ok((await usageOf(simulated, body)).read > 0);
    const five = Array.from({ length: 5 }, (_, index) => marked(`Part ${index}`));
    assert.equal((await simulated.send({ body: { system: five } })).status, 400);
  });

  it('charges a workspace for what it reads', async () => {
    const { simulator, send } = setup({
      keys: [{ key: 'demo-key-good', workspace: 'wrk' }],
      headers: { includesOwnRequest: false },
    });
    simulator.setLimits({ inputTokensPerMinute: 100_000 }, { workspace: 'wrk' });
    const body = { system: [marked(chapter)] };
    for (let count = 0; count < 5; count++) await send({ body });
    const spent = simulator.log.attempts.reduce(
      (sum, { usage }) =>
        sum + (usage?.inputTokens ?? 0) + (usage?.cacheReadTokens ?? 0) + (usage?.cacheWriteTokens ?? 0),
      0,
    );
    const { headers } = await send({ body });
    const rounded = Math.round((100_000 - spent) / 1_000) * 1_000;
    assert.equal(headers.get('anthropic-ratelimit-tokens-remaining'), String(rounded));
  });
});
