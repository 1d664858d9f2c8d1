import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { settled, someUsage } from '../scriptedClient';
import { answerTurn, options, setup, setupStreaming, someAccount, userTurn } from './setup';

const spent = { text: '', thinking: '', usage: someUsage, costUsd: 0.5 } as const;

/** Broken off in part, and asked again. */
async function setupRetried() {
  const all = await setupStreaming();
  await all.fail('overloaded');
  const old = all.answer();
  assert.equal(all.retry(), true);
  return { ...all, old };
}

/** Answered in whole and talked on about, and the first answer asked for again. */
async function setupWhole() {
  const all = setup();
  await all.discuss('Why?', 'Because.');
  await all.discuss('And?', 'So.');
  const before = all.conversation.turns;
  assert.equal(all.conversation.retry(all.client, 'turn-2', options), true);
  return { ...all, before };
}

describe('Asking for an answer again', () => {
  it('sends the same question, without the part that had arrived', async () => {
    const { client, conversation, answer, old, texts } = await setupRetried();
    assert.deepEqual(client.latest.request.messages, [{ role: 'user', content: 'Why?' }]);
    assert.equal(answer().state.kind, 'waiting');
    assert.deepEqual(texts(), ['Why?', '']);
    assert.deepEqual(conversation.branchOf(answer().id), { position: 2, count: 2 });
    assert.equal(conversation.find(old.id), old);
  });

  it('keeps the part that had arrived as a branch once there is a new answer', async () => {
    const { conversation, answer, old, stream, finish, texts } = await setupRetried();
    await stream('It is.');
    await finish();
    assert.deepEqual(texts(), ['Why?', 'It is.']);
    assert.equal(conversation.showBranch(answer().id, -1), true);
    assert.equal(answer(), old);
  });

  it('shows the part that had arrived again, with the new reason, when nothing better came', async () => {
    const { client, conversation, changes, answer, old, retry, texts } = await setupRetried();
    const { id: newId } = answer();
    const before = changes.length;
    client.latest.fail(new ClientError('rateLimited', 'too much', { until: 60_000 }));
    await settled();
    assert.equal(conversation.isBusy, false);
    const expected = { ...old, state: { kind: 'failed', reason: 'rateLimited', until: 60_000 } };
    assert.deepEqual(answer(), expected);
    assert.deepEqual(changes.slice(before), [
      { kind: 'turn', turn: expected },
      { kind: 'path', headId: old.id },
      { kind: 'removed', turnIds: [newId] },
    ]);
    assert.equal(retry(), true, 'it can be tried once more');
    conversation.stop();
    await settled();
    assert.deepEqual(texts(), ['Why?', 'Because']);
    assert.equal(conversation.all.length, 2);
  });

  it('counts white space as nothing, wherever it falls', async () => {
    const { conversation, stream, fail, texts } = await setupRetried();
    await stream(' \n');
    await fail('network');
    assert.deepEqual(texts(), ['Why?', 'Because']);
    assert.equal(conversation.all.length, 2);
  });

  it('accounts for a try that brought nothing but was not free', async () => {
    const { answer, fail } = await setupRetried();
    await fail('stalled', spent);
    assert.equal(answer().text, 'Because');
    assert.equal(answer().account?.costUsd, 0.5);
  });

  it('keeps a new answer that failed with some text, and the old one as well', async () => {
    const { conversation, stream, fail, texts } = await setupRetried();
    await stream('It');
    await fail('network');
    assert.deepEqual(texts(), ['Why?', 'It']);
    assert.equal(conversation.all.length, 3);
  });

  it('drops an empty failed answer for good, but not before the new one has something', async () => {
    const { conversation, changes, ask, retry, answer, fail, stream, finish } = setup();
    ask('Why?');
    await fail('stalled', spent);
    const { id: oldId } = answer();
    retry();
    await stream('\n');
    assert.equal(conversation.all.length, 3);
    await stream('It is.');
    assert.deepEqual(
      conversation.all.map(({ text }) => text),
      ['Why?', '\nIt is.'],
    );
    assert.deepEqual(
      changes.filter(({ kind }) => kind === 'removed'),
      [{ kind: 'removed', turnIds: [oldId] }],
    );
    await finish();
    assert.equal(
      answer().account?.costUsd,
      0.5 + someAccount.costUsd,
      'what the dropped one had cost is not forgotten',
    );
  });

  it('drops an empty failed answer when the new one is whole, even if empty', async () => {
    const { conversation, ask, retry, answer, fail, finish } = setup();
    ask('Why?');
    await fail('network');
    retry();
    await finish();
    assert.equal(conversation.all.length, 2);
    assert.equal(answer().state.kind, 'done');
  });

  it('keeps an empty failed answer that the conversation went on from', async () => {
    const { client, conversation, ask, discuss, fail, stream, finish, texts } = setup();
    ask('Why?');
    await fail('network');
    await discuss('And?', 'So.');
    assert.equal(conversation.retry(client, 'turn-2', options), true);
    await stream('Because.');
    await finish();
    assert.deepEqual(texts(), ['Why?', 'Because.']);
    assert.equal(conversation.all.length, 5);
    conversation.showBranch('turn-5', -1);
    assert.deepEqual(texts(), ['Why?', '', 'And?', 'So.']);
  });

  it('does not pile up answers without text', async () => {
    const { conversation, ask, retry, answer, fail } = setup();
    ask('Why?');
    await fail('network');
    const { id } = answer();
    for (const reason of ['overloaded', 'rateLimited'] as const) {
      assert.equal(retry(), true);
      await fail(reason);
      assert.equal(answer().id, id);
      assert.deepEqual(answer().state, { kind: 'failed', reason, until: undefined });
      assert.equal(conversation.all.length, 2);
    }
  });

  it('sends a question that was refused, which later ones leave out', async () => {
    const { client, ask, retry, fail } = setup();
    ask('Too much');
    await fail('invalid');
    retry();
    assert.deepEqual(client.latest.request.messages, [{ role: 'user', content: 'Too much' }]);
    await fail('tooLarge');
    ask('Less');
    assert.deepEqual(client.latest.request.messages, [{ role: 'user', content: 'Less' }]);
  });

  it('takes neither an answer that is not shown, nor one that is not there, nor one without a question', async () => {
    const turns = [userTurn('a', undefined), answerTurn('b', 'a'), answerTurn('c', 'a'), answerTurn('d', 'gone')];
    const { client, conversation, changes } = setup({ turns, headId: 'c' });
    for (const id of ['b', 'nobody', 'd']) assert.equal(conversation.retry(client, id, options), false);
    const orphan = setup({ turns, headId: 'd' });
    assert.equal(orphan.retry(), false);
    assert.deepEqual(changes, []);
    assert.equal(client.runs.length, 0);
  });
});

