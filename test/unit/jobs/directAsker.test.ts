import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { DirectAsker, type SummaryProgress } from '../../../src/jobs/directAsker';
import { NoAnswerError } from '../../../src/jobs/noAnswerError';
import { createQuestion, type Bundle } from '../../../src/jobs/question';
import { ScriptedClient, settled } from '../scriptedClient';

const questionOf = (prompt: string) =>
  createQuestion(prompt, 'map', { model: 'claude-haiku-5-5', maxTokens: 200, system: 'Be brief.', prompt });

function setup() {
  const client = new ScriptedClient();
  const abort = new AbortController();
  const told: SummaryProgress[] = [];
  const options = { priority: 'normal', source: 'job-1', signal: abort.signal } as const;
  const asker = new DirectAsker(client, options, (progress) => told.push(progress));
  return { client, abort, told, asker };
}

describe('An asker that keeps nothing', () => {
  it('sends a question as the client takes it, and answers with its text', async () => {
    const { client, asker } = setup();
    const answer = asker.ask(questionOf('first'));
    await settled();
    const { model, maxTokens, system, messages, priority, source } = client.latest.request;
    assert.deepEqual(
      { model, maxTokens, system, messages, priority, source },
      {
        model: 'claude-haiku-5-5',
        maxTokens: 200,
        system: 'Be brief.',
        messages: [{ role: 'user', content: 'first' }],
        priority: 'normal',
        source: 'job-1',
      },
    );
    client.latest.finish('  One. ', 'max_tokens');
    assert.deepEqual(await answer, { text: 'One.', isCut: true });
  });

  it('asks the same question once, while it is asked and when it is answered', async () => {
    const { client, asker } = setup();
    const question = questionOf('first');
    const both = Promise.all([asker.ask(question), asker.ask(question)]);
    await settled();
    client.latest.finish('One.');
    assert.deepEqual(await both, [await asker.ask(question), await asker.ask(question)]);
    assert.equal(client.runs.length, 1);
    assert.equal(asker.known([question.key, 'other']).size, 1);
  });

  it('lets two requests wait at the client, and hands over the next one when one of them starts', async () => {
    const { client, asker } = setup();
    const asked = ['a', 'b', 'c', 'd'].map((prompt) => asker.ask(questionOf(prompt)));
    await settled();
    assert.equal(client.runs.length, 2);
    client.runs[0]?.emit({ type: 'started', attempt: 1 });
    await settled();
    assert.equal(client.runs.length, 3);
    for (let index = 0; index < asked.length; index++) {
      client.runs[index]?.finish('Done.');
      await settled();
    }
    await Promise.all(asked);
  });

  it('takes the answer of a bundle apart, and leaves out what it does not hold', async () => {
    const { client, asker } = setup();
    const [first, second] = [questionOf('a'), questionOf('b')];
    const read: Bundle['read'] = (text) => new Map([[first.key, text]]);
    const answers = asker.askTogether({ questions: [first, second], request: first.request, read });
    await settled();
    client.latest.finish('Only one.');
    assert.deepEqual([...(await answers)], [[first.key, { text: 'Only one.', isCut: false }]]);
  });

  it('goes on after a refusal, and ends with the first failure that is not of its text', async () => {
    const { client, asker } = setup();
    const refused = asker.ask(questionOf('a'));
    await settled();
    client.latest.finish('', 'refusal');
    await assert.rejects(refused, (error) => NoAnswerError.is(error) && error.reason === 'refused');
    const others = ['b', 'c', 'd'].map((prompt) => asker.ask(questionOf(prompt)));
    const outcomes = Promise.allSettled(others);
    await settled();
    client.runs[1]?.fail(new ClientError('billing', 'No credit'));
    for (const outcome of await outcomes) {
      assert.ok(outcome.status === 'rejected' && ClientError.is(outcome.reason, 'billing'));
    }
    assert.equal(client.runs.length, 3);
    assert.ok(client.runs[2]?.isCancelled);
  });

  it('tells what is answered of what is expected, and the last wait', async () => {
    const { client, told, asker } = setup();
    asker.expectMore(1);
    assert.equal(told.at(-1)?.total, undefined);
    asker.expectMore(2);
    const answer = asker.ask(questionOf('a'));
    await settled();
    client.latest.emit({ type: 'waiting', reason: 'inputTokens', until: 5 });
    client.latest.finish('One.');
    await answer;
    assert.deepEqual(told.at(-1), { done: 1, total: 3, last: { type: 'waiting', reason: 'inputTokens', until: 5 } });
  });

  it('cancels everything when its signal aborts, and sends what waits when it is told to', async () => {
    const { client, abort, asker } = setup();
    const asked = Promise.allSettled(['a', 'b', 'c'].map((prompt) => asker.ask(questionOf(prompt))));
    await settled();
    asker.sendNow();
    assert.deepEqual(
      client.runs.map(({ hurried }) => hurried),
      [1, 1],
    );
    abort.abort();
    for (const outcome of await asked) {
      assert.ok(outcome.status === 'rejected' && ClientError.is(outcome.reason, 'cancelled'));
    }
    await assert.rejects(asker.ask(questionOf('d')), (error) => ClientError.is(error, 'cancelled'));
  });
});
