import assert from 'node:assert/strict';
import { answerTurn, setup, setupStreaming, userTurn } from './setup';

describe('A conversation from disk', () => {
  const open = answerTurn('b', 'a', { text: 'Beca', state: { kind: 'streaming' } });

  it('shows the path to its head, and knows the other branches', () => {
    const turns = [userTurn('a', undefined), answerTurn('b', 'a'), answerTurn('c', 'a'), userTurn('d', 'b')];
    const { conversation } = setup({ turns, headId: 'c' });
    assert.deepEqual(conversation.turns, [turns[0], turns[2]]);
    assert.deepEqual(conversation.all, turns);
    assert.deepEqual(conversation.branchOf('c'), { position: 2, count: 2 });
    assert.equal(conversation.find('d'), turns[3]);
    assert.equal(conversation.find('e'), undefined);
  });

  it('shows the newest turn when its head is none of them', () => {
    const turns = [userTurn('a', undefined), answerTurn('b', 'a'), answerTurn('c', 'a')];
    for (const headId of ['gone', undefined]) assert.equal(setup({ turns, headId }).conversation.headId, 'c');
  });

  it('leaves an answer alone that another window is at', () => {
    const { conversation } = setup({ turns: [userTurn('a', undefined), open], headId: 'b' });
    assert.equal(conversation.isBusy, false);
    assert.deepEqual(conversation.turns[1], open);
  });

  it('closes an answer that was left open once something is asked here', async () => {
    const { client, conversation, ask, changes } = setup({ turns: [userTurn('a', undefined), open], headId: 'b' });
    assert.equal(ask('And?'), true);
    const closed = { ...open, state: { kind: 'failed', reason: 'closed', until: undefined } };
    assert.deepEqual(conversation.turns[1], closed);
    assert.deepEqual(changes[0], { kind: 'turn', turn: closed });
    assert.equal(client.latest.request.messages.length, 3);
  });

  it('is taken over anew by the same listeners, who are not told what they brought', async () => {
    const { conversation, changes, ask, texts } = setup({ turns: [userTurn('a', undefined)], headId: 'a' });
    const queue = [{ id: 'q', at: 3, text: 'Later', attachments: [] }];
    const turns = [userTurn('a', undefined), answerTurn('b', 'a'), userTurn('c', undefined)];
    conversation.replaceWith({ turns, headId: 'b', queue });
    assert.deepEqual(texts(), ['a', 'b']);
    assert.deepEqual(conversation.queue, queue);
    assert.deepEqual(conversation.branchOf('a'), { position: 1, count: 2 });
    assert.deepEqual(changes, []);

    ask('And?');
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['turn', 'turn'],
      'the question follows what was taken over',
    );
    assert.equal(conversation.turns.length, 4);
  });

  it('gives only its queue while an answer is under way here, and keeps the one it has when there is none', async () => {
    const { conversation, texts } = await setupStreaming();
    const queue = [{ id: 'q', at: 3, text: 'Later', attachments: [] }];
    conversation.replaceWith({ turns: [], headId: undefined, queue });
    assert.deepEqual(texts(), ['Why?', 'Because']);
    assert.deepEqual(conversation.queue, queue);
    conversation.replaceWith({ turns: [], headId: undefined });
    assert.deepEqual(conversation.queue, queue);
  });
});
