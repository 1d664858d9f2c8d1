import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ClientError } from '../../../src/client/errors';
import type { LaneSnapshot } from '../../../src/client/types';
import { Summarizer, type SummaryProgress } from '../../../src/summarize/summarizer';
import { ScriptedClient, settled, type ScriptedRun } from '../scriptedClient';

const model = 'claude-sonnet-5-5';
/** Before a limit is known: 3,000 tokens of three characters. */
const cautiousCharacters = 9_000;

/** By 0.4 of the limit at three characters a token. */
function charactersFor(limit: number): number {
  return Math.floor(limit * 0.4 * 3);
}

function laneWith(inputLimit: number, group = model): LaneSnapshot {
  const inputTokens = { limit: inputLimit, remaining: inputLimit, resetAt: 0, observedAt: 1 };
  return {
    organization: 'demo',
    group,
    requests: undefined,
    inputTokens,
    outputTokens: undefined,
    queued: 0,
    running: 0,
    held: undefined,
  };
}

function setup(onSend: (run: ScriptedRun, client: ScriptedClient) => void = () => {}) {
  const client: ScriptedClient = new ScriptedClient((run) => onSend(run, client));
  const abort = new AbortController();
  const progress: SummaryProgress[] = [];
  const summarizer = new Summarizer(
    client,
    { model, priority: 'normal', source: 'summary-1', signal: abort.signal },
    (now) => progress.push(now),
  );
  return { client, abort, progress, summarizer };
}

/** What stands between the markers of a prompt. */
function quoted({ prompt }: ScriptedRun): string {
  return /<text>\n(.*)\n<\/text>$/s.exec(prompt)?.[1] ?? assert.fail('The prompt quotes no text');
}

function isCombining({ prompt }: ScriptedRun): boolean {
  return prompt.startsWith('Combine');
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `const line${index} = ${index};\n`).join('');
}

describe('A summary', () => {
  it('takes one request where the text fits', async () => {
    const { client, summarizer, progress } = setup((run) => run.finish(' A summary.\n'));
    assert.equal(await summarizer.summarize({ name: 'src/retry.ts', text: 'retry();' }), 'A summary.');
    assert.equal(client.runs.length, 1);
    const { request } = client.latest;
    assert.equal(request.model, model);
    assert.equal(request.priority, 'normal');
    assert.equal(request.source, 'summary-1');
    assert.ok(typeof request.system === 'string' && request.system !== '');
    assert.match(client.latest.prompt, /src\/retry\.ts/);
    assert.equal(quoted(client.latest), 'retry();');
    assert.deepEqual(progress.at(-1), { done: 1, total: undefined, last: undefined });
  });

  it('takes one request for all that a known limit lets through', async () => {
    const { client, summarizer } = setup((run) => run.finish('ok'));
    const text = 'x'.repeat(charactersFor(50_000));
    client.lanes = [laneWith(10, 'another model'), laneWith(50_000)];
    await summarizer.summarize({ name: 'big', text });
    assert.equal(client.runs.length, 1);
    await summarizer.summarize({ name: 'bigger', text: `${text}x` });
    assert.ok(client.runs.length > 2);
  });

  it('of a large text sends a small piece first, and the rest by the limit that its answer brought', async () => {
    const limit = 30_000;
    const { client, summarizer } = setup();
    const text = lines(6_000);
    const summary = summarizer.summarize({ name: 'big.ts', text });
    await settled();
    assert.equal(client.runs.length, 1, 'nothing else is sent before the limit is known');
    const first = quoted(client.latest);
    assert.ok(first.length <= cautiousCharacters);

    client.lanes = [laneWith(limit)];
    client.latest.finish('summary of part 1');
    await settled();
    const rest = client.runs.slice(1);
    assert.equal([first, ...rest.map(quoted)].join(''), text);
    assert.ok(rest.every((run) => quoted(run).length <= charactersFor(limit)));
    assert.ok(rest.some((run) => quoted(run).length > cautiousCharacters));
    assert.deepEqual(
      rest.map(({ prompt }) => /part (\d+) of big\.ts/.exec(prompt)?.[1]),
      rest.map((_, index) => String(index + 2)),
    );

    // They may be answered in any order; they are put together in theirs.
    for (const [index, run] of [...rest.entries()].toReversed()) run.finish(`summary of part ${index + 2}`);
    await settled();
    assert.ok(isCombining(client.latest));
    const order = [...quoted(client.latest).matchAll(/summary of part (\d+)/g)].map(([, number]) => Number(number));
    assert.deepEqual(
      order,
      Array.from({ length: rest.length + 1 }, (_, index) => index + 1),
    );
    client.latest.finish('All of it.');
    assert.equal(await summary, 'All of it.');
  });

  it('tells the pieces done, how many there are, and what the last one waits for', async () => {
    const { client, summarizer, progress } = setup();
    client.lanes = [laneWith(10_000)];
    const summary = summarizer.summarize({ name: 'big', text: lines(1_500) });
    client.latest.emit({ type: 'waiting', reason: 'inputTokens', until: 7_000 });
    await settled();
    assert.deepEqual(progress.at(-1), {
      done: 0,
      total: undefined,
      last: { type: 'waiting', reason: 'inputTokens', until: 7_000 },
    });
    client.latest.emit({ type: 'started', attempt: 1 }, { type: 'text', text: 'a' });
    client.latest.finish('a');
    await settled();
    const pieces = client.runs.length;
    assert.deepEqual(progress.at(-1), { done: 1, total: pieces, last: { type: 'started', attempt: 1 } });
    for (const run of client.runs) run.finish('b');
    await settled();
    assert.equal(progress.at(-1)?.done, pieces);
    client.latest.finish('c');
    await summary;
  });
});

