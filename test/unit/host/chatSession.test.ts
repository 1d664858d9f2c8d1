import assert from 'node:assert/strict';
import type { Turn } from '../../../src/conversation/turn';
import { longestMessageCharacters } from '../../../src/host/chat/chatMessages';
import { ChatSession } from '../../../src/host/chat/chatSession';
import { ClientService } from '../../../src/host/clientService';
import type { Log } from '../../../src/host/log';
import type { SluiceSettings } from '../../../src/host/settings';
import { KeyRing } from '../../../src/keys/keyRing';
import { MemoryVault } from '../keys/memoryVault';
import { settled } from '../scriptedClient';

const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {}, show: () => {} };

/** Nobody listens there: what is sent ends with "network" at once. */
const settings: SluiceSettings = {
  baseUrl: 'http://127.0.0.1:1',
  model: 'claude-demo',
  maxTokens: 1_000,
  limits: {},
  retry: { maxAttempts: 1 },
};

/** Compiling the SDK on the fly for its first request takes seconds on a busy machine. */
const sdkLoadMs = 30_000;

const savedTurns: readonly Turn[] = [{ role: 'user', id: 'saved', at: 1, text: 'Earlier', attachment: undefined }];

async function setup({ hasKey = true, saved = [] as readonly Turn[] } = {}) {
  const keyRing = new KeyRing(new MemoryVault(), () => 1);
  if (hasKey) await keyRing.add('demo-key-good', 'Demo');
  const clients = new ClientService({
    keyRing,
    log: silentLog,
    readSettings: () => settings,
    approveHost: async () => true,
  });
  const loading = Promise.withResolvers<readonly Turn[]>();
  const saves: (readonly Turn[])[] = [];
  const session = new ChatSession({
    clients,
    readSettings: () => settings,
    file: { load: () => loading.promise, save: (turns) => saves.push(turns) },
    log: silentLog,
  });
  return { keyRing, clients, session, saves, finishLoading: () => loading.resolve(saved) };
}

/** With the saved conversation read. */
async function setupLoaded(options: Parameters<typeof setup>[0] = {}) {
  const all = await setup(options);
  all.finishLoading();
  await all.session.whenLoaded();
  return all;
}

/** To be called while an answer is under way. */
function whenIdle(session: ChatSession): Promise<void> {
  return new Promise((resolve) => {
    session.onDidChange(() => {
      if (!session.isBusy) resolve();
    });
  });
}

describe('A chat that cannot send', () => {
  it('leaves an empty message alone', async () => {
    const { session } = await setupLoaded();
    assert.equal(await session.ask(' \n'), false);
    assert.equal(session.notice, undefined);
    assert.deepEqual(session.turns, []);
  });

  it('leaves a message that is too long with the person and says what to do instead', async () => {
    const { session } = await setupLoaded();
    assert.equal(await session.ask('x'.repeat(longestMessageCharacters + 1)), false);
    assert.match(session.notice ?? '', /too long.*summarize/);
    assert.deepEqual(session.turns, []);
  });

  it('leaves the message with the person who has no key yet, until there is one', async () => {
    const { session, keyRing, clients } = await setupLoaded({ hasKey: false });
    let heard = 0;
    session.onDidChange(() => (heard += 1));
    assert.equal(await session.ask('Why?'), false);
    assert.equal(session.notice, 'Add an API key first.');
    assert.equal(heard, 1);
    assert.equal(await session.ask('Why?'), false);
    assert.equal(heard, 1, 'the same notice is not told again');
    assert.deepEqual(session.turns, []);

    await keyRing.add('demo-key-good', 'Demo');
    assert.equal(await session.ask('Why?'), true);
    assert.equal(session.notice, undefined);
    clients.dispose();
    await whenIdle(session);
  });
});

describe('What would keep a message from being sent', () => {
  it('is nothing once there is a key', async () => {
    const { session, clients } = await setupLoaded();
    assert.equal(await session.findObstacle(), undefined);
    clients.dispose();
  });

  it('is a missing key, which can be added; the chat itself gets no notice of it', async () => {
    const { session } = await setupLoaded({ hasKey: false });
    assert.deepEqual(await session.findObstacle(), { text: 'Add an API key first.', needsKey: true });
    assert.equal(session.notice, undefined);
  });

  it('is the answer under way', async () => {
    const { session } = await setupLoaded();
    await session.ask('Why?');
    const obstacle = await session.findObstacle();
    assert.match(obstacle?.text ?? '', /still answering/);
    assert.equal(obstacle?.needsKey, false);
    const idle = whenIdle(session);
    session.stop();
    await idle;
  });
});

