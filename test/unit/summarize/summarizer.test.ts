import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import type { LaneSnapshot } from '../../../src/client/types';
import { mostSubmitted, type SummaryProgress } from '../../../src/summarize/asker';
import { NoSummaryError } from '../../../src/summarize/noSummaryError';
import { estimateTokens } from '../../../src/summarize/pieceSize';
import { Summarizer, type SummarySource } from '../../../src/summarize/summarizer';
import { ScriptedClient, settled, type ScriptedRun } from '../scriptedClient';

const model = 'claude-sonnet-5-5';
/** Before a limit is known. */
const cautiousTokens = 3_000;
/** Of an input limit, for one piece. */
const share = 0.4;

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

function setup(onSend: (run: ScriptedRun) => void = () => {}, inputTokenCap?: number) {
  const client = new ScriptedClient(onSend);
  const abort = new AbortController();
  const progress: SummaryProgress[] = [];
  const summarizer = new Summarizer(
    client,
    { model, priority: 'normal', source: 'summary-1', inputTokenCap, signal: abort.signal },
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

function tokensOf(text: string): number {
  return estimateTokens(text, model);
}

/** The longest run of one letter that is estimated at no more than so many tokens. */
function filling(tokens: number): string {
  let fits = 0;
  for (let step = tokens * 4; step >= 1; step = Math.floor(step / 2)) {
    while (tokensOf('x'.repeat(fits + step)) <= tokens) fits += step;
  }
  return 'x'.repeat(fits);
}

/** Into how many pieces a text of so many times this letter is cut, each proven to be within the limit. */
async function countPieces(letter: string, limit: number): Promise<number> {
  const { client, summarizer } = setup();
  client.lanes = [laneWith(limit)];
  const summary = summarizer.summarize({ name: 'big', text: letter.repeat(40_000) });
  await answerAll(client, (run) => run.finish('ok'));
  await summary;
  assert.ok(client.runs.every((run) => tokensOf(quoted(run)) <= limit * share));
  return client.runs.filter((run) => !isCombining(run)).length;
}

/** Answers one after another, those that follow as well, until none is left. */
async function answerAll(client: ScriptedClient, answer: (run: ScriptedRun, index: number) => void): Promise<void> {
  await settled();
  for (let index = 0; index < client.runs.length; index++) {
    const run = client.runs[index];
    if (run) answer(run, index);
    await settled();
  }
}

function files(...names: readonly string[]): SummarySource[] {
  return names.map((name) => ({ name, text: `text of ${name}` }));
}

function fileOf({ prompt }: ScriptedRun): string {
  return /text of (\S+)/.exec(prompt)?.[1] ?? 'all';
}

describe('A summary', () => {
  it('takes one request where the text fits', async () => {
    const { client, summarizer, progress } = setup((run) => run.finish(' A summary.\n'));
    assert.deepEqual(await summarizer.summarize({ name: 'src/retry.ts', text: 'retry();' }), {
      text: 'A summary.',
      flaws: [],
      failure: undefined,
    });
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
    const text = filling(50_000 * share);
    client.lanes = [laneWith(10, 'another model'), laneWith(50_000)];
    await summarizer.summarize({ name: 'big', text });
    assert.equal(client.runs.length, 1);
    await summarizer.summarize({ name: 'bigger', text: `${text}xxx` });
    assert.ok(client.runs.length > 2);
  });

  it('of a large text sends a small piece first, and the rest by the limit that its answer brought', async () => {
    const limit = 30_000;
    const { client, summarizer } = setup();
    const text = lines(6_000);
    const summary = summarizer.summarize({ name: 'big.ts', text });
    await settled();
    assert.equal(client.runs.length, 1, 'nothing else is sent before the limit is known');
    assert.ok(tokensOf(quoted(client.latest)) <= cautiousTokens);

    client.lanes = [laneWith(limit)];
    await answerAll(client, (run, index) => run.finish(`summary of part ${index + 1}`));
    assert.equal((await summary).text, `summary of part ${client.runs.length}`);
    const pieces = client.runs.filter((run) => !isCombining(run));
    assert.equal(pieces.map(quoted).join(''), text);
    assert.ok(pieces.every((run) => tokensOf(quoted(run)) <= limit * share));
    assert.ok(pieces.some((run) => tokensOf(quoted(run)) > cautiousTokens));
    assert.deepEqual(
      pieces.map(({ prompt }) => /part (\S+) of big\.ts/.exec(prompt)?.[1]),
      pieces.map((_, index) => String(index + 1)),
    );
  });

  it('puts its parts together in their order, whichever is answered first', async () => {
    const { client, summarizer } = setup();
    client.lanes = [laneWith(10_000)];
    const summary = summarizer.summarize({ name: 'big.ts', text: lines(1_000) });
    await settled();
    client.latest.finish('summary of part 1');
    await settled();
    const rest = client.runs.slice(1);
    assert.ok(rest.length > 1);
    for (const [index, run] of [...rest.entries()].toReversed()) run.finish(`summary of part ${index + 2}`);
    await settled();
    assert.ok(isCombining(client.latest));
    const order = [...quoted(client.latest).matchAll(/summary of part (\d+)/g)].map(([, number]) => Number(number));
    assert.deepEqual(
      order,
      Array.from({ length: rest.length + 1 }, (_, index) => index + 1),
    );
    client.latest.finish('All of it.');
    assert.deepEqual(await summary, { text: 'All of it.', flaws: [], failure: undefined });
  });

  it('hands the client a few pieces at a time, so that none waits for all those before it', async () => {
    const { client, summarizer } = setup();
    client.lanes = [laneWith(10_000)];
    const summary = summarizer.summarize({ name: 'big', text: lines(3_000) });
    await settled();
    client.latest.finish('first');
    await settled();
    assert.equal(client.runs.length, 1 + mostSubmitted);
    client.runs[1]?.finish('second');
    await settled();
    assert.equal(client.runs.length, 2 + mostSubmitted);
    await answerAll(client, (run) => run.finish('ok'));
    assert.deepEqual((await summary).flaws, []);
  });

  it('cuts by the user’s own cap where that is the smaller limit', async () => {
    const cap = 2_000;
    const { client, summarizer } = setup(undefined, cap);
    client.lanes = [laneWith(30_000)];
    const summary = summarizer.summarize({ name: 'big', text: lines(1_000) });
    await answerAll(client, (run) => run.finish('ok'));
    await summary;
    assert.ok(client.runs.every((run) => tokensOf(quoted(run)) <= cap * share));
  });

  it('cuts a text in another script into more pieces: its letters weigh more', async () => {
    assert.ok((await countPieces('語', 10_000)) >= 2 * (await countPieces('x', 10_000)));
  });

  it('halves a piece that proves too large, and goes on', async () => {
    const { client, summarizer } = setup();
    const text = lines(150);
    const summary = summarizer.summarize({ name: 'dense', text });
    await answerAll(client, (run) => {
      if (!isCombining(run) && quoted(run).length > text.length / 3) run.fail(new ClientError('tooLarge', 'too much'));
      else run.finish('ok');
    });
    assert.deepEqual(await summary, { text: 'ok', flaws: [], failure: undefined });
    const answered = client.runs.filter((run) => !isCombining(run) && quoted(run).length <= text.length / 3);
    assert.equal(answered.map(quoted).join(''), text);
  });

  it('gives up halving where pieces become small', async () => {
    const { client, summarizer } = setup((run) => run.fail(new ClientError('tooLarge', 'too much')));
    await assert.rejects(summarizer.summarize({ name: 'dense', text: lines(150) }), (error) =>
      ClientError.is(error, 'tooLarge'),
    );
    assert.ok(client.runs.every((run) => quoted(run).length >= 100));
  });

  it('tells the pieces done, how many there are, and what the last one waits for', async () => {
    const { client, summarizer, progress } = setup();
    client.lanes = [laneWith(10_000)];
    const summary = summarizer.summarize({ name: 'big', text: lines(900) });
    await settled();
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
    const { total } = progress.at(-1) ?? {};
    assert.deepEqual(progress.at(-1), { done: 1, total, last: { type: 'started', attempt: 1 } });
    await answerAll(client, (run) => run.finish('b'));
    await summary;
    assert.equal(total, client.runs.filter((run) => !isCombining(run)).length);
    assert.equal(progress.at(-1)?.done, total);
  });
});

describe('A summary that fails', () => {
  it('rejects with the error where it has nothing', async () => {
    const error = new ClientError('overloaded', 'full');
    const { summarizer } = setup((run) => run.fail(error));
    await assert.rejects(summarizer.summarize({ name: 'a', text: 'text' }), (rejection) => rejection === error);
  });

  it('is none where the model refuses, or writes nothing', async () => {
    const refused = setup((run) => run.finish('I would rather not.', 'refusal'));
    await assert.rejects(
      refused.summarizer.summarize({ name: 'a', text: 'text' }),
      (error) => NoSummaryError.is(error) && error.reason === 'refused',
    );
    const empty = setup((run) => run.finish(' \n', 'max_tokens'));
    await assert.rejects(
      empty.summarizer.summarize({ name: 'a', text: 'text' }),
      (error) => NoSummaryError.is(error) && error.reason === 'empty',
    );
  });

  it('is marked where an answer was cut at its length limit', async () => {
    const { summarizer } = setup((run) => run.finish('It lists', 'max_tokens'));
    const { text, flaws } = await summarizer.summarize({ name: 'a.ts', text: 'text' });
    assert.equal(text, 'It lists');
    assert.deepEqual(flaws, [{ kind: 'cut', name: 'a.ts' }]);
  });

  it('keeps the parts it has, cancels the runs beside it, and says how many parts are missing', async () => {
    const { client, summarizer } = setup();
    client.lanes = [laneWith(10_000)];
    const summary = summarizer.summarize({ name: 'big', text: lines(3_000) });
    await settled();
    client.latest.finish('first');
    await settled();
    const [, second, third, fourth] = client.runs;
    second?.finish('second');
    await settled();
    const sent = client.runs.length;
    const error = new ClientError('overloaded', 'full');
    third?.fail(error);
    const { text, flaws, failure } = await summary;
    assert.equal(failure, error);
    assert.equal(text, 'first\n\nsecond');
    assert.ok(fourth?.isCancelled);
    assert.ok(!second?.isCancelled);
    assert.equal(client.runs.length, sent, 'nothing is sent after the failure');
    const [missing, uncombined] = flaws;
    assert.ok(missing?.kind === 'missing' && missing.error === error && missing.of - missing.parts === 2);
    assert.deepEqual(uncombined, { kind: 'uncombined', name: 'big', error });
  });

  it('keeps the parts it has when it is cancelled from outside', async () => {
    const { client, summarizer, abort } = setup();
    client.lanes = [laneWith(10_000)];
    const summary = summarizer.summarize({ name: 'big', text: lines(3_000) });
    await settled();
    client.latest.finish('first');
    await settled();
    abort.abort();
    const { text, failure } = await summary;
    assert.equal(text, 'first');
    assert.ok(ClientError.is(failure, 'cancelled'));
    assert.ok(client.runs.slice(1).every(({ isCancelled }) => isCancelled));
  });

  it('rejects when it is cancelled with nothing at hand', async () => {
    const { summarizer, abort } = setup();
    const summary = summarizer.summarize({ name: 'a', text: 'text' });
    await settled();
    abort.abort();
    await assert.rejects(summary, (error) => ClientError.is(error, 'cancelled'));
  });
});

describe('A summary of several texts', () => {
  it('has a section for each in their order, after one of all, and works on a few side by side', async () => {
    const { client, summarizer, progress } = setup();
    const summary = summarizer.summarizeAll('src', files('a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'));
    await settled();
    assert.equal(client.runs.length, mostSubmitted);
    assert.equal(progress.at(-1)?.total, 5);
    for (const run of client.runs.toReversed()) run.finish(`about ${fileOf(run)}`);
    await settled();
    await answerAll(client, (run) => run.finish(`about ${fileOf(run)}`));
    const sections = ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'].map((name) => `## ${name}\n\nabout ${name}`);
    assert.deepEqual(await summary, { text: ['about all', ...sections].join('\n\n'), flaws: [], failure: undefined });
    assert.equal(client.runs.length, 6);
  });

  it('leaves out those that fail for themselves, and names them', async () => {
    const errors = new Map([
      ['large.ts', new ClientError('tooLarge', 'too much')],
      ['odd.ts', new ClientError('invalid', 'odd')],
    ]);
    const { summarizer } = setup((run) => {
      const name = fileOf(run);
      const error = errors.get(name);
      if (error) run.fail(error);
      else run.finish(`about ${name}`, name === 'bad.ts' ? 'refusal' : 'end_turn');
    });
    const { text, flaws, failure } = await summarizer.summarizeAll(
      'src',
      files('large.ts', 'a.ts', 'odd.ts', 'bad.ts', 'b.ts'),
    );
    assert.equal(text, 'about all\n\n## a.ts\n\nabout a.ts\n\n## b.ts\n\nabout b.ts');
    assert.equal(failure, undefined);
    assert.deepEqual(
      flaws.map(({ kind, name }) => [kind, name]),
      [
        ['missing', 'large.ts'],
        ['missing', 'odd.ts'],
        ['missing', 'bad.ts'],
      ],
    );
  });

  it('ends at any other failure with those it has', async () => {
    const error = new ClientError('billing', 'no money');
    const { client, summarizer } = setup();
    const summary = summarizer.summarizeAll('src', files('a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'));
    await settled();
    client.runs[0]?.finish('about a.ts');
    await settled();
    client.runs[1]?.fail(error);
    const { text, flaws, failure } = await summary;
    assert.equal(text, '## a.ts\n\nabout a.ts');
    assert.equal(failure, error);
    assert.deepEqual(
      flaws,
      ['b.ts', 'c.ts', 'd.ts', 'e.ts'].map((name) => ({ kind: 'missing', name, parts: 1, of: 1, error })),
    );
    assert.ok(!client.runs.some((run) => fileOf(run) === 'e.ts'), 'the last one was not even sent');
  });

  it('rejects where none could be summarized', async () => {
    const error = new ClientError('authentication', 'who are you');
    const { summarizer } = setup((run) => run.fail(error));
    await assert.rejects(summarizer.summarizeAll('src', files('a.ts', 'b.ts')), (rejection) => rejection === error);
  });

  it('keeps the sections when they cannot be put together', async () => {
    const { summarizer } = setup((run) => {
      if (isCombining(run)) run.finish('No.', 'refusal');
      else run.finish(`about ${fileOf(run)}`);
    });
    const { text, flaws } = await summarizer.summarizeAll('src', files('a.ts', 'b.ts'));
    assert.equal(text, '## a.ts\n\nabout a.ts\n\n## b.ts\n\nabout b.ts');
    assert.deepEqual(
      flaws.map(({ kind, name }) => [kind, name]),
      [['uncombined', 'src']],
    );
  });
});