describe('A summary that fails', () => {
  it('rejects with the first error and cancels the runs beside it', async () => {
    const { client, summarizer } = setup();
    client.lanes = [laneWith(10_000)];
    const summary = summarizer.summarize({ name: 'big', text: lines(3_000) });
    client.latest.finish('first');
    await settled();
    const [, second, third, ...others] = client.runs;
    assert.ok(others.length > 0);
    second?.finish('second');
    const error = new ClientError('overloaded', 'full');
    third?.fail(error);
    await assert.rejects(summary, (rejection) => rejection === error);
    assert.ok(others.every(({ isCancelled }) => isCancelled));
    assert.ok(!second?.isCancelled);
    await settled();
    assert.ok(!client.runs.some(isCombining));
  });

  it('ends all its runs when it is cancelled from outside', async () => {
    const { client, summarizer, abort } = setup();
    client.lanes = [laneWith(10_000)];
    const summary = summarizer.summarize({ name: 'big', text: lines(3_000) });
    client.latest.finish('first');
    await settled();
    abort.abort();
    await assert.rejects(summary, (error) => ClientError.is(error, 'cancelled'));
    assert.ok(client.runs.slice(1).every(({ isCancelled }) => isCancelled));
  });
});

describe('Combining summaries', () => {
  it('takes one request where they fit', async () => {
    const { client, summarizer } = setup((run) => run.finish('all'));
    assert.equal(await summarizer.combine('src', ['one', 'two', 'three']), 'all');
    assert.equal(client.runs.length, 1);
    assert.equal(quoted(client.latest), 'one\n\n---\n\ntwo\n\n---\n\nthree');
  });

  it('takes none for a single summary, and none for none', async () => {
    const { client, summarizer } = setup();
    assert.equal(await summarizer.combine('src', ['only']), 'only');
    assert.equal(await summarizer.combine('src', []), '');
    assert.equal(client.runs.length, 0);
  });

  it('goes in rounds where they do not fit, neighbours together', async () => {
    const { client, summarizer } = setup((run) => {
      run.finish(quoted(run).replaceAll(/[^a-z]/g, ''));
    });
    client.lanes = [laneWith(10)];
    const summaries = ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc', 'dddddddddd'];
    const combined = await summarizer.combine('src', summaries);
    assert.equal(combined, summaries.join(''));
    assert.equal(client.runs.length, 3);
  });

  it('always comes to an end, even where answers are longer than what they sum up', async () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat({ max: 300 }), fc.nat({ max: 200 }), async (sizes, limit, answerLength) => {
        const { client, summarizer } = setup((run, { runs }) => {
          assert.ok(runs.length <= 2 * sizes.length + 10, 'the rounds do not shrink');
          run.finish('x'.repeat(answerLength));
        });
        client.lanes = [laneWith(limit)];
        await summarizer.combine(
          'src',
          sizes.map((size) => 'y'.repeat(size)),
        );
      }),
    );
  });
});
