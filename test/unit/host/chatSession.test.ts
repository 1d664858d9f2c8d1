import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { longestMessageCharacters } from '../../../src/host/chat/chatMessages';
import { NotReadyError } from '../../../src/host/notReady';
import { settled } from '../scriptedClient';
import { finish, load, model, told } from './chatDesk';
import { desk, lastOf, queueOf, setupAnswered, setupBusy, useDesk } from './chatSessionSetup';

const file = { kind: 'file', name: 'retry.ts', languageId: 'typescript', text: 'retry();' } as const;

describe('A chat that cannot send', () => {
  useDesk();

  it('leaves an empty message alone', async () => {
    const { session } = await desk().openWindow();
    assert.equal(await session.ask(' \n'), false);
    assert.equal(session.notice, undefined);
    assert.deepEqual(session.turns, []);
  });

  it('leaves a message that is too long with the person, with all that is attached to it', async () => {
    const window = await setupAnswered();
    const { session } = window;
    const large = { ...file, text: 'x'.repeat(longestMessageCharacters) };
    assert.equal(await session.ask('Why?', [large]), false);
    assert.match(session.notice ?? '', /too long.*summarize/);
    session.clearNotice();
    assert.equal(await session.edit(session.turns[0]?.id ?? '', 'x'.repeat(longestMessageCharacters + 1)), false);
    assert.match(session.notice ?? '', /too long/);
    assert.equal(await session.edit(session.turns[0]?.id ?? '', ' '), false, 'nor does an edit to nothing');
    assert.equal(session.turns.length, 2);
  });

  it('leaves the message with the person who has no key yet, until there is one', async () => {
    const keys: { hasKey: boolean } = { hasKey: false };
    const { client: other } = await desk().openWindow();
    const acquire = async () => {
      if (!keys.hasKey) throw new NotReadyError('noKey');
      return other;
    };
    const { session } = await desk().openWindow({ acquire });
    let heard = 0;
    session.onDidChange(() => (heard += 1));
    assert.deepEqual(await session.findObstacle(), { text: 'Add an API key first.', needsKey: true });
    assert.equal(session.notice, undefined);
    assert.equal(await session.ask('Why?'), false);
    assert.equal(await session.ask('Why?'), false);
    assert.equal(session.notice, 'Add an API key first.');
    assert.equal(heard, 1, 'the same notice is not told again');
    keys.hasKey = true;
    assert.equal(await session.findObstacle(), undefined);
    assert.equal(await session.ask('Why?'), true);
    assert.equal(session.notice, undefined);
  });

  it('says so when the conversation was deleted elsewhere, and sends nothing without it', async () => {
    const { session, client, chat } = await setupAnswered();
    desk().openStore('there').conversations.remove(chat().id);
    assert.equal(await session.ask('And?'), false);
    assert.match(session.notice ?? '', /deleted/);
    assert.equal(client.runs.length, 1);
    assert.deepEqual(session.turns, []);
  });

  it('takes its notice back when what it was about has changed', async () => {
    const { session } = await desk().openWindow();
    session.setNotice('Something');
    let heard = 0;
    session.onDidChange(() => (heard += 1));
    session.clearNotice();
    session.clearNotice();
    assert.equal(session.notice, undefined);
    assert.equal(heard, 1);
  });
});

