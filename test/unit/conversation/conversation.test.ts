import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import type { RunEvent } from '../../../src/client/types';
import type { AnswerTurn, Turn } from '../../../src/conversation/turn';
import { settled, someCostUsd, someUsage } from '../scriptedClient';
import { options, setup } from './setup';

/** Asked and answered in part. */
async function setupStreaming() {
  const all = setup();
  all.ask('Why?');
  all.client.latest.emit({ type: 'started', attempt: 1 }, { type: 'text', text: 'Because' });
  await settled();
  return all;
}

/** Broken off in part, and asked again. */
async function setupRetried() {
  const all = await setupStreaming();
  all.client.latest.fail(new ClientError('overloaded', 'full'));
  await settled();
  const old = all.answer();
  assert.equal(all.retry(), true);
  const texts = () => all.conversation.turns.map(({ text }) => text);
  return { ...all, old, texts };
}

describe('Asking', () => {
  it('adds the question and an answer that waits, and sends the conversation so far', () => {
    const { client, conversation, ask } = setup();
    assert.equal(ask('Why?'), true);
    assert.deepEqual(conversation.turns, [
      { role: 'user', id: 'turn-1', at: 5_000, text: 'Why?', attachment: undefined },
      {
        role: 'assistant',
        id: 'turn-2',
        at: 5_000,
        model: 'claude-sonnet-5-5',
        text: '',
        state: { kind: 'waiting', reason: 'turn', until: undefined, position: undefined, attempt: 1 },
      },
    ]);
    assert.equal(conversation.isBusy, true);
    assert.deepEqual(client.latest.request, {
      ...options,
      messages: [{ role: 'user', content: 'Why?' }],
      priority: 'interactive',
      source: 'chat',
    });
  });

  it('streams the answer and ends with what it cost', async () => {
    const { client, conversation, answer, changes } = await setupStreaming();
    assert.deepEqual(answer().state, { kind: 'streaming' });
    assert.equal(answer().text, 'Because');
    client.latest.emit({ type: 'text', text: ' so.' });
    client.latest.finish('Because so.');
    await settled();
    assert.equal(answer().text, 'Because so.');
    assert.deepEqual(answer().state, { kind: 'done', stopReason: 'end_turn', usage: someUsage, costUsd: someCostUsd });
    assert.equal(conversation.isBusy, false);
    assert.deepEqual(
      changes.filter(({ kind }) => kind === 'text'),
      [
        { kind: 'text', turnId: 'turn-2', text: 'Because' },
        { kind: 'text', turnId: 'turn-2', text: ' so.' },
      ],
    );
  });

  it('tells every wait: the place in line, the limit and its end, the attempt to come', async () => {
    const { client, ask, answer } = setup();
    ask('Why?');
    const { latest } = client;
    const states: AnswerTurn['state'][] = [];
    const events: readonly RunEvent[] = [
      { type: 'queued', position: 3, readyAt: 9_000 },
      { type: 'waiting', reason: 'inputTokens', until: 8_000 },
      { type: 'queued', position: 2, readyAt: 7_500 },
      { type: 'retrying', reason: 'overloaded', until: 9_500, attempt: 2 },
      { type: 'waiting', reason: 'requests', until: 9_900 },
    ];
    for (const event of events) {
      latest.emit(event);
      await settled();
      states.push(answer().state);
    }
    assert.deepEqual(states, [
      { kind: 'waiting', reason: 'turn', until: 9_000, position: 3, attempt: 1 },
      { kind: 'waiting', reason: 'inputTokens', until: 8_000, position: 3, attempt: 1 },
      { kind: 'waiting', reason: 'inputTokens', until: 8_000, position: 2, attempt: 1 },
      { kind: 'waiting', reason: 'overloaded', until: 9_500, position: undefined, attempt: 2 },
      { kind: 'waiting', reason: 'requests', until: 9_900, position: undefined, attempt: 2 },
    ]);
  });

  it('is refused with nothing changed while an answer is under way', async () => {
    const { client, conversation, changes, ask, retry } = await setupStreaming();
    const before = { turns: conversation.turns, changes: changes.length };
    assert.equal(ask('And?'), false);
    assert.equal(retry(), false);
    assert.deepEqual({ turns: conversation.turns, changes: changes.length }, before);
    assert.equal(client.runs.length, 1);
  });

  it('sends earlier answers along, the part of a broken one included', async () => {
    const { client, ask } = await setupStreaming();
    client.latest.fail(new ClientError('network', 'gone'));
    await settled();
    ask('Go on');
    assert.deepEqual(client.latest.request.messages, [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'Because' },
      { role: 'user', content: 'Go on' },
    ]);
  });
});

