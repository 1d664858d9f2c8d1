import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import type { RunEvent } from '../../../src/client/types';
import type { Attachment, Turn } from '../../../src/conversation/turn';
import { ScriptedClient, settled, someUsage } from '../scriptedClient';
import { options, setup, setupStreaming, someAccount } from './setup';

describe('Asking', () => {
  it('adds the question and an answer that waits, and sends the conversation so far', () => {
    const { client, conversation, ask } = setup();
    assert.equal(ask('Why?'), true);
    assert.deepEqual(conversation.turns, [
      { role: 'user', id: 'turn-1', parentId: undefined, at: 5_000, text: 'Why?', attachments: [] },
      {
        role: 'assistant',
        id: 'turn-2',
        parentId: 'turn-1',
        at: 5_000,
        model: 'claude-sonnet-5-5',
        text: '',
        thinking: '',
        state: { kind: 'waiting', reason: 'turn', until: undefined, position: undefined, attempt: 1 },
        account: undefined,
      },
    ]);
    assert.equal(conversation.isBusy, true);
    assert.equal(conversation.running, conversation.turns[1]);
    assert.equal(conversation.headId, 'turn-2');
    assert.deepEqual(client.latest.request, {
      ...options,
      system: undefined,
      messages: [{ role: 'user', content: 'Why?' }],
      priority: 'interactive',
      source: 'chat',
    });
  });

  it('takes along all that is attached', () => {
    const { client, conversation } = setup();
    const attachments: readonly Attachment[] = [
      { kind: 'file', name: 'a.ts', languageId: 'typescript', text: 'a();' },
      { kind: 'diff', name: 'b.ts', languageId: 'diff', text: '+b' },
    ];
    conversation.ask(client, 'Why?', attachments, options);
    const [question] = conversation.turns;
    assert.ok(question?.role === 'user');
    assert.deepEqual(question.attachments, attachments);
    assert.match(client.latest.prompt, /a\.ts[^]*a\(\);[^]*b\.ts[^]*\+b[^]*Why\?$/);
  });

  it('sends what the policy composes of the path, the question included', async () => {
    const { client, conversation, discuss } = setup();
    await discuss('Why?', 'Because.');
    let seen: readonly Turn[] = [];
    const messages = [{ role: 'user', content: 'In short' }] as const;
    const compose = (path: readonly Turn[]) => {
      seen = path;
      return { system: 'Be brief.', messages };
    };
    conversation.ask(client, 'And?', [], { ...options, compose });
    assert.deepEqual(
      seen.map(({ text }) => text),
      ['Why?', 'Because.', 'And?'],
    );
    assert.equal(client.latest.request.system, 'Be brief.');
    assert.deepEqual(client.latest.request.messages, messages);
  });

  it('changes nothing when the client refuses to send', () => {
    const { conversation, changes } = setup();
    const broken = new ScriptedClient(() => {
      throw new Error('closed');
    });
    assert.throws(() => conversation.ask(broken, 'Why?', [], options), /closed/);
    assert.deepEqual(changes, []);
    assert.equal(conversation.isBusy, false);
  });

  it('streams the answer and ends with what it took', async () => {
    const { client, conversation, answer, changes } = await setupStreaming();
    assert.deepEqual(answer().state, { kind: 'streaming' });
    assert.equal(answer().text, 'Because');
    client.latest.emit({ type: 'text', text: ' so.' });
    client.latest.finish('Because so.');
    await settled();
    assert.equal(answer().text, 'Because so.');
    assert.deepEqual(answer().state, { kind: 'done', stopReason: 'end_turn' });
    assert.deepEqual(answer().account, someAccount);
    assert.equal(conversation.isBusy, false);
    assert.equal(conversation.running, undefined);
    assert.deepEqual(
      changes.filter(({ kind }) => kind === 'text'),
      [
        { kind: 'text', turnId: 'turn-2', text: 'Because' },
        { kind: 'text', turnId: 'turn-2', text: ' so.' },
      ],
    );
  });

  it('costs an unknown sum where nobody knows the price', async () => {
    const { client, answer } = await setupStreaming();
    client.latest.finish('', 'end_turn', { costUsd: undefined });
    await settled();
    assert.deepEqual(answer().account, { ...someAccount, costUsd: undefined });
  });

  it('keeps the thinking apart from the text', async () => {
    const { client, ask, answer, changes } = setup();
    ask('Why?');
    client.latest.emit({ type: 'thinking', text: 'Let me ' }, { type: 'thinking', text: 'see.' });
    client.latest.emit({ type: 'text', text: 'Because' });
    await settled();
    assert.deepEqual([answer().thinking, answer().text], ['Let me see.', 'Because']);
    assert.deepEqual(
      changes.filter(({ kind }) => kind === 'thinking'),
      [
        { kind: 'thinking', turnId: 'turn-2', text: 'Let me ' },
        { kind: 'thinking', turnId: 'turn-2', text: 'see.' },
      ],
    );
  });

  it('tells every wait: the place in line, the limit and its end, the attempt to come', async () => {
    const { client, ask, answer } = setup();
    ask('Why?');
    const states: unknown[] = [];
    const events: readonly RunEvent[] = [
      { type: 'queued', position: 3, readyAt: 9_000 },
      { type: 'waiting', reason: 'inputTokens', until: 8_000 },
      { type: 'queued', position: 2, readyAt: 7_500 },
      { type: 'retrying', reason: 'overloaded', until: 9_500, attempt: 2 },
      { type: 'waiting', reason: 'requests', until: 9_900 },
    ];
    for (const event of events) {
      client.latest.emit(event);
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

  it('is refused with nothing changed while an answer is under way, as is all else that would move the path', async () => {
    const { client, conversation, changes, ask, retry, goOn } = await setupStreaming();
    const before = { turns: conversation.turns, changes: changes.length };
    assert.equal(ask('And?'), false);
    assert.equal(retry(), false);
    assert.equal(goOn(), false);
    assert.equal(conversation.edit(client, 'turn-1', 'Who?', [], options), false);
    assert.equal(conversation.showBranch('turn-1', 1), false);
    assert.equal(conversation.remove('turn-1'), false);
    assert.deepEqual({ turns: conversation.turns, changes: changes.length }, before);
    assert.equal(client.runs.length, 1);
  });

  it('sends earlier answers along, the part of a broken one included', async () => {
    const { client, ask, fail } = await setupStreaming();
    await fail('network');
    ask('Go on');
    assert.deepEqual(client.latest.request.messages, [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'Because' },
      { role: 'user', content: 'Go on' },
    ]);
  });

  it('can be sent before its time while it waits', () => {
    const { client, conversation, ask } = setup();
    assert.equal(conversation.sendNow(), false);
    ask('Why?');
    assert.equal(conversation.sendNow(), true);
    assert.equal(client.latest.hurried, 1);
  });
});

describe('An answer that ends early', () => {
  it('keeps what had arrived when it is stopped, and lets whoever waits for that know', async () => {
    const { client, conversation, answer } = await setupStreaming();
    conversation.stop();
    assert.equal(conversation.isBusy, true);
    await conversation.whenIdle();
    assert.equal(conversation.isBusy, false);
    assert.ok(client.latest.isCancelled);
    assert.equal(answer().text, 'Because');
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'cancelled', until: undefined });
    await conversation.whenIdle();
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

  it('can be stopped while it waits, and stays with the question', async () => {
    const { client, conversation, ask, answer } = setup();
    ask('Why?');
    client.latest.emit({ type: 'waiting', reason: 'requests', until: 9_000 });
    await settled();
    conversation.stop();
    await settled();
    assert.equal(answer().text, '');
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'cancelled', until: undefined });
    assert.equal(answer().account, undefined, 'nothing was used');
  });

  it('accounts for the part it brought', async () => {
    const { client, clock, ask, answer, fail } = setup();
    ask('Why?');
    clock.now += 700;
    client.latest.emit({ type: 'started', attempt: 3 });
    await settled();
    clock.now += 40;
    client.latest.emit({ type: 'text', text: 'Bec' });
    await settled();
    clock.now += 1_000;
    await fail('stalled', { text: 'Bec', thinking: '', usage: someUsage, costUsd: undefined });
    assert.deepEqual(answer().account, {
      usage: someUsage,
      costUsd: undefined,
      waitedMs: 700,
      firstTextMs: 40,
      totalMs: 1_740,
      attempts: 3,
      last: { usage: someUsage, at: 5_700 },
    });
  });

  it('does not mind being stopped when there is none', () => {
    const { conversation, changes } = setup();
    conversation.stop();
    assert.deepEqual(changes, []);
  });

  it('frees the conversation with its last change, so that whoever hears it may ask the next', async () => {
    const { client, conversation, ask, finish } = setup();
    const asked: boolean[] = [];
    const listening = conversation.onDidChange((change) => {
      if (change.kind !== 'turn' || conversation.isBusy) return;
      listening.dispose();
      asked.push(conversation.ask(client, 'And?', [], options));
    });
    ask('Why?');
    await finish();
    assert.deepEqual(asked, [true]);
    assert.deepEqual(
      conversation.turns.map(({ text }) => text),
      ['Why?', '', 'And?', ''],
    );
    assert.equal(conversation.isBusy, true);
    await finish();
    assert.equal(conversation.isBusy, false);
  });
});
