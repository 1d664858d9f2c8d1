import assert from 'node:assert/strict';
import { Conversation, type ConversationChange } from '../../../src/conversation/conversation';
import { ScriptedClient, settled } from '../scriptedClient';
import { options } from './setup';

/** A conversation of which one listener fails at every change, and another one hears it all. */
function setup(isRethrown = false) {
  let ids = 0;
  const errors: unknown[] = [];
  const onListenerError = isRethrown ? undefined : (error: unknown) => void errors.push(error);
  const client = new ScriptedClient();
  const conversation = new Conversation({ now: () => 1, newId: () => `turn-${(ids += 1)}`, onListenerError });
  const changes: ConversationChange[] = [];
  const failing = conversation.onDidChange(() => {
    throw new Error('the listener failed');
  });
  conversation.onDidChange((change) => changes.push(change));
  return { client, conversation, changes, errors, failing };
}

describe('A listener that fails', () => {
  it('does not end the answer, of which all is kept and told to the others', async () => {
    const { client, conversation, changes, errors } = setup();
    assert.ok(conversation.ask(client, 'Why?', [], options));
    client.latest.emit({ type: 'queued', position: 1, readyAt: undefined }, { type: 'started', attempt: 1 });
    client.latest.emit({ type: 'thinking', text: 'Hm.' }, { type: 'text', text: 'Because' });
    await settled();
    client.latest.emit({ type: 'text', text: ' of that.' });
    client.latest.finish('');
    await conversation.whenIdle();
    const answer = conversation.turns.at(-1);
    assert.ok(answer?.role === 'assistant');
    assert.equal(answer.text, 'Because of that.');
    assert.deepEqual(answer.state, { kind: 'done', stopReason: 'end_turn' });
    assert.notEqual(answer.account, undefined);
    assert.equal(conversation.isBusy, false);
    assert.deepEqual(changes.at(-1), { kind: 'turn', turn: answer });
    assert.equal(errors.length, changes.length);
  });

  it('does not keep from being done what was asked for', () => {
    const { conversation } = setup();
    const message = conversation.enqueue('Later', []);
    assert.deepEqual(conversation.queue, [message]);
  });

  it('is an error that nobody caught where nobody wants to hear of it', async () => {
    const { conversation, failing } = setup(true);
    const heard = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const caught = new Promise((resolve) => process.once('uncaughtException', resolve));
    try {
      conversation.enqueue('Later', []);
      assert.match(String(await caught), /the listener failed/);
    } finally {
      for (const listener of heard) process.on('uncaughtException', listener);
    }
    failing.dispose();
  });
});