describe('Asking for another answer than a whole one', () => {
  it('is possible anywhere on the path, and keeps what followed the old one as a branch', async () => {
    const { client, conversation, before, stream, finish, texts } = await setupWhole();
    assert.deepEqual(client.latest.request.messages, [{ role: 'user', content: 'Why?' }]);
    await stream('Since.');
    await finish();
    assert.deepEqual(texts(), ['Why?', 'Since.']);
    conversation.showBranch('turn-5', -1);
    assert.deepEqual(conversation.turns, before);
  });

  it('leaves all as it was when it is stopped before any text', async () => {
    const { conversation, before } = await setupWhole();
    conversation.stop();
    await settled();
    assert.deepEqual(conversation.turns, before);
    assert.equal(conversation.all.length, 4);
  });

  it('leaves the whole one whole when it fails, and tells the failure beside it', async () => {
    const { conversation, before, answer, retry, fail, stream, finish, texts } = await setupWhole();
    await fail('overloaded');
    assert.deepEqual(texts(), ['Why?', '']);
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'overloaded', until: undefined });
    conversation.showBranch(answer().id, -1);
    assert.deepEqual(conversation.turns, before);
    conversation.showBranch('turn-2', 1);
    retry();
    await stream('Since.');
    await finish();
    assert.equal(conversation.all.length, 5, 'the empty failed one is gone');
  });

  it('shows one that was cut at its length again with the new failure', async () => {
    const { answer, retry, stream, fail, finish, ask } = setup();
    ask('Why?');
    await stream('Because');
    await finish('max_tokens');
    retry();
    await fail('overloaded');
    assert.equal(answer().text, 'Because');
    assert.deepEqual(answer().state, { kind: 'failed', reason: 'overloaded', until: undefined });
    assert.deepEqual(answer().account, someAccount);
  });
});
