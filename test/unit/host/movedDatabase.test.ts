import assert from 'node:assert/strict';
import { openInMemory } from '../../../src/store/memory';
import { finish, load, setUpChatDesk, stream, told, type ChatDesk } from './chatDesk';

describe('A conversation whose database was set aside', () => {
  let desk: ChatDesk;
  beforeEach(() => (desk = setUpChatDesk()));
  afterEach(() => desk.clear());

  it('is written whole into the new one, also while it is answered, and goes on there', async () => {
    const { chat, session, client } = await desk.openWindow();
    await session.ask('Why?');
    await finish(client, 'Because');
    await session.ask('And?');
    await stream(client, 'So');
    await session.ask('Queued');
    chat().rename('Mine');

    const log = { warn: () => {} };
    const next = openInMemory({ windowId: 'here', now: Date.now, log });
    chat().moveTo(next.conversations);
    const moved = load(next, chat().id);
    assert.deepEqual(told(moved.turns), ['? Why?', 'done: Because', '? And?', 'streaming: So']);
    assert.equal(moved.title, 'Mine');
    assert.deepEqual(
      moved.queue.map(({ text }) => text),
      ['Queued'],
    );
    assert.equal(moved.busyBy, 'here');

    await finish(client, ' be it');
    assert.deepEqual(told(load(next, chat().id).turns).slice(0, 4).at(-1), 'done: So be it');
    session.stop();
  });
});
