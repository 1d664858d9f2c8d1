import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { NotReadyError } from '../../../src/host/notReady';
import { settled } from '../scriptedClient';
import { finish, load, model, told } from './chatDesk';
import { desk, lastOf, queueOf, setupAnswered, setupBusy, useDesk } from './chatSessionSetup';

describe('A queued message that is to go now', () => {
  useDesk();

  it('stops what runs, and goes before the others', async () => {
    const window = await setupBusy();
    const { session, client, chat } = window;
    for (const text of ['One', 'Two']) await session.ask(text);
    const two = chat().conversation.queue[1];
    await session.sendQueuedNow(two?.id ?? '');
    assert.ok(client.runs[0]?.isCancelled);
    assert.deepEqual(told(session.turns), ['? Why?', 'failed: So', '? Two', 'waiting: ']);
    assert.deepEqual(queueOf(window), ['One']);
    await finish(client, '2');
    assert.deepEqual(told(session.turns).at(-2), '? One');
  });

  it('goes once, however often it is clicked', async () => {
    const { session, client, chat } = await setupBusy();
    await session.ask('One');
    const id = chat().conversation.queue[0]?.id ?? '';
    await Promise.all([session.sendQueuedNow(id), session.sendQueuedNow(id)]);
    await session.sendQueuedNow(id);
    assert.equal(client.runs.length, 2);
    assert.ok(!client.latest.isCancelled);
  });

  it('goes instead of the first when the answer ends in that very moment', async () => {
    const { session, client, chat } = await setupBusy();
    for (const text of ['One', 'Two']) await session.ask(text);
    const sending = session.sendQueuedNow(chat().conversation.queue[1]?.id ?? '');
    client.latest.finish('So it is');
    await sending;
    assert.deepEqual(told(session.turns).slice(2), ['? Two', 'waiting: ']);
    assert.equal(client.runs.length, 2);
  });

  it('stays in the queue, and what runs goes on, when nothing can be sent', async () => {
    const keys: { failure: Error | undefined } = { failure: undefined };
    const { client } = await desk().openWindow();
    const acquire = async () => {
      if (keys.failure) throw keys.failure;
      return client;
    };
    const window = await desk().openWindow({ acquire });
    const { session, chat } = window;
    await session.ask('Why?');
    await session.ask('One');
    keys.failure = new NotReadyError('noKey');
    await session.sendQueuedNow(chat().conversation.queue[0]?.id ?? '');
    assert.ok(!client.latest.isCancelled);
    assert.deepEqual(queueOf(window), ['One']);
    assert.equal(session.notice, 'Add an API key first.');
    await finish(client, 'Because');
    assert.deepEqual(queueOf(window), ['One'], 'it is kept until it can be sent');
  });
});

describe('Another model', () => {
  useDesk();

  it('answers from then on, in this conversation alone', async () => {
    const { session, client, chats } = await setupAnswered();
    await session.setModel('claude-other');
    await session.ask('And?');
    assert.equal(client.latest.request.model, 'claude-other');
    chats.startNew();
    assert.equal(session.model, model);
  });

  it('is asked what still waits, in place of the first', async () => {
    const window = await desk().openWindow();
    const { session, client } = window;
    await session.ask('Why?');
    await session.setModel('claude-other', lastOf(window).id);
    assert.ok(client.runs[0]?.isCancelled);
    assert.equal(client.latest.request.model, 'claude-other');
    await finish(client, 'Because');
    assert.deepEqual(told(session.turns), ['? Why?', 'done: Because']);
    assert.equal(session.chat?.conversation.all.length, 2, 'the empty answer is gone');
  });

  it('leaves alone what has begun to arrive meanwhile', async () => {
    const window = await setupBusy();
    const { session, client } = window;
    await session.setModel('claude-other', lastOf(window).id);
    assert.ok(!client.latest.isCancelled);
    assert.equal(client.runs.length, 1);
  });

  it('is asked again for the answer in the middle that waits, not for the last one', async () => {
    const window = await setupAnswered();
    const { session, client } = window;
    const first = session.turns[1]?.id ?? '';
    await session.ask('And?');
    await finish(client, 'Also');
    await session.retry(first);
    await session.setModel('claude-other', lastOf(window).id);
    assert.equal(client.latest.request.messages.length, 1, 'the first question alone');
    await finish(client, 'Anew');
    assert.deepEqual(told(session.turns), ['? Why?', 'done: Anew']);
  });

  it('goes on with an answer that waited to go on', async () => {
    const window = await setupBusy();
    const { session, client } = window;
    client.latest.fail(new ClientError('network', 'No connection'));
    await settled();
    await session.continueAnswer(lastOf(window).id);
    await session.setModel('claude-other', lastOf(window).id);
    await finish(client, ' it is');
    assert.deepEqual(told(session.turns), ['? Why?', 'done: So it is']);
  });

  it('is asked in the conversation it was chosen for, although another one is shown by then', async () => {
    const window = await desk().openWindow();
    const { session, client, chats, chat } = window;
    await session.ask('Why?');
    const left = chat();
    const switching = session.setModel('claude-other', lastOf(window).id);
    chats.startNew();
    await switching;
    assert.equal(client.latest.request.model, 'claude-other');
    assert.deepEqual(told(left.turns), ['? Why?', 'waiting: ']);
    assert.deepEqual(session.turns, []);
    await finish(client, 'Because');
    assert.ok(!chats.all.includes(left));
    assert.deepEqual(told(load(window.store, left.id).turns), ['? Why?', 'done: Because']);
  });
});
