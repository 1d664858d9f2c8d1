import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { longestMessageCharacters } from '../../../src/host/chat/chatMessages';
import { NotReadyError } from '../../../src/host/clientService';
import { settled } from '../scriptedClient';
import { answer, create, done, question } from '../store/setup';
import { finish, load, model, setUpChatDesk, stream, told, type ChatDesk, type ChatWindow } from './chatDesk';

const secondMs = 1_000;
const file = { kind: 'file', name: 'retry.ts', languageId: 'typescript', text: 'retry();' } as const;

let desk: ChatDesk;

function useDesk(): void {
  beforeEach(() => (desk = setUpChatDesk()));
  afterEach(() => desk.clear());
}

function queueOf({ chat }: ChatWindow): readonly string[] {
  return chat().conversation.queue.map(({ text }) => text);
}

function lastOf({ session }: ChatWindow) {
  return session.turns.at(-1) ?? assert.fail('nothing was said');
}

async function setupAnswered() {
  const window = await desk.openWindow();
  await window.session.ask('Why?');
  await finish(window.client, 'Because');
  return window;
}

async function setupBusy() {
  const window = await desk.openWindow();
  await window.session.ask('Why?');
  await stream(window.client, 'So');
  return window;
}

describe('A chat that cannot send', () => {
  useDesk();

  it('leaves an empty message alone', async () => {
    const { session } = await desk.openWindow();
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
    const { client: other } = await desk.openWindow();
    const acquire = async () => {
      if (!keys.hasKey) throw new NotReadyError('noKey');
      return other;
    };
    const { session } = await desk.openWindow({ acquire });
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
    desk.openStore('there').conversations.remove(chat().id);
    assert.equal(await session.ask('And?'), false);
    assert.match(session.notice ?? '', /deleted/);
    assert.equal(client.runs.length, 1);
    assert.deepEqual(session.turns, []);
  });

  it('takes its notice back when what it was about has changed', async () => {
    const { session } = await desk.openWindow();
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
    const { client } = await desk.openWindow();
    const later = { ...file, name: 'later.ts' };
    const acquire = async () => {
      chat().setDrafts([file, later]);
      return client;
    };
    const { session, chat } = await desk.openWindow({ acquire });
    chat().setDrafts([file]);
    assert.ok(await session.send('Why?'));
    assert.deepEqual(chat().drafts, [later]);
    assert.match(JSON.stringify(client.latest.request.messages), /retry\(\);/);
    assert.equal(client.latest.request.model, model);
    assert.equal(client.latest.request.priority, 'interactive');
  });

  it('keeps the attachments of what it could not send', async () => {
    const { session, chat } = await desk.openWindow({ acquire: () => Promise.reject(new NotReadyError('noKey')) });
    chat().setDrafts([file]);
    assert.equal(await session.send('Why?'), false);
    assert.deepEqual(chat().drafts, [file]);
  });

  it('is busy, and listed with what can be done about it', async () => {
    const { session, client } = await desk.openWindow();
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
    const window = await desk.openWindow();
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
    const { session, client } = await desk.openWindow();
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
    const { client } = await desk.openWindow();
    const acquire = async () => {
      if (keys.failure) throw keys.failure;
      return client;
    };
    const window = await desk.openWindow({ acquire });
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
    const window = await desk.openWindow();
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
    const window = await desk.openWindow();
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

async function setupTwo() {
  const here = desk.openStore('here');
  create(here, 'c', [question('q', 'Before'), answer('a', 'Yes', 'q', done)]);
  const one = await desk.openWindow({ windowId: 'here', store: here, known: 'c' });
  const two = await desk.openWindow({ windowId: 'there', known: 'c' });
  for (const { chats } of [one, two]) chats.setWatched(true);
  return { one, two, runs: () => one.client.runs.length + two.client.runs.length };
}

describe('A chat in two windows', () => {
  useDesk();

  it('queues in one what is asked while the other answers, and sends it once', async () => {
    const { one, two, runs } = await setupTwo();
    await one.session.ask('One');
    assert.ok(await two.session.ask('Two'), 'although it has not looked yet');
    assert.deepEqual(queueOf(two), ['Two']);
    assert.equal(runs(), 1);
    await finish(one.client, '1');
    await settled();
    assert.equal(runs(), 2);
    const answering = one.client.runs.length === 2 ? one : two;
    await finish(answering.client, '2');
    for (let second = 0; second < 5; second++) {
      desk.clock.tick(secondMs);
      await settled();
    }
    assert.equal(runs(), 2);
    for (const { session } of [one, two]) {
      assert.deepEqual(told(session.turns).slice(2), ['? One', 'done: 1', '? Two', 'done: 2']);
    }
    assert.deepEqual([...queueOf(one), ...queueOf(two)], []);
  });

  it('loses none that are queued in both', async () => {
    const { one, two, runs } = await setupTwo();
    await one.session.ask('One');
    await Promise.all([one.session.ask('Two'), two.session.ask('Three')]);
    for (let round = 0; round < 6; round++) {
      for (const { client, session } of [one, two]) {
        if (session.chat?.conversation.isBusy) await finish(client, 'Yes');
      }
      desk.clock.tick(secondMs);
      await settled();
    }
    assert.equal(runs(), 3);
    const asked = one.session.turns.filter(({ role }) => role === 'user').map(({ text }) => text);
    assert.deepEqual(asked.toSorted(), ['Before', 'One', 'Three', 'Two']);
    desk.clock.tick(secondMs);
    assert.deepEqual(told(two.session.turns), told(one.session.turns));
  });

  it('says why it changes nothing while the other one answers', async () => {
    const { one, two } = await setupTwo();
    await one.session.ask('One');
    two.session.remove('q');
    assert.match(two.session.notice ?? '', /Another window/);
    assert.equal(await two.session.retry('a'), false);
    assert.match(two.session.notice ?? '', /Another window/);
    assert.equal(two.client.runs.length, 0);
    await finish(one.client, '1');
    two.session.remove('q');
    assert.equal(two.session.notice, undefined);
    assert.deepEqual(two.session.turns, []);
  });
});