describe('A chat that sends', () => {
  useDesk();

  it('asks with what is attached, which is then gone from the draft, and nothing else', async () => {
    const { client } = await desk().openWindow();
    const later = { ...file, name: 'later.ts' };
    const acquire = async () => {
      chat().setDrafts([file, later]);
      return client;
    };
    const { session, chat } = await desk().openWindow({ acquire });
    chat().setDrafts([file]);
    assert.ok(await session.send('Why?'));
    assert.deepEqual(chat().drafts, [later]);
    assert.match(JSON.stringify(client.latest.request.messages), /retry\(\);/);
    assert.equal(client.latest.request.model, model);
    assert.equal(client.latest.request.priority, 'interactive');
  });

  it('keeps the attachments of what it could not send', async () => {
    const { session, chat } = await desk().openWindow({ acquire: () => Promise.reject(new NotReadyError('noKey')) });
    chat().setDrafts([file]);
    assert.equal(await session.send('Why?'), false);
    assert.deepEqual(chat().drafts, [file]);
  });

  it('is busy, and listed with what can be done about it', async () => {
    const { session, client } = await desk().openWindow();
    assert.deepEqual(session.activities(), []);
    await session.ask('Why?');
    const [activity, ...others] = session.activities();
    assert.deepEqual(others, []);
    assert.equal(activity?.label, 'Chat');
    assert.match(activity?.status() ?? '', /^[A-Z]/);
    activity?.sendNow();
    assert.equal(client.latest.hurried, 1);
    session.sendNow();
    assert.equal(client.latest.hurried, 2);
    activity?.cancel();
    await settled();
    assert.ok(!session.isBusy);
    assert.deepEqual(session.activities(), []);
  });

  it('queues what is asked meanwhile, also while the first is only about to be sent, and sends it in order', async () => {
    const window = await desk().openWindow();
    const { session, client } = window;
    assert.deepEqual(await Promise.all([session.ask('One'), session.ask('Two')]), [true, true]);
    assert.ok(await session.ask('Three'));
    assert.deepEqual(queueOf(window), ['Two', 'Three']);
    await finish(client, '1');
    assert.deepEqual(queueOf(window), ['Three']);
    await finish(client, '2');
    await finish(client, '3');
    assert.deepEqual(told(session.turns), ['? One', 'done: 1', '? Two', 'done: 2', '? Three', 'done: 3']);
    assert.equal(client.runs.length, 3);
  });

  it('holds the queue after an answer that failed or was stopped, until a person goes on', async () => {
    const window = await setupBusy();
    const { session, client } = window;
    await session.ask('Next');
    client.latest.fail(new ClientError('network', 'No connection'));
    await settled();
    assert.deepEqual(queueOf(window), ['Next']);
    assert.ok(await session.retry(lastOf(window).id));
    await finish(client, 'Because');
    assert.deepEqual(told(session.turns).at(-2), '? Next');
    session.chat?.conversation.enqueue('Later', []);
    session.stop();
    await settled();
    assert.deepEqual(queueOf(window), ['Later']);
  });

  it('leaves a held queue alone when something else is asked, until the person resumes it', async () => {
    const window = await setupBusy();
    const { session, client, chat } = window;
    await session.ask('Next');
    session.stop();
    await settled();
    assert.ok(chat().isQueuePaused);
    assert.ok(await session.ask('Never mind'));
    await finish(client, 'Fine');
    assert.deepEqual(queueOf(window), ['Next']);
    session.resumeQueue();
    await settled();
    assert.deepEqual(told(session.turns).at(-2), '? Next');
    assert.ok(!chat().isQueuePaused);
  });

  it('sends no message while it is edited', async () => {
    const window = await setupBusy();
    const { session, client, chat } = window;
    await session.ask('Next');
    const id = chat().conversation.queue[0]?.id ?? '';
    session.holdQueued(id);
    await finish(client, 'Because');
    assert.deepEqual(queueOf(window), ['Next']);
    session.editQueued(id, 'Next, in other words');
    session.holdQueued(undefined);
    await settled();
    assert.deepEqual(told(session.turns).at(-2), '? Next, in other words');
  });

  it('edits and removes what is queued; what is emptied is removed', async () => {
    const window = await setupBusy();
    const { session } = window;
    for (const text of ['One', 'Two', 'Three']) await session.ask(text);
    const [one, two, three] = session.chat?.conversation.queue ?? [];
    session.editQueued(one?.id ?? '', 'First');
    session.editQueued(two?.id ?? '', ' ');
    session.removeQueued(three?.id ?? '');
    session.editQueued('nothing', 'x');
    assert.deepEqual(queueOf(window), ['First']);
  });

  it('edits a question on a branch of its own, with what was attached to it', async () => {
    const { session, client } = await desk().openWindow();
    await session.ask('Why?', [file]);
    await finish(client, 'Because');
    assert.ok(await session.edit(session.turns[0]?.id ?? '', 'Why not?'));
    await finish(client, 'Therefore');
    assert.match(JSON.stringify(client.latest.request.messages), /retry\(\);/);
    const [edited] = session.turns;
    session.showBranch(edited?.id ?? '', -1);
    assert.deepEqual(told(session.turns), ['? Why?', 'done: Because']);
    assert.equal(session.chat?.conversation.all.length, 4);
  });

  it('lets an answer go on that broke off', async () => {
    const window = await setupBusy();
    const { session, client } = window;
    client.latest.fail(new ClientError('network', 'No connection'));
    await settled();
    assert.ok(await session.continueAnswer(lastOf(window).id));
    await finish(client, ' it is');
    assert.deepEqual(told(session.turns), ['? Why?', 'done: So it is']);
  });

  it('removes turns for good', async () => {
    const { session, store, chat } = await setupAnswered();
    session.remove(session.turns[1]?.id ?? '');
    assert.deepEqual(told(session.turns), ['? Why?']);
    assert.deepEqual(load(store, chat().id).turns, session.turns);
  });

  it('changes nothing under an answer', async () => {
    const { session, client } = await setupBusy();
    const before = session.turns;
    session.remove(before[0]?.id ?? '');
    session.showBranch(before[0]?.id ?? '', 1);
    assert.equal(await session.retry(before[1]?.id ?? ''), false);
    assert.equal(await session.edit(before[0]?.id ?? '', 'Else'), false);
    assert.deepEqual(session.turns, before);
    assert.equal(client.runs.length, 1);
  });
});