describe('An answer that ends early', () => {
  it('keeps what had arrived when it is stopped', async () => {
    const { client, conversation, answer } = await setupStreaming();
    conversation.stop();
    await settled();
    assert.ok(client.latest.isCancelled);
    assert.equal(answer().text, 'Because');
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'cancelled', until: undefined });
    assert.equal(conversation.isBusy, false);
  });

  it('keeps what had arrived, the reason and its end when it fails', async () => {
    const { client, conversation, answer } = await setupStreaming();
    client.latest.emit({ type: 'text', text: ' of' });
    client.latest.fail(new ClientError('rateLimited', 'too much', { until: 60_000 }));
    await settled();
    assert.equal(answer().text, 'Because of');
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'rateLimited', until: 60_000 });
    assert.equal(conversation.isBusy, false);
  });

  it('can be stopped before anything arrived', async () => {
    const { conversation, ask, answer } = setup();
    ask('Why?');
    conversation.stop();
    await settled();
    assert.equal(answer().text, '');
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'cancelled', until: undefined });
  });

  it('was under way when the window closed: it ended with the window, and nobody waits for it', () => {
    const saved: Turn[] = [
      { role: 'user', id: 'a', at: 1, text: 'Why?', attachment: undefined },
      { role: 'assistant', id: 'b', at: 2, model: 'm', text: 'Beca', state: { kind: 'streaming' } },
    ];
    const { conversation, answer, ask } = setup(saved);
    assert.equal(conversation.isBusy, false);
    assert.equal(answer().text, 'Beca');
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'closed', until: undefined });
    assert.equal(ask('And?'), true);
  });

  it('does not mind being stopped when there is none', () => {
    const { conversation, changes } = setup();
    conversation.stop();
    assert.deepEqual(changes, []);
  });
});

