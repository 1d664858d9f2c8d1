import assert from 'node:assert/strict';
import { presentOutlook, roomFor, isSplittable, type OutlookInput } from '../../../src/host/chat/sendOutlook';
import { finish, model, setUpChatDesk, stream, type ChatDesk } from './chatDesk';
import { bucketOf, laneOf, now } from './snapshots';

const room = { windowTokens: 200_000, reservedForAnswer: 1_000, perMinute: undefined };

describe('What would be sent', () => {
  let desk: ChatDesk;
  beforeEach(() => (desk = setUpChatDesk()));
  afterEach(() => desk.clear());

  async function setup(policy: 'all' | 'window' = 'all') {
    const window = await desk.openWindow({ policy: policy === 'all' ? { kind: policy } : { kind: policy, turns: 2 } });
    const chat = window.chat();
    const outlook = (draft: string, more: Partial<OutlookInput> = {}) =>
      presentOutlook({
        chat,
        history: window.historyOf(chat),
        draft,
        model,
        maxTokens: 1_000,
        room,
        forecast: () => window.client.prospects,
        now,
        ...more,
      });
    return { ...window, outlook };
  }

  it('is nothing while nothing is written', async () => {
    const { outlook } = await setup();
    assert.deepEqual(outlook(' '), { context: undefined, fit: undefined, history: undefined });
  });

  it('fits, waits or is too large, and nobody knows without a client', async () => {
    const { outlook, client } = await setup();
    const kind = (more: Partial<OutlookInput> = {}) => outlook('Why?', more).fit?.kind;
    client.prospects = { ...client.prospects, startsAt: now };
    assert.equal(kind(), 'fits');
    client.prospects = { ...client.prospects, startsAt: now + 60_000, reason: 'inputTokens' };
    assert.equal(kind(), 'waits');
    assert.equal(kind({ room: { ...room, windowTokens: 1_001 } }), 'tooLarge');
    assert.equal(kind({ forecast: undefined }), undefined);
  });

  it('has a line where what is sent begins', async () => {
    const { outlook, session, client } = await setup('window');
    assert.equal(outlook('Why?').history, undefined);
    for (let count = 1; count <= 20; count++) {
      await session.ask(`Question ${count}`);
      await finish(client, 'Yes');
    }
    const { history } = outlook('Why?');
    assert.ok(history && !history.canUndo);
    assert.ok(session.turns.slice(1).some(({ id }) => id === history.beforeTurnId));
  });

  it('costs no more while an answer grows', async () => {
    const { outlook, session, client, chat } = await setup();
    await session.ask('Why?');
    await stream(client, 'So');
    const before = outlook('And?');
    for (let count = 0; count < 20; count++) await stream(client, 'far '.repeat(1_000));
    assert.deepEqual(outlook('And?'), before);
    assert.ok((chat().turns.at(-1)?.text.length ?? 0) > 50_000);
  });

  it('has the room of its model, and of the minute as the lane was seen', () => {
    const lane = laneOf({ inputTokens: bucketOf(10_000, 30_000) });
    const known = roomFor('claude-sonnet-4-5', 2_000, [lane]);
    assert.ok(known.windowTokens >= 200_000 && known.reservedForAnswer === 2_000);
    assert.equal(roomFor('a-model-of-tomorrow', 2_000, []).windowTokens, 200_000);
    assert.equal(roomFor('a-model-of-tomorrow', 2_000, []).perMinute, undefined);
  });

  it('can be read in parts where notes would be shorter', () => {
    const file = { kind: 'file', name: 'a', languageId: '', text: 'x'.repeat(4_000) } as const;
    assert.ok(!isSplittable(file));
    assert.ok(isSplittable({ ...file, text: `${file.text}x` }));
  });
});
