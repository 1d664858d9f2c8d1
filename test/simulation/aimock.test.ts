import assert from 'node:assert/strict';
import { LLMock } from '@copilotkit/aimock';
import { createClient } from '../../src/client/client';
import type { Client, Run, RunEvent } from '../../src/client/types';

/** Small, so that even a short answer comes in several pieces. */
const chunkCharacters = 8;

/** The shortest wait that the header can name: real timers run here, because the server is not ours to steer. */
const retryAfterSeconds = 1;

/** Both sides read a clock of whole milliseconds, and a deadline is rounded to one. */
const clockResolutionMs = 2;

type Told = Exclude<RunEvent['type'], 'text'>;

interface Setup {
  readonly mock: LLMock;
  readonly client: Client;
  readonly ask: (question: string) => Run;
}

/** Our simulator shares our reading of the API's documentation; this fake was written by others. */
describe('the client against an independent fake API', () => {
  const owned: (() => Promise<void>)[] = [];

  async function setup(): Promise<Setup> {
    const mock = new LLMock({ host: '127.0.0.1', port: 0, chunkSize: chunkCharacters });
    const baseUrl = await mock.start();
    owned.push(() => mock.stop());
    const client = createClient({ apiKey: 'demo-key-good', baseUrl });
    owned.push(() => client.close());
    const ask = (question: string) =>
      client.send({
        model: 'claude-sonnet-5-5',
        maxTokens: 200,
        messages: [{ role: 'user', content: question }],
        priority: 'interactive',
      });
    return { mock, client, ask };
  }

  afterEach(async () => {
    for (const release of owned.splice(0).toReversed()) await release();
  });

  it('streams an answer piece by piece, and tells its text and usage', async () => {
    const { mock, ask } = await setup();
    const answer = 'High water at noon, low water at six: “Möwe” sails at 11:30. ⚓';
    mock.onMessage('tide', { content: answer, usage: { input_tokens: 21, output_tokens: 13 } });

    const run = ask('When is the tide?');
    const events = await collect(run);
    const result = await run.result;

    const pieces = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
    assert.equal(result.text, answer);
    assert.equal(pieces.join(''), answer);
    assert.ok(pieces.length > 1, 'the answer came as a whole');
    assert.deepEqual(result.usage, { inputTokens: 21, outputTokens: 13, cacheReadTokens: 0, cacheWriteTokens: 0 });
    assert.equal(result.stopReason, 'end_turn');
    assert.equal(result.attempts, 1);
    assert.deepEqual(told(events), ['queued', 'started', 'done']);

    const [request, ...others] = mock.getRequests();
    assert.equal(others.length, 0);
    assert.equal(request?.path, '/v1/messages');
    assert.deepEqual(fieldsOf(request.body, 'model', 'max_tokens', 'stream'), {
      model: 'claude-sonnet-5-5',
      max_tokens: 200,
      stream: true,
    });
  });

  it('waits out the retry-after of a 429, tells until when, and then succeeds', async () => {
    const { mock, ask } = await setup();
    const refusal = { type: 'rate_limit_error', message: 'Number of requests has exceeded your limit' };
    mock.on({ userMessage: 'berth', sequenceIndex: 0 }, { error: refusal, status: 429, retryAfter: retryAfterSeconds });
    mock.on({ userMessage: 'berth', sequenceIndex: 1 }, { content: 'Berth four is free.' });

    const run = ask('Which berth is free?');
    const events = await collect(run);
    const result = await run.result;

    assert.equal(result.text, 'Berth four is free.');
    assert.equal(result.attempts, 2);
    assert.deepEqual(told(events), ['queued', 'started', 'retrying', 'started', 'done']);

    const [refused, served, ...others] = mock.getRequests();
    assert.ok(refused && served);
    assert.deepEqual([refused.response.status, served.response.status, others.length], [429, 200, 0]);
    const wait = events.find((event) => event.type === 'retrying');
    assert.equal(wait?.reason, 'rateLimited');
    assert.equal(wait.attempt, 2);
    const earliest = refused.timestamp + retryAfterSeconds * 1_000;
    assert.ok(wait.until >= earliest - clockResolutionMs, `the wait ends ${earliest - wait.until} ms too early`);
    assert.ok(served.timestamp >= wait.until - clockResolutionMs, 'the request left before the time that was told');
  });

  it('does not let another question past a 429 that is being waited out', async () => {
    const { mock, ask } = await setup();
    const refusal = { type: 'rate_limit_error', message: 'Number of requests has exceeded your limit' };
    mock.on({ userMessage: 'first', sequenceIndex: 0 }, { error: refusal, status: 429, retryAfter: retryAfterSeconds });
    mock.on({ userMessage: 'first', sequenceIndex: 1 }, { content: 'One.' });
    mock.onMessage('second', { content: 'Two.' });

    const first = ask('The first question');
    for await (const event of first) {
      if (event.type === 'retrying') break;
    }
    const results = await Promise.all([first.result, ask('The second question').result]);

    assert.deepEqual(
      results.map(({ text, attempts }) => [text, attempts]),
      [
        ['One.', 2],
        ['Two.', 1],
      ],
    );
    const [refused, ...later] = mock.getRequests();
    assert.ok(refused);
    assert.equal(later.length, 2);
    const earliest = refused.timestamp + retryAfterSeconds * 1_000 - clockResolutionMs;
    assert.deepEqual(
      later.filter(({ timestamp }) => timestamp < earliest),
      [],
    );
  });
});

async function collect(run: Run): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

/** What happened apart from the text, in order. */
function told(events: readonly RunEvent[]): readonly Told[] {
  return events.flatMap(({ type }) => (type === 'text' ? [] : [type]));
}

function fieldsOf(body: object | null, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body ?? {}).filter(([name]) => names.includes(name)));
}
