import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { settled } from '../scriptedClient';
import { finish, load, setUpChatDesk, type ChatDesk } from './chatDesk';

const long = 'The client waits for room. '.repeat(60);
/** So little that a few long answers fill it. */
const room = { windowTokens: 12_000, reservedForAnswer: 1_000, perMinute: undefined };
const pauseMs = 600_000;

describe('The keeper of the history', () => {
  let desk: ChatDesk;
  beforeEach(() => (desk = setUpChatDesk()));
  afterEach(() => desk.clear());

  /** After so many exchanges the older part is due. */
  async function setup(policy: 'summary' | 'all' = 'summary', exchanges = 8) {
    const kind = policy === 'all' ? { kind: policy } : ({ kind: policy, atShare: 0.3 } as const);
    const window = await desk.openWindow({ policy: kind, room });
    for (let count = 0; count < exchanges; count++) {
      await window.session.ask(`${count}: ${long}`);
      await finish(window.client, long);
      if (window.client.latest.request.source === 'chat-summary') break;
    }
    return { ...window, keeper: window.historyOf(window.chat()) };
  }

  it('has the older part summarized after an answer, when that is due, and sends the summary from then on', async () => {
    const { client, session, chat, store } = await setup();
    assert.equal(client.latest.request.source, 'chat-summary');
    assert.equal(client.latest.request.priority, 'normal');
    client.latest.finish('In short: it waits.');
    await settled();
    assert.equal(chat().digests.length, 1);
    assert.deepEqual(load(store, chat().id).digests, chat().digests);
    await session.ask('And?');
    const sent = JSON.stringify(client.latest.request);
    assert.match(sent, /In short: it waits/);
    assert.ok(!sent.includes('"0: The client'), 'what it stands for is not sent');
  });

  it('summarizes nothing by itself under another policy, only when it is asked to', async () => {
    const { client, keeper } = await setup('all');
    assert.ok(client.runs.every(({ request }) => request.source === 'chat'));
    assert.ok(keeper.canCondense('claude-demo'));
    const condensing = keeper.condenseNow(client, 'claude-demo');
    const activity = keeper.activity();
    assert.match(activity?.status() ?? '', /^[A-Z]/);
    client.latest.finish('In short');
    assert.equal(await condensing, true);
    assert.equal(keeper.activity(), undefined);
  });

  it('can be cancelled while it summarizes, which counts as no failure', async () => {
    const { client, keeper, chat } = await setup('all');
    for (let count = 0; count < 4; count++) {
      const condensing = keeper.condenseNow(client, 'claude-demo');
      keeper.activity()?.cancel();
      assert.ok(client.latest.isCancelled);
      client.latest.fail(new ClientError('cancelled', 'Cancelled'));
      assert.equal(await condensing, false);
    }
    const condensing = keeper.condenseNow(client, 'claude-demo');
    client.latest.finish('In short');
    assert.equal(await condensing, true);
    assert.equal(chat().digests.length, 1);
  });

  it('takes no summary that was cut off', async () => {
    const { client, keeper, chat } = await setup('all');
    const condensing = keeper.condenseNow(client, 'claude-demo');
    client.latest.finish('In sho', 'max_tokens');
    assert.equal(await condensing, false);
    assert.deepEqual(chat().digests, []);
  });

  it('stops trying after three failures, and tries again later', async () => {
    const { client, keeper } = await setup();
    const ask = async () => {
      const before = client.runs.length;
      const trying = keeper.condenseIfDue(client, 'claude-demo');
      const isAsked = client.runs.length > before;
      if (isAsked) client.latest.fail(new ClientError('overloaded', 'Overloaded'));
      await trying;
      return isAsked;
    };
    client.latest.fail(new ClientError('overloaded', 'Overloaded'));
    await settled();
    assert.deepEqual([await ask(), await ask(), await ask()], [true, true, false]);
    desk.clock.tick(pauseMs);
    assert.ok(await ask());
  });

  it('takes no empty summary, and none that was refused', async () => {
    const { client, keeper, chat } = await setup();
    client.latest.finish(' ');
    await settled();
    const trying = keeper.condenseNow(client, 'claude-demo');
    client.latest.finish('No.', 'refusal');
    assert.equal(await trying, false);
    assert.deepEqual(chat().digests, []);
  });

  it('makes one summary at a time', async () => {
    const { client, keeper } = await setup();
    const before = client.runs.length;
    const trying = keeper.condenseNow(client, 'claude-demo');
    assert.equal(client.runs.length, before);
    client.latest.finish('In short');
    assert.equal(await trying, true);
  });

  it('undoes a summary, and makes none again before it is asked to', async () => {
    const { client, keeper, chat, session } = await setup();
    client.latest.finish('In short');
    await settled();
    keeper.undo();
    assert.deepEqual(chat().digests, []);
    await session.ask('And?');
    assert.match(JSON.stringify(client.latest.request.messages), /0: The client/);
    await finish(client, 'Also');
    assert.equal(client.latest.request.source, 'chat');
    const condensing = keeper.condenseNow(client, 'claude-demo');
    client.latest.finish('In short again');
    assert.equal(await condensing, true);
  });

  it('keeps nothing in a summary of what was deleted while it was made', async () => {
    const { client, chat, session } = await setup();
    session.remove(session.turns[0]?.id ?? '');
    client.latest.finish('In short');
    await settled();
    assert.deepEqual(chat().digests, []);
  });
});
