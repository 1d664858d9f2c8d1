import assert from 'node:assert/strict';
import { StoreError } from '../../../src/store/storeError';
import { ScriptedClient, settled } from '../scriptedClient';
import { create, done, answer, question } from '../store/setup';
import { finish, load, openFailingStore, options, setUpChatDesk, stream, told, type ChatDesk } from './chatDesk';

const secondMs = 1_000;
const leaseMs = 15_000;
const file = { kind: 'file', name: 'retry.ts', languageId: 'typescript', text: 'retry();' } as const;
const digest = { upToTurnId: 'a', text: 'In short', at: 1, tokensBefore: 9, tokensAfter: 1 };

let desk: ChatDesk;
function useDesk(): void {
  beforeEach(() => (desk = setUpChatDesk()));
  afterEach(() => desk.clear());
}

/** One window with a new conversation. */
function setup(store = desk.openStore()) {
  const client = new ScriptedClient();
  const chat = desk.openChat('c', store);
  const ask = (text: string) => chat.begin(() => chat.conversation.ask(client, text, [], options()));
  return { client, store, chat, ask };
}

/** Two windows with one conversation in which something was said. */
function setupTwo() {
  const here = desk.openStore('here');
  const there = desk.openStore('there');
  create(here, 'c', [question('q', 'Before'), answer('a', 'Yes', 'q', done)]);
  here.conversations.setHead('c', 'a');
  const window = (store: typeof here, windowId: string) => {
    const client = new ScriptedClient();
    const chat = desk.openChat('c', store, windowId);
    const ask = (text: string) => chat.begin(() => chat.conversation.ask(client, text, [], options()));
    const queue = () => chat.conversation.queue.map(({ text }) => text);
    return { client, store, chat, ask, queue };
  };
  return { here: window(here, 'here'), there: window(there, 'there') };
}

describe('A conversation of one window', () => {
  useDesk();

  it('has no place in the store before something is done in it', () => {
    const { store, chat } = setup();
    chat.sync();
    chat.flush();
    assert.ok(!chat.isCreated);
    assert.deepEqual(store.conversations.list({}), []);
  });

  it('is written as it happens: question, answer, title and what is shown', async () => {
    const { client, store, chat, ask } = setup();
    assert.equal(ask('Why?'), 'started');
    assert.ok(chat.isCreated && chat.isBusy);
    assert.deepEqual(told(load(store, 'c').turns), ['? Why?', 'waiting: ']);
    assert.equal(load(store, 'c').busyBy, 'here');
    await finish(client, 'Because');
    const stored = load(store, 'c');
    assert.deepEqual(stored.turns, chat.turns);
    assert.deepEqual(told(stored.turns), ['? Why?', 'done: Because']);
    assert.deepEqual(
      { title: stored.title, headId: stored.headId, workspace: stored.workspace, busyBy: stored.busyBy },
      { title: 'Why?', headId: chat.turns.at(-1)?.id, workspace: 'w', busyBy: undefined },
    );
    assert.ok(chat.changes.some(({ kind }) => kind === 'answered'));
    assert.ok(!chat.changes.some(({ kind }) => kind === 'reloaded'), 'what is our own is no news');
  });

  it('is written once a second while text streams, and whole at the end', async () => {
    const { client, store, ask } = setup();
    ask('Why?');
    await stream(client, 'One ');
    const revision = () => store.conversations.revisionOf('c')?.revision ?? 0;
    const before = revision();
    for (const text of ['two ', 'three ']) client.latest.emit({ type: 'text', text });
    await settled();
    assert.equal(revision(), before);
    desk.clock.tick(secondMs);
    assert.equal(revision(), before + 1);
    assert.equal(load(store, 'c').turns.at(-1)?.text, 'One two three ');
    client.latest.emit({ type: 'text', text: 'four' });
    client.latest.finish('One two three four');
    await settled();
    assert.equal(load(store, 'c').turns.at(-1)?.text, 'One two three four');
  });

  it('keeps what a person decides, and gives it to whoever opens it next', () => {
    const { store, chat } = setup();
    chat.rename('My title');
    chat.setModel('claude-other');
    chat.setDrafts([file]);
    chat.addDigest({ ...digest, text: 'Replaced' });
    chat.addDigest(digest);
    chat.conversation.enqueue('Next', [file]);
    const again = desk.openChat('c', store);
    assert.equal(again.title, 'My title');
    assert.equal(again.model, 'claude-other');
    assert.deepEqual(again.drafts, [file]);
    assert.deepEqual(again.digests, [digest]);
    assert.deepEqual(again.conversation.queue, chat.conversation.queue);
    chat.removeDigests();
    assert.deepEqual(load(store, 'c').digests, []);
  });

  it('is not named anew once it has a title', async () => {
    const { client, store, chat, ask } = setup();
    chat.rename('Mine');
    ask('Why?');
    await finish(client, 'Because');
    ask('And?');
    assert.equal(load(store, 'c').title, 'Mine');
  });

  it('loses at most a second of an answer in a crash, and reads as cut off then', async () => {
    const { client, ask } = setup();
    ask('Why?');
    await stream(client, 'Kept');
    desk.clock.tick(secondMs);
    client.latest.emit({ type: 'text', text: ' and lost' });
    await settled();
    // Nothing of the window that crashed runs any more: another one looks at what is there.
    const there = desk.openStore('there');
    assert.deepEqual(told(load(there, 'c').turns), ['? Why?', 'streaming: Kept']);
    desk.clock.setSystemTime(Date.now() + leaseMs);
    assert.deepEqual(told(load(there, 'c').turns), ['? Why?', 'failed: Kept']);
  });

  it('that is closed while it answers keeps all that arrived, as cut off, and gives way at once', async () => {
    const { client, chat, ask } = setup();
    ask('Why?');
    await stream(client, 'All of it');
    chat.dispose();
    assert.ok(client.latest.isCancelled);
    const there = desk.openStore('there');
    assert.equal(load(there, 'c').busyBy, undefined);
    assert.deepEqual(told(load(there, 'c').turns), ['? Why?', 'failed: All of it']);
    await settled();
    assert.deepEqual(told(load(there, 'c').turns), ['? Why?', 'failed: All of it']);
    assert.equal(desk.clock.countTimers(), 0);
    assert.equal(ask('More?'), 'gone', 'nothing begins in a conversation that was let go of');
  });

  it('that is closed after its store leaves nothing running', async () => {
    const { client, store, chat, ask } = setup();
    ask('Why?');
    await stream(client, 'All of it');
    store.close();
    chat.dispose();
    await settled();
    assert.equal(desk.clock.countTimers(), 0);
  });

  it('that was deleted is not written again by what comes late', async () => {
    const { client, store, chat, ask } = setup();
    ask('Why?');
    await stream(client, 'So');
    chat.abandon();
    store.conversations.remove('c');
    chat.addDigest(digest);
    chat.rename('Late');
    await settled();
    desk.clock.tick(60 * secondMs);
    assert.deepEqual(store.conversations.list({}), []);
    assert.equal(desk.clock.countTimers(), 0);
  });

  it('goes on to its next message only after an answer that ended well', async () => {
    const { client, chat, ask } = setup();
    ask('Why?');
    chat.conversation.enqueue('Next', []);
    await finish(client, 'Because');
    assert.ok(chat.hasMoreToSend);
    ask('More?');
    assert.ok(!chat.hasMoreToSend, 'it is answering');
    chat.conversation.stop();
    await settled();
    assert.ok(!chat.hasMoreToSend, 'a person decides');
    assert.equal(chat.changes.filter(({ kind }) => kind === 'answered').length, 1);
  });

  it('has not ended an answer by stopping another one in its place', async () => {
    const { client, chat, ask } = setup();
    ask('Why?');
    await finish(client, 'Because');
    const [, first] = chat.turns;
    chat.begin(() => chat.conversation.retry(client, first?.id ?? '', options()));
    chat.conversation.stop();
    await settled();
    assert.deepEqual(told(chat.turns), ['? Why?', 'done: Because']);
    assert.equal(chat.changes.filter(({ kind }) => kind === 'answered').length, 1);
  });
});

