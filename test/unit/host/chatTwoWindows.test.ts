import assert from 'node:assert/strict';
import { settled } from '../scriptedClient';
import { answer, create, done, question } from '../store/setup';
import { finish, told } from './chatDesk';
import { desk, queueOf, useDesk } from './chatSessionSetup';

const secondMs = 1_000;

async function setupTwo() {
  const here = desk().openStore('here');
  create(here, 'c', [question('q', 'Before'), answer('a', 'Yes', 'q', done)]);
  const one = await desk().openWindow({ windowId: 'here', store: here, known: 'c' });
  const two = await desk().openWindow({ windowId: 'there', known: 'c' });
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
      desk().clock.tick(secondMs);
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
      desk().clock.tick(secondMs);
      await settled();
    }
    assert.equal(runs(), 3);
    const asked = one.session.turns.filter(({ role }) => role === 'user').map(({ text }) => text);
    assert.deepEqual(asked.toSorted(), ['Before', 'One', 'Three', 'Two']);
    desk().clock.tick(secondMs);
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