describe('Retrying', () => {
  it('asks the same again without the part that had arrived, which stays until there is something in its place', async () => {
    const { client, changes, answer, old, texts } = await setupRetried();
    assert.deepEqual(client.latest.request.messages, [{ role: 'user', content: 'Why?' }]);
    assert.equal(answer().state.kind, 'waiting');
    client.latest.emit({ type: 'started', attempt: 1 }, { type: 'text', text: '\n' });
    await settled();
    assert.deepEqual(texts(), ['Why?', 'Because', '\n']);

    client.latest.emit({ type: 'text', text: 'It' });
    await settled();
    assert.deepEqual(texts(), ['Why?', '\nIt']);
    assert.deepEqual(
      changes.filter(({ kind }) => kind === 'removed'),
      [{ kind: 'removed', turnIds: [old.id] }],
    );
  });

  it('replaces the part that had arrived by a whole answer, even an empty one', async () => {
    const { client, conversation, answer, old } = await setupRetried();
    client.latest.finish('');
    await settled();
    assert.equal(conversation.turns.length, 2);
    assert.notEqual(answer().id, old.id);
    assert.equal(answer().state.kind, 'done');
  });

  it('keeps the part that had arrived, with the new reason, when nothing better came', async () => {
    const { client, conversation, answer, old, retry, texts } = await setupRetried();
    client.latest.fail(new ClientError('rateLimited', 'too much', { until: 60_000 }));
    await settled();
    assert.equal(conversation.isBusy, false);
    assert.deepEqual(texts(), ['Why?', 'Because']);
    assert.deepEqual(answer(), { ...old, state: { kind: 'failed', reason: 'rateLimited', until: 60_000 } });
    assert.equal(retry(), true, 'it can be tried once more');
    conversation.stop();
    await settled();
    assert.deepEqual(texts(), ['Why?', 'Because']);
  });

  it('drops a failed answer without text at once', async () => {
    const { client, conversation, ask, retry } = setup();
    ask('Why?');
    client.latest.fail(new ClientError('network', 'gone'));
    await settled();
    assert.equal(retry(), true);
    assert.equal(conversation.turns.length, 2);
  });

  it('that the window interrupted goes on from the question, not from the part that had arrived', async () => {
    const { conversation: before } = await setupRetried();
    const { client, retry, conversation } = setup(before.turns);
    assert.equal(retry(), true);
    assert.deepEqual(client.latest.request.messages, [{ role: 'user', content: 'Why?' }]);
    client.latest.finish('');
    await settled();
    assert.equal(conversation.turns.length, 2);
  });

  it('sends a question that was refused, which later ones leave out', async () => {
    const { client, ask, retry } = setup();
    ask('Too much');
    client.latest.fail(new ClientError('invalid', 'no'));
    await settled();
    retry();
    assert.deepEqual(client.latest.request.messages, [{ role: 'user', content: 'Too much' }]);
    client.latest.fail(new ClientError('tooLarge', 'no'));
    await settled();
    ask('Less');
    assert.deepEqual(client.latest.request.messages, [{ role: 'user', content: 'Less' }]);
  });

  for (const stopReason of ['max_tokens', 'model_context_window_exceeded']) {
    it(`takes an answer that ended with ${stopReason}`, async () => {
      const { client, retry } = await setupStreaming();
      client.latest.finish('Because', stopReason);
      await settled();
      assert.equal(retry(), true);
      assert.equal(client.runs.length, 2);
    });
  }

  it('never throws a whole answer away', async () => {
    const { client, conversation, retry } = await setupStreaming();
    client.latest.finish('Because');
    await settled();
    const before = conversation.turns;
    assert.equal(retry(), false);
    assert.deepEqual(conversation.turns, before);
    assert.equal(client.runs.length, 1);
  });

  it('takes neither a question, nor an answer that is not the last, nor one that is not there', async () => {
    const { client, conversation, ask, answer } = await setupStreaming();
    client.latest.fail(new ClientError('network', 'gone'));
    await settled();
    const { id: earlier } = answer();
    ask('Again?');
    client.latest.fail(new ClientError('network', 'gone'));
    await settled();
    const before = conversation.turns;
    for (const id of ['turn-1', earlier, 'nobody']) assert.equal(conversation.retry(client, id, options), false);
    assert.deepEqual(conversation.turns, before);
  });
});

describe('Clearing', () => {
  it('forgets all turns', async () => {
    const { client, conversation, changes } = await setupStreaming();
    client.latest.finish('Because');
    await settled();
    conversation.clear();
    assert.deepEqual(conversation.turns, []);
    assert.deepEqual(changes.at(-1), { kind: 'removed', turnIds: ['turn-1', 'turn-2'] });
  });

  it('ends the answer under way, whose rest belongs to nobody', async () => {
    const { client, conversation, changes, ask, answer } = await setupStreaming();
    const [abandoned] = client.runs;
    abandoned?.emit({ type: 'text', text: ' late' });
    conversation.clear();
    assert.ok(abandoned?.isCancelled);
    assert.equal(conversation.isBusy, false);
    const after = changes.length;
    await settled();
    assert.equal(changes.length, after);

    ask('Next?');
    await settled();
    assert.equal(answer().state.kind, 'waiting');
    client.latest.emit({ type: 'started', attempt: 1 }, { type: 'text', text: 'Fresh' });
    await settled();
    assert.equal(answer().text, 'Fresh');
    assert.equal(conversation.turns.length, 2);
  });

  it('lets a new answer begin at once, which the end of the old one does not touch', async () => {
    const { client, conversation, ask, answer } = await setupStreaming();
    conversation.clear();
    assert.equal(ask('Next?'), true);
    await settled();
    assert.equal(conversation.isBusy, true);
    conversation.stop();
    await settled();
    assert.ok(client.latest.isCancelled);
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'cancelled', until: undefined });
  });

  it('says nothing when there is nothing to forget', () => {
    const { conversation, changes } = setup();
    conversation.clear();
    assert.deepEqual(changes, []);
  });
});
