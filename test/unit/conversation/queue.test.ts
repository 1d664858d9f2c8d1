import assert from 'node:assert/strict';
import { setup, setupStreaming } from './setup';

const attachment = { kind: 'file', name: 'a.ts', languageId: 'typescript', text: 'a();' } as const;

describe('Messages typed while an answer runs', () => {
  it('are kept in their order, with all that is attached', async () => {
    const { conversation, changes } = await setupStreaming();
    changes.length = 0;
    const first = conversation.enqueue('One', [attachment]);
    const second = conversation.enqueue('Two', []);
    assert.deepEqual(first, { id: 'turn-3', at: 5_000, text: 'One', attachments: [attachment] });
    assert.deepEqual(conversation.queue, [first, second]);
    assert.deepEqual(changes, [
      { kind: 'queue', queue: [first] },
      { kind: 'queue', queue: [first, second] },
    ]);
  });

  it('can be changed, in their place, and taken back', () => {
    const { conversation } = setup();
    const first = conversation.enqueue('One', [attachment]);
    const second = conversation.enqueue('Two', []);
    assert.equal(conversation.editQueued(first.id, 'Uno'), true);
    assert.deepEqual(conversation.queue, [{ ...first, text: 'Uno' }, second]);
    assert.equal(conversation.removeQueued(second.id), second);
    assert.deepEqual(conversation.queue, [{ ...first, text: 'Uno' }]);
  });

  it('are gone for whoever comes late', () => {
    const { conversation, changes } = setup();
    assert.equal(conversation.editQueued('nobody', 'x'), false);
    assert.equal(conversation.removeQueued('nobody'), undefined);
    assert.deepEqual(changes, []);
  });

  it('stay until somebody takes them, however the answer ends', async () => {
    for (const end of ['finish', 'fail', 'stop'] as const) {
      const { client, conversation, finish, fail } = await setupStreaming();
      const message = conversation.enqueue('One', []);
      if (end === 'finish') await finish();
      if (end === 'fail') await fail('network');
      if (end === 'stop') conversation.stop();
      await conversation.whenIdle();
      assert.deepEqual(conversation.queue, [message], end);
      assert.equal(client.runs.length, 1, end);
    }
  });

  it('are there again when the conversation is opened anew', () => {
    const { conversation: before } = setup();
    before.enqueue('One', [attachment]);
    const { conversation } = setup({ turns: before.all, headId: before.headId, queue: before.queue });
    assert.deepEqual(conversation.queue, before.queue);
  });

  it('are not touched in a list that somebody holds', () => {
    const { conversation } = setup();
    conversation.enqueue('One', []);
    const held = conversation.queue;
    const copy = [...held];
    conversation.enqueue('Two', []);
    conversation.removeQueued(held[0]?.id ?? '');
    assert.deepEqual(held, copy);
  });
});