describe('A notice', () => {
  it('goes when what it was about has changed', async () => {
    const { session } = await setupLoaded({ hasKey: false });
    await session.ask('Why?');
    let heard = 0;
    session.onDidChange(() => (heard += 1));
    session.clearNotice();
    session.clearNotice();
    assert.equal(session.notice, undefined);
    assert.equal(heard, 1);
  });
});

describe('A chat that sends', () => {
  it('is busy, listed and saved while the answer is under way', async () => {
    const { session, saves } = await setupLoaded();
    assert.deepEqual(session.activities(), []);
    assert.equal(await session.ask('Why?'), true);
    assert.equal(session.isBusy, true);
    const [activity, ...others] = session.activities();
    assert.equal(activity?.label, 'Chat');
    assert.match(activity?.status() ?? '', /^[A-Z]/);
    assert.equal(activity?.canSendNow(), false, 'it does not wait');
    assert.deepEqual(others, []);

    assert.equal(await session.ask('And?'), false, 'one answer at a time');
    assert.equal(session.turns.length, 2);

    const idle = whenIdle(session);
    activity?.cancel();
    await idle;
    assert.deepEqual(session.activities(), []);
    assert.deepEqual(saves.at(-1), session.turns);
    const last = session.turns.at(-1);
    assert.ok(last?.role === 'assistant' && last.state.kind === 'failed' && last.state.reason === 'cancelled');
  });

  it('keeps the question when the API cannot be reached, and asks it again', async () => {
    const { session } = await setupLoaded();
    await session.ask('Why?');
    await whenIdle(session);
    const failed = session.turns.at(-1);
    assert.ok(failed?.role === 'assistant' && failed.state.kind === 'failed' && failed.state.reason === 'network');

    assert.equal(await session.retry(failed.id), true);
    assert.deepEqual(
      session.turns.map(({ role }) => role),
      ['user', 'assistant'],
    );
    const idleAgain = whenIdle(session);
    session.stop();
    await idleAgain;
  }).timeout(sdkLoadMs);
});

describe('A saved conversation', () => {
  it('is shown once it is read', async () => {
    const { session, finishLoading } = await setup({ saved: savedTurns });
    let heard = 0;
    session.onDidChange(() => (heard += 1));
    assert.deepEqual(session.turns, []);
    finishLoading();
    await session.whenLoaded();
    assert.deepEqual(session.turns, savedTurns);
    assert.equal(heard, 1);
  });

  it('comes before what is asked while it is still being read', async () => {
    const { session, finishLoading } = await setup({ saved: savedTurns });
    const asked = session.ask('Now');
    await settled();
    assert.deepEqual(session.turns, []);
    finishLoading();
    assert.equal(await asked, true);
    assert.deepEqual(
      session.turns.map(({ role, text }) => ({ role, text })),
      [
        { role: 'user', text: 'Earlier' },
        { role: 'user', text: 'Now' },
        { role: 'assistant', text: '' },
      ],
    );
    const idle = whenIdle(session);
    session.stop();
    await idle;
  });

  it('does not come back when a new chat was begun before it was read', async () => {
    const { session, saves, finishLoading } = await setup({ saved: savedTurns });
    session.clear();
    finishLoading();
    await session.whenLoaded();
    assert.deepEqual(session.turns, []);
    assert.deepEqual(saves, [[]]);
  });

  it('can be had back after a new chat, and is saved again', async () => {
    const { session, saves } = await setupLoaded({ saved: savedTurns });
    const erased = session.clear();
    const shown: string[] = [];
    session.onDidChange((change) => {
      if (change?.kind === 'turn') shown.push(change.turn.id);
    });
    assert.equal(session.restore(erased), true);
    assert.deepEqual(session.turns, savedTurns);
    assert.deepEqual(shown, ['saved']);
    assert.deepEqual(saves.at(-1), savedTurns);
  });

  it('does not come back over a chat that has begun', async () => {
    const { session } = await setupLoaded({ saved: savedTurns });
    const erased = session.clear();
    assert.equal(session.restore([{ role: 'user', id: 'new', at: 2, text: 'New', attachment: undefined }]), true);
    assert.equal(session.restore(erased), false);
    assert.deepEqual(
      session.turns.map(({ id }) => id),
      ['new'],
    );
  });

  it('is forgotten with a new chat', async () => {
    const { session, saves } = await setupLoaded({ saved: savedTurns });
    session.clear();
    assert.deepEqual(session.turns, []);
    assert.deepEqual(saves.at(-1), []);
  });
});
