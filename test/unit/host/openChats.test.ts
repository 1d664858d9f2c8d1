import assert from 'node:assert/strict';
import { settled } from '../scriptedClient';
import { answer, create, done, question } from '../store/setup';
import { finish, load, setUpChatDesk, stream, told, type ChatDesk } from './chatDesk';

const secondMs = 1_000;

describe('The conversations of a window', () => {
  let desk: ChatDesk;
  beforeEach(() => (desk = setUpChatDesk()));
  afterEach(() => desk.clear());

  function createTwo() {
    const store = desk.openStore();
    create(store, 'a', [question('q', 'In a'), answer('r', 'Yes', 'q', done)]);
    create(store, 'b', [question('s', 'In b'), answer('t', 'Yes', 's', done)]);
    return store;
  }

  it('begin with the one of last time', async () => {
    const { chat } = await desk.openWindow({ store: createTwo(), known: 'a' });
    assert.deepEqual(told(chat().turns), ['? In a', 'done: Yes']);
  });

  it('begin with an empty one when that is not there any more, or there was none', async () => {
    const store = createTwo();
    for (const known of ['deleted', undefined]) {
      const { chat } = await desk.openWindow({ store, known });
      assert.deepEqual(chat().turns, []);
    }
  });

  it('write an empty one, and remember it, with its first message', async () => {
    const { store, chats, chat, session, client, remembered } = await desk.openWindow();
    chats.startNew();
    chats.flush();
    assert.deepEqual(store.conversations.list({}), []);
    await session.ask('Why?');
    assert.equal(remembered.at(-1), chat().id);
    await finish(client, 'Because');
    assert.deepEqual(told(load(store, chat().id).turns), ['? Why?', 'done: Because']);
  });

  it('go on with one that is left while it answers, and let go of it then', async () => {
    const { store, chats, chat, session, client } = await desk.openWindow();
    await session.ask('Why?');
    const left = chat();
    session.chat?.conversation.enqueue('Next', []);
    chats.startNew();
    assert.ok(chats.all.includes(left));
    await finish(client, 'Because');
    assert.equal(client.runs.length, 2, 'what was queued goes as well');
    assert.ok(chats.all.includes(left));
    await finish(client, 'Again');
    assert.ok(!chats.all.includes(left));
    assert.deepEqual(told(load(store, left.id).turns), ['? Why?', 'done: Because', '? Next', 'done: Again']);
    assert.ok(chats.open(left.id));
    assert.deepEqual(told(chat().turns).length, 4);
  });

  it('show one that answers behind as it is by now', async () => {
    const { chats, chat, session, client } = await desk.openWindow();
    await session.ask('Why?');
    const left = chat();
    chats.startNew();
    await stream(client, 'So far');
    assert.ok(chats.open(left.id));
    assert.equal(chat(), left);
    assert.deepEqual(told(chat().turns), ['? Why?', 'streaming: So far']);
  });

  it('keep the shown one when another cannot be opened', async () => {
    const { chats, chat } = await desk.openWindow({ store: createTwo(), known: 'a' });
    assert.ok(!chats.open('nowhere'));
    assert.equal(chat().id, 'a');
  });

  it('show an empty one in place of one that is deleted, here or elsewhere', async () => {
    const store = createTwo();
    const { chats, chat } = await desk.openWindow({ store, known: 'a' });
    chats.forget('a');
    assert.deepEqual(chat().turns, []);
    chats.open('b');
    const there = desk.openStore('there');
    chats.setWatched(true);
    there.conversations.remove('b');
    desk.clock.tick(secondMs);
    assert.notEqual(chat().id, 'b');
    assert.deepEqual(chat().turns, []);
  });

  it('take over what another window writes, every second while somebody looks', async () => {
    const { chats, chat } = await desk.openWindow({ store: createTwo(), known: 'a' });
    const there = desk.openStore('there');
    chats.setWatched(true);
    there.conversations.setTitle('a', 'One', true);
    desk.clock.tick(secondMs);
    assert.equal(chat().title, 'One');
    chats.setWatched(false);
    there.conversations.setTitle('a', 'Two', true);
    desk.clock.tick(10 * secondMs);
    assert.equal(chat().title, 'One');
    chats.setWatched(true);
    assert.equal(chat().title, 'Two', 'at once when it comes into view');
  });

  it('end with their window: nothing is lost and nothing goes on', async () => {
    const { chats, session, client, chat } = await desk.openWindow();
    await session.ask('Why?');
    await stream(client, 'All of it');
    const { id } = chat();
    chats.setWatched(true);
    chats.flush();
    chats.dispose();
    await settled();
    assert.equal(desk.clock.countTimers(), 0);
    const there = desk.openStore('there');
    assert.deepEqual(told(load(there, id).turns), ['? Why?', 'failed: All of it']);
    assert.equal(load(there, id).busyBy, undefined);
  });
});
