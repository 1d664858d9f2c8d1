import assert from 'node:assert/strict';
import type { Turn } from '../../../src/conversation/turn';
import { settled, someUsage } from '../scriptedClient';
import { options, setup, setupStreaming, someAccount, textOf } from './setup';

/** Cut at its length, and asked to go on. */
async function setupContinued() {
  const all = await setupStreaming();
  await all.finish('max_tokens');
  all.changes.length = 0;
  assert.equal(all.goOn(), true);
  return all;
}

describe('Going on with an answer', () => {
  it('sends the part that is there, and asks for the rest after it', async () => {
    const { client, conversation, answer } = await setupContinued();
    const { messages } = client.latest.request;
    assert.deepEqual(messages.slice(0, 2), [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'Because' },
    ]);
    assert.equal(messages.length, 3);
    assert.equal(messages[2]?.role, 'user');
    assert.match(textOf(messages[2]), /"Because"/);
    assert.equal(conversation.turns.length, 2);
    assert.equal(answer().text, 'Because');
    assert.equal(answer().state.kind, 'waiting');
  });

  it('joins the rest to it in the same turn', async () => {
    const { client, conversation, changes, answer, stream, finish } = await setupContinued();
    await stream(' of');
    client.latest.emit({ type: 'text', text: ' that.' });
    await finish();
    assert.equal(answer().text, 'Because of that.');
    assert.deepEqual(answer().state, { kind: 'done', stopReason: 'end_turn' });
    assert.equal(conversation.all.length, 2);
    assert.deepEqual(
      changes.map((change) => (change.kind === 'turn' ? change.turn.id : change)),
      [
        'turn-2',
        'turn-2',
        { kind: 'text', turnId: 'turn-2', text: ' of' },
        { kind: 'text', turnId: 'turn-2', text: ' that.' },
        'turn-2',
      ],
    );
  });

  it('sums up what both requests took', async () => {
    const { answer, finish } = await setupContinued();
    await finish();
    assert.deepEqual(answer().account, {
      usage: { inputTokens: 240, outputTokens: 60, cacheReadTokens: 16, cacheWriteTokens: 8 },
      costUsd: 2 * someAccount.costUsd,
      waitedMs: 0,
      firstTextMs: 1,
      totalMs: 4,
      attempts: 2,
      last: someAccount.last,
    });
  });

  it('keeps the account of the last of them beside the sum, and when the rest was asked for', async () => {
    const { clock, answer, goOn, stream, finish } = await setupStreaming();
    await finish('max_tokens');
    assert.equal(answer().continuedAt, undefined);
    clock.now = 7_000;
    goOn();
    clock.now = 9_000;
    await stream(' of that.');
    await finish();
    assert.deepEqual(answer().account?.last, { usage: someUsage, at: 9_000 });
    assert.equal(answer().continuedAt, 7_000);
  });

  it('leaves it incomplete, with all that is there, when it fails', async () => {
    for (const rest of ['', ' of']) {
      const { conversation, answer, stream, fail, goOn } = await setupContinued();
      if (rest) await stream(rest);
      await fail('overloaded', { text: rest, thinking: '', usage: someUsage, costUsd: undefined });
      assert.equal(answer().text, `Because${rest}`);
      assert.deepEqual(answer().state, { kind: 'failed', reason: 'overloaded', until: undefined });
      assert.equal(answer().account?.usage.outputTokens, 60);
      assert.equal(answer().account?.costUsd, undefined, 'known and unknown are unknown');
      assert.equal(conversation.all.length, 2);
      assert.equal(goOn(), true, 'it can go on once more');
    }
  });

  it('leaves it incomplete when it is stopped', async () => {
    const { conversation, answer, goOn } = await setupContinued();
    conversation.stop();
    await settled();
    assert.equal(answer().text, 'Because');
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'cancelled', until: undefined });
    assert.deepEqual(answer().account, someAccount);
    assert.equal(goOn(), true);
  });

  it('sets new thinking apart from the old', async () => {
    const { client, ask, answer, stream, finish, goOn } = setup();
    ask('Why?');
    client.latest.emit({ type: 'thinking', text: 'Let me see.' });
    await stream('Because');
    await finish('max_tokens');
    goOn();
    client.latest.emit({ type: 'thinking', text: 'Where ' }, { type: 'thinking', text: 'was I?' });
    await settled();
    assert.equal(answer().thinking, 'Let me see.\n\nWhere was I?');
  });

  it('composes the path with the broken answer as its last turn, and adds what asks for the rest', async () => {
    const { client, conversation, answer, fail } = await setupStreaming();
    await fail('network');
    let seen: readonly Turn[] = [];
    const compose = (path: readonly Turn[]) => {
      seen = path;
      return { messages: [{ role: 'user', content: 'Summary' }] as const };
    };
    conversation.continueAnswer(client, answer().id, { ...options, compose });
    assert.deepEqual(
      seen.map(({ text }) => text),
      ['Why?', 'Because'],
    );
    assert.equal(client.latest.request.messages.length, 2);
  });

  it('names another model once that has written something', async () => {
    const { client, conversation, answer, finish, fail } = await setupStreaming();
    await finish('max_tokens');
    const other = { ...options, model: 'claude-haiku-5-5' };
    conversation.continueAnswer(client, answer().id, other);
    await fail('overloaded');
    assert.equal(answer().model, options.model);
    conversation.continueAnswer(client, answer().id, other);
    client.latest.emit({ type: 'text', text: ' of' });
    await settled();
    assert.equal(answer().model, 'claude-haiku-5-5');
  });

  it('is for the last answer only, and only if it broke off with some text', async () => {
    const { client, conversation, ask, answer, goOn, fail, finish, stream, changes } = await setupStreaming();
    await finish();
    assert.equal(goOn(), false, 'it is whole');
    ask('And?');
    await fail('network');
    assert.equal(goOn(), false, 'it has no text');
    ask('And?');
    await stream(' \n');
    await fail('network');
    assert.equal(goOn(), false, 'white space is not sent');
    ask('And?');
    await stream('So');
    await fail('network');
    const { id } = answer();
    ask('Then?');
    await stream('Then');
    await fail('network');
    const before = changes.length;
    for (const each of [id, 'turn-1', 'nobody']) {
      assert.equal(conversation.continueAnswer(client, each, options), false);
    }
    assert.equal(changes.length, before);
  });
});
