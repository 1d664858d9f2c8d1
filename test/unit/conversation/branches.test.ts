import assert from 'node:assert/strict';
import { answerTurn, options, setup, userTurn } from './setup';

/** Two questions and their answers: turn-1 to turn-4. */
async function setupTwo() {
  const all = setup();
  await all.discuss('Why?', 'Because.');
  await all.discuss('And?', 'So.');
  all.changes.length = 0;
  return all;
}

describe('Editing a question', () => {
  it('asks the other one in its place, from what came before it', async () => {
    const { client, conversation, texts, stream, finish } = await setupTwo();
    assert.equal(conversation.edit(client, 'turn-3', 'But?', [], options), true);
    assert.deepEqual(client.latest.request.messages, [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'Because.' },
      { role: 'user', content: 'But?' },
    ]);
    await stream('Still.');
    await finish();
    assert.deepEqual(texts(), ['Why?', 'Because.', 'But?', 'Still.']);
    assert.equal(conversation.all.length, 6);
  });

  it('keeps the old one, and all that followed, as a branch', async () => {
    const { client, conversation, texts, finish } = await setupTwo();
    conversation.edit(client, 'turn-1', 'Who?', [], options);
    await finish();
    assert.deepEqual(texts(), ['Who?', '']);
    assert.deepEqual(conversation.branchOf('turn-5'), { position: 2, count: 2 });
    assert.equal(conversation.showBranch('turn-5', -1), true);
    assert.deepEqual(texts(), ['Why?', 'Because.', 'And?', 'So.']);
    assert.deepEqual(conversation.branchOf('turn-1'), { position: 1, count: 2 });
  });

  it('tells the turns, then that another path is shown', async () => {
    const { client, conversation, changes } = await setupTwo();
    conversation.edit(client, 'turn-3', 'But?', [], options);
    assert.deepEqual(
      changes.map((change) => (change.kind === 'turn' ? change.turn.id : change)),
      ['turn-5', 'turn-6', { kind: 'path', headId: 'turn-6' }],
    );
  });

  it('takes what is attached to the new one', async () => {
    const { client, conversation } = await setupTwo();
    const attachment = { kind: 'file', name: 'a.ts', languageId: 'typescript', text: 'a();' } as const;
    conversation.edit(client, 'turn-3', 'But?', [attachment], options);
    const question = conversation.turns.at(-2);
    assert.ok(question?.role === 'user');
    assert.deepEqual(question.attachments, [attachment]);
  });

  it('keeps question and answer when the answer fails before any text', async () => {
    const { client, conversation, texts, answer, fail } = await setupTwo();
    conversation.edit(client, 'turn-3', 'But?', [], options);
    await fail('overloaded');
    assert.deepEqual(texts(), ['Why?', 'Because.', 'But?', '']);
    assert.equal(answer().state.kind, 'failed');
    assert.equal(conversation.all.length, 6);
  });

  it('takes neither an answer, nor a question that is not shown, nor one that is not there', async () => {
    const { client, conversation, changes, finish } = await setupTwo();
    for (const id of ['turn-2', 'nobody']) assert.equal(conversation.edit(client, id, 'But?', [], options), false);
    assert.deepEqual(changes, []);
    conversation.edit(client, 'turn-1', 'Who?', [], options);
    await finish();
    assert.equal(conversation.edit(client, 'turn-3', 'But?', [], options), false);
  });
});

describe('Another branch', () => {
  it('is shown to its end, and as it was left when one comes back', () => {
    const turns = [
      userTurn('a', undefined),
      answerTurn('b', 'a'),
      userTurn('c', 'b'),
      userTurn('d', 'b'),
      answerTurn('e', 'a'),
      userTurn('f', 'e'),
    ];
    const { conversation, changes, texts } = setup({ turns, headId: 'c' });
    assert.equal(conversation.showBranch('b', 1), true);
    assert.deepEqual(texts(), ['a', 'e', 'f']);
    assert.equal(conversation.showBranch('e', -1), true);
    assert.deepEqual(texts(), ['a', 'b', 'c'], 'not the newer d');
    assert.deepEqual(changes, [
      { kind: 'path', headId: 'f' },
      { kind: 'path', headId: 'c' },
    ]);
  });

  it('is shown along another way where the turn shown last was removed meanwhile', () => {
    const turns = [
      userTurn('a', undefined),
      answerTurn('b', 'a'),
      userTurn('c', 'b'),
      userTurn('d', 'b'),
      answerTurn('e', 'a'),
    ];
    const { conversation, texts } = setup({ turns, headId: 'c' });
    conversation.showBranch('b', 1);
    assert.equal(conversation.remove('c'), true);
    conversation.showBranch('e', -1);
    assert.deepEqual(texts(), ['a', 'b', 'd']);
  });

  it('is not there beyond the first and the last, nor beside a turn that is not shown', () => {
    const turns = [userTurn('a', undefined), answerTurn('b', 'a'), answerTurn('c', 'a')];
    const { conversation, changes } = setup({ turns, headId: 'b' });
    assert.equal(conversation.showBranch('b', -1), false);
    assert.equal(conversation.showBranch('c', -1), false);
    assert.equal(conversation.showBranch('nobody', 1), false);
    assert.equal(conversation.showBranch('a', 1), false);
    assert.deepEqual(changes, []);
    assert.equal(conversation.branchOf('a'), undefined);
    assert.equal(conversation.branchOf('nobody'), undefined);
  });

  it('is what the next question follows', async () => {
    const turns = [userTurn('a', undefined), answerTurn('b', 'a'), answerTurn('c', 'a')];
    const { client, conversation, ask } = setup({ turns, headId: 'c' });
    conversation.showBranch('c', -1);
    ask('And?');
    assert.equal(client.latest.request.messages[1]?.content, 'b');
  });
});

