import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { countTokens, splitTokens } from '../../simulator/tokens';
import type { Setup, SendOptions } from './support';
import { parseEvents, setup, textOf } from './support';

async function answerOf({ send }: Setup, options?: SendOptions): Promise<string> {
  return textOf(parseEvents(await (await send(options)).text()));
}

describe('A simulated answer', () => {
  it('depends on request and seed only, not on what was asked before', async () => {
    const first = setup();
    const second = setup();
    const expected = await answerOf(first, { text: 'What is a burst?' });
    await answerOf(second, { text: 'Something else.' });
    assert.equal(await answerOf(second, { text: 'What is a burst?' }), expected);
    const seeds = await Promise.all([2, 3, 4].map((seed) => answerOf(setup({ seed }), { text: 'What is a burst?' })));
    assert.ok(seeds.some((answer) => answer !== expected));
  });

  it('is markdown with headings, a list, a closed code block and bold text', async () => {
    const answers = new Set<string>();
    for (const text of ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']) {
      const answer = await answerOf(setup(), { text });
      answers.add(answer);
      assert.equal(answer.match(/^## /gm)?.length, 3);
      assert.match(answer, /^(- |1\. )/m);
      assert.match(answer, /^```ts\n[^]*\n```$/m);
      assert.equal(answer.match(/^```/gm)?.length, 2);
      assert.match(answer, /\*\*.+\*\*/);
    }
    assert.ok(answers.size > 3);
  });

  it('has exactly as many tokens as asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3_000 }), fc.string(), async (outputTokens, text) => {
        const simulated = setup({ outputTokens });
        const answer = await answerOf(simulated, { text: `Q${text}` });
        assert.equal(simulated.simulator.log.last?.usage?.outputTokens, outputTokens);
        assert.ok(answer.length > 0);
      }),
      { numRuns: 40 },
    );
  });

  it('stops at max_tokens and says so', async () => {
    const { send } = setup();
    const events = parseEvents(await (await send({ body: { max_tokens: 20 } })).text());
    const end = events.find(({ type }) => type === 'message_delta');
    assert.equal(end?.delta?.stop_reason, 'max_tokens');
    assert.equal(end?.usage?.['output_tokens'], 20);
    assert.equal(countTokens(textOf(events)), 20);
  });

  it('follows a script, once for each entry', async () => {
    const simulated = setup();
    simulated.simulator.script({ text: 'Hello there.', stopReason: 'refusal' }, { text: 'Naïve 🙂 text' });
    const events = parseEvents(await (await simulated.send()).text());
    assert.equal(textOf(events), 'Hello there.');
    assert.equal(events.find(({ type }) => type === 'message_delta')?.delta?.stop_reason, 'refusal');
    assert.equal(await answerOf(simulated), 'Naïve 🙂 text');
    assert.match(await answerOf(simulated), /^## /m);
  });

  it('keeps a script for a request that is admitted', async () => {
    const simulated = setup({ limits: { requestsPerMinute: 1 } });
    await simulated.send();
    simulated.simulator.script({ text: 'Scripted.' });
    assert.equal((await simulated.send()).status, 429);
    await simulated.clock.advance(60_000);
    assert.equal(await answerOf(simulated), 'Scripted.');
  });

  it('to a prompt that asks for a summary is short and quotes the text', async () => {
    const document = 'The harbour opens at six in the morning. Ships wait outside until a berth is free for them.';
    const asked = await answerOf(setup(), { text: `Summarize this file:\n\n${document}` });
    const instructed = await answerOf(setup(), { text: document, body: { system: 'You write summaries.' } });
    for (const answer of [asked, instructed]) {
      assert.match(answer, /^\*\*Summary\.\*\*/);
      assert.match(answer, /- The harbour opens at six in the morning\./);
      assert.ok(countTokens(answer) < 200);
    }
  });

  it('to a prompt that asks for one element for each file has them, and one of all where it is wanted', async () => {
    const answer = await answerOf(setup(), {
      text: [
        'Summarize each of these 2 files on its own, then all of them together.',
        '<summary id="1">the summary of file 1</summary>\n<summary id="all">the summary of all</summary>',
        'File 1 is "a.md".\n<text>\nThe ferry to the island leaves every full hour.\n</text>',
        'File 2 is "b.ts".\n<text>\nconst a = 1;\n</text>',
      ].join('\n\n'),
    });
    const elements = [...answer.matchAll(/<summary id="(\w+)">([^<]+)<\/summary>/g)].map(([, id, text]) => [id, text]);
    assert.deepEqual(elements.slice(0, 2), [
      ['1', 'The ferry to the island leaves every full hour.'],
      ['2', '1 line of names, numbers and structure, hardly any prose.'],
    ]);
    assert.equal(elements[2]?.[0], 'all');
    assert.match(elements[2][1] ?? '', /ferry to the island/);
    assert.equal(elements.length, 3);
  });

  it('to a request to combine summaries quotes their points, and never the instruction', async () => {
    const part = await answerOf(setup(), {
      text: 'Summarize part 1. Keep all the names and all the facts.\n\nThe ferry to the island leaves every full hour.',
    });
    const whole = await answerOf(setup(), { text: `Combine these summaries into one.\n\n${part}` });
    for (const answer of [part, whole]) {
      assert.match(answer, /^- The ferry to the island leaves every full hour\.$/m);
      assert.equal(answer.match(/^- /gm)?.length, 1);
    }
  });

  it('arrives at the pace asked for, with pings while it thinks', async () => {
    const { send, clock, simulator } = setup({
      outputTokens: 100,
      pace: { firstByteMs: 400, thinkingMs: 25_000, tokensPerSecond: 50, deltaIntervalMs: 100, pingIntervalMs: 10_000 },
    });
    const pending = send();
    await clock.advance(400);
    const body = (await pending).text();
    await clock.advance(26_999);
    assert.equal(simulator.log.last?.outcome, 'running');
    await clock.advance(1);
    assert.equal(simulator.log.last?.outcome, 'completed');
    const events = parseEvents(await body);
    // One at the start, as the API sends it, and two in the silence.
    assert.equal(events.filter(({ type }) => type === 'ping').length, 3);
    assert.equal(events.filter(({ type }) => type === 'content_block_delta').length, 20);
  });

  it('gives the input fields of the last usage as numbers or as null', async () => {
    const { send } = setup();
    const inputs: unknown[] = [];
    for (let count = 0; count < 2; count++) {
      const events = parseEvents(await (await send()).text());
      inputs.push(events.find(({ type }) => type === 'message_delta')?.usage?.['input_tokens']);
    }
    assert.deepEqual(inputs.map((input) => typeof input).sort(), ['number', 'object']);
  });
});

describe('The simulated tokenizer', () => {
  it('loses nothing and splits no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const tokens = splitTokens(text);
        assert.equal(tokens.join(''), text);
        assert.equal(tokens.length, countTokens(text));
        assert.ok(tokens.every((token) => token.isWellFormed()));
      }),
    );
  });

  it('counts English prose at about four characters a token', () => {
    const prose = 'A client that mirrors all three buckets knows before it sends whether a request will pass. ';
    const perToken = prose.length / countTokens(prose);
    assert.ok(perToken > 3 && perToken < 6);
  });
});