describe('A conversation on a full disk', () => {
  useDesk();

  it('goes on in the window, and all of it is written once there is room', async () => {
    const disk = openFailingStore();
    const { client, chat, ask } = setup(disk.store);
    disk.failure = new StoreError('full', 'The disk is full');
    assert.equal(ask('Why?'), 'started');
    await finish(client, 'Because');
    chat.conversation.enqueue('Next', []);
    assert.deepEqual(told(chat.turns), ['? Why?', 'done: Because']);
    assert.equal(chat.saveError, disk.failure);
    assert.equal(ask('More?'), 'started', 'nobody else could have it');
    desk.clock.tick(20 * secondMs);
    assert.equal(desk.logged.length, 1, 'the log hears of it once');
    disk.failure = undefined;
    desk.clock.tick(5 * secondMs);
    assert.equal(chat.saveError, undefined);
    const stored = load(disk.store, 'c');
    assert.deepEqual(stored.turns, chat.turns);
    assert.equal(stored.title, 'Why?');
    assert.deepEqual(
      stored.queue.map(({ text }) => text),
      ['Next'],
    );
    assert.equal(stored.busyBy, 'here');
  });
});

describe('A conversation of two windows', () => {
  useDesk();

  it('can be followed in one while the other answers, who cannot answer meanwhile', async () => {
    const { here, there } = setupTwo();
    here.ask('Why?');
    await stream(here.client, 'So far');
    desk.clock.tick(secondMs);
    there.chat.sync();
    assert.ok(there.chat.isBusyElsewhere && there.chat.isBusy);
    assert.deepEqual(told(there.chat.turns).slice(2), ['? Why?', 'streaming: So far']);
    assert.equal(there.ask('Me too'), 'elsewhere');
    assert.equal(there.client.runs.length, 0);
    await finish(here.client, ', and the rest');
    there.chat.sync();
    assert.ok(!there.chat.isBusy);
    assert.deepEqual(told(there.chat.turns).slice(2), ['? Why?', 'done: So far, and the rest']);
    assert.equal(there.ask('Now me'), 'started');
  });

  it('is claimed by a window that has not looked yet with all that the other one has added', async () => {
    const { here, there } = setupTwo();
    here.ask('Why?');
    await finish(here.client, 'Because');
    assert.equal(there.ask('And?'), 'started');
    assert.deepEqual(told(there.chat.turns), [
      '? Before',
      'done: Yes',
      '? Why?',
      'done: Because',
      '? And?',
      'waiting: ',
    ]);
  });

  it('is free again when the window that answered has crashed', async () => {
    const { here, there } = setupTwo();
    here.ask('Why?');
    await stream(here.client, 'So far');
    desk.clock.tick(secondMs);
    there.chat.sync();
    desk.clock.setSystemTime(Date.now() + leaseMs);
    there.chat.sync();
    assert.ok(!there.chat.isBusy);
    assert.deepEqual(told(there.chat.turns).slice(2), ['? Why?', 'failed: So far']);
  });

  it('takes over what was queued, edited and taken out elsewhere while it answers', async () => {
    const { here, there } = setupTwo();
    here.ask('Why?');
    const first = here.chat.conversation.enqueue('First', []);
    const second = here.chat.conversation.enqueue('Second', []);
    there.chat.sync();
    there.chat.conversation.removeQueued(first.id);
    there.chat.conversation.editQueued(second.id, 'Second, edited');
    there.chat.conversation.enqueue('Third', []);
    assert.deepEqual(here.queue(), ['First', 'Second']);
    here.chat.sync();
    assert.deepEqual(here.queue(), ['Second, edited', 'Third']);
    await finish(here.client, 'Because');
    assert.deepEqual(here.queue(), ['Second, edited', 'Third']);
    assert.ok(here.chat.hasMoreToSend);
  });

  it('loses no message that is queued in both at once', async () => {
    const { here, there } = setupTwo();
    here.ask('Why?');
    there.chat.sync();
    there.chat.conversation.enqueue('There', []);
    here.chat.conversation.enqueue('Here', []);
    there.chat.conversation.enqueue('There again', []);
    await finish(here.client, 'Because');
    there.chat.sync();
    assert.deepEqual(here.queue(), ['There', 'Here', 'There again']);
    assert.deepEqual(there.queue(), here.queue());
  });

  it('never brings a message back that the other one has sent', async () => {
    const { here, there } = setupTwo();
    const message = here.chat.conversation.enqueue('Once', []);
    there.chat.sync();
    here.chat.begin(() => here.chat.conversation.ask(here.client, message.text, [], options()));
    here.chat.conversation.removeQueued(message.id);
    there.chat.conversation.enqueue('Another', []);
    assert.deepEqual(there.queue(), ['Another']);
    await finish(here.client, 'Because');
    assert.deepEqual(here.queue(), ['Another']);
  });

  it('notices a change that came in between two of its own', () => {
    const { here, there } = setupTwo();
    here.chat.setModel('one');
    there.chat.conversation.enqueue('Between', []);
    here.chat.setModel('two');
    here.chat.sync();
    assert.deepEqual(here.queue(), ['Between']);
    assert.equal(here.chat.model, 'two');
  });

  it('says so when the other one has deleted it, and is not written again', () => {
    const { here, there } = setupTwo();
    there.store.conversations.remove('c');
    here.chat.rename('Late');
    assert.deepEqual(here.chat.changes.at(-2), { kind: 'gone' });
    assert.equal(here.ask('Why?'), 'gone');
    desk.clock.tick(60 * secondMs);
    assert.deepEqual(here.store.conversations.list({}), []);
    there.chat.sync();
    assert.deepEqual(there.chat.changes, [{ kind: 'gone' }]);
  });

  it('does not begin an answer in one that was deleted unnoticed', () => {
    const { here, there } = setupTwo();
    there.store.conversations.remove('c');
    assert.equal(here.ask('Why?'), 'gone');
    assert.equal(here.client.runs.length, 0);
  });

  it('is written once more, all of it, when it was deleted while an answer runs', async () => {
    const { here, there } = setupTwo();
    here.chat.addDigest(digest);
    here.chat.conversation.enqueue('Next', []);
    here.ask('Why?');
    await stream(here.client, 'So');
    there.store.conversations.remove('c');
    await finish(here.client, ' it is');
    const stored = load(there.store, 'c');
    assert.deepEqual(told(stored.turns), ['? Before', 'done: Yes', '? Why?', 'done: So it is']);
    assert.deepEqual(stored.turns, here.chat.conversation.all);
    assert.deepEqual(stored.digests, [digest]);
    assert.equal(stored.queue.length, 1);
    assert.equal(stored.headId, here.chat.conversation.headId);
    assert.equal(here.chat.saveError, undefined);
    assert.ok(here.chat.hasMoreToSend);
  });
});