describe('Removing a turn', () => {
  it('takes all that follows it, and the path ends before it', async () => {
    const { conversation, changes, texts } = await setupTwo();
    assert.equal(conversation.remove('turn-3'), true);
    assert.deepEqual(texts(), ['Why?', 'Because.']);
    assert.deepEqual(changes, [
      { kind: 'path', headId: 'turn-2' },
      { kind: 'removed', turnIds: ['turn-3', 'turn-4'] },
    ]);
  });

  it('takes what follows on branches that are not shown', () => {
    const turns = [
      userTurn('a', undefined),
      answerTurn('b', 'a'),
      userTurn('c', 'b'),
      userTurn('d', 'b'),
      userTurn('e', undefined),
    ];
    const { conversation, texts } = setup({ turns, headId: 'c' });
    conversation.remove('b');
    assert.deepEqual(texts(), ['a']);
    assert.deepEqual(
      conversation.all.map(({ id }) => id),
      ['a', 'e'],
    );
  });

  it('shows the branch beside it, the one before if there is one', () => {
    const turns = [userTurn('a', undefined), answerTurn('b', 'a'), answerTurn('c', 'a'), answerTurn('d', 'a')];
    const { conversation, changes, texts } = setup({ turns, headId: 'c' });
    conversation.remove('c');
    assert.deepEqual(texts(), ['a', 'b']);
    conversation.remove('b');
    assert.deepEqual(texts(), ['a', 'd']);
    assert.equal(conversation.branchOf('d'), undefined);
    assert.deepEqual(changes[2], { kind: 'path', headId: 'd' });
  });

  it('leaves the path alone when the turn is not on it', () => {
    const turns = [userTurn('a', undefined), answerTurn('b', 'a'), answerTurn('c', 'a'), answerTurn('d', 'a')];
    const { conversation, changes, texts } = setup({ turns, headId: 'd' });
    assert.equal(conversation.remove('b'), true);
    assert.deepEqual(texts(), ['a', 'd']);
    assert.deepEqual(changes, [{ kind: 'removed', turnIds: ['b'] }]);
  });

  it('of the only first one leaves nothing, from which one can begin anew', async () => {
    const { conversation, texts, discuss } = await setupTwo();
    conversation.remove('turn-1');
    assert.deepEqual(conversation.all, []);
    assert.equal(conversation.headId, undefined);
    await discuss('Who?', 'Me.');
    assert.deepEqual(texts(), ['Who?', 'Me.']);
  });

  it('is refused when it is not there', async () => {
    const { conversation, changes } = await setupTwo();
    assert.equal(conversation.remove('nobody'), false);
    assert.deepEqual(changes, []);
  });

  it('of an answer leaves a question that can be answered, or followed by another', async () => {
    const { client, conversation, ask, texts, fail } = await setupTwo();
    conversation.remove('turn-4');
    assert.deepEqual(texts(), ['Why?', 'Because.', 'And?']);
    assert.equal(conversation.retry(client, 'turn-1', options), false, 'it has an answer');
    assert.equal(conversation.retry(client, 'turn-3', options), true);
    assert.equal(client.latest.request.messages.length, 3);
    await fail('network');
    assert.deepEqual(texts(), ['Why?', 'Because.', 'And?', '']);
    conversation.remove(conversation.headId ?? '');
    ask('Then?');
    assert.deepEqual(
      client.latest.request.messages.map(({ content }) => content),
      ['Why?', 'Because.', 'And?', 'Then?'],
    );
  });
});
