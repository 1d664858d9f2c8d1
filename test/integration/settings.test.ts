import assert from 'node:assert/strict';
import { commands, settingDefaults, settings } from '../../src/contributions';
import { api, apiUrl } from './support/api';
import { restoreUserSettings, setUserSetting, writeWorkspaceSettings } from './support/settings';
import { restoreDialogs, setup, type Sluice } from './support/sluice';
import { until } from './support/waiting';

/** A name that never resolves. (RFC 2606) */
const nowhere = 'example.invalid';

describe('settings', () => {
  afterEach(async () => {
    restoreDialogs();
    await restoreUserSettings();
  });

  it('of a workspace may choose the model and the length of an answer', async () => {
    const { chat } = await setup();
    const file = await writeWorkspaceSettings({ [settings.model]: 'claude-haiku-4-5', [settings.maxTokens]: 777 });
    try {
      await chat.ask('Who answers?');
    } finally {
      await file.remove();
    }

    const [attempt] = await api.messages();
    assert.equal(attempt?.body['model'], 'claude-haiku-4-5');
    assert.equal(attempt?.body['max_tokens'], 777);
  });

  it('of a workspace neither move the key nor set limits', async () => {
    const { chat, dialogs } = await setup();
    const file = await writeWorkspaceSettings({
      [settings.baseUrl]: `https://${nowhere}`,
      [settings.requestsPerMinute]: 1,
      [settings.inputTokensPerMinute]: 1,
      [settings.maxConcurrent]: 1,
    });
    try {
      await chat.ask('First?');
      await chat.ask('Second, within the same minute?');
    } finally {
      await file.remove();
    }

    assert.equal((await api.messages()).length, 2);
    assert.deepEqual(dialogs.messages, [], 'the host of the workspace was asked about');
  });

  it('of the person hold: a cap of one request a minute makes the second wait, and says whose cap it is', async () => {
    const { chat, run } = await setup();
    await setUserSetting(settings.requestsPerMinute, 1);
    await chat.ask('First?');
    await chat.send('Second, within the same minute?');

    const state = await until('a wait for the own limit', () => {
      const now = chat.answer?.state;
      return now?.kind === 'waiting' && now.title.startsWith('Waiting for your own limit until') && now;
    });
    assert.ok(state.until !== undefined && state.until > Date.now());
    await run(commands.stop);
    assert.equal((await chat.answerOf('failed')).state.title, 'Stopped');
    assert.equal((await api.messages()).length, 1);
  });

  it('that are garbage fall back, each on its own', async () => {
    const { chat } = await setup();
    await setUserSetting(settings.model, { name: 'claude' });
    await setUserSetting(settings.maxTokens, 'many');
    await setUserSetting(settings.requestsPerMinute, -3);
    await setUserSetting(settings.outputTokensPerMinute, 'all');
    await setUserSetting(settings.maxConcurrent, 0.5);
    await setUserSetting(settings.maxAttempts, []);
    await setUserSetting(settings.maxWaitSeconds, 'for ever');
    await chat.ask('Is anything wrong?');

    const [attempt] = await api.messages();
    assert.equal(attempt?.body['model'], settingDefaults[settings.model]);
    assert.equal(attempt?.body['max_tokens'], settingDefaults[settings.maxTokens]);
  });

  for (const [baseUrl, what] of [
    [`http://${nowhere}`, 'no https'],
    ['ftp://127.0.0.1', 'another protocol'],
    ['no address at all', 'no URL'],
    ['', 'empty'],
  ] as const) {
    it(`with a base URL that is ${what} send nothing, and say so`, async () => {
      const { sluice, requests } = await setupWatched();
      await setUserSetting(settings.baseUrl, baseUrl);

      assert.equal(await sluice.chat.send('Where does this go?'), false);
      await until('a notice', () => sluice.chat.state?.notice?.includes('is not safe for a key'));
      assert.deepEqual(requests(), []);
    });
  }

  it('with a base URL elsewhere ask once, naming the host, before anything goes there', async () => {
    const { sluice, requests } = await setupWatched();
    await setUserSetting(settings.baseUrl, `https://${nowhere}/v2`);

    assert.equal(await sluice.chat.send('May it go there?'), false);
    assert.deepEqual(
      sluice.dialogs.messages.map(({ kind, text }) => [kind, text]),
      [['warning', `Send your API key to ${nowhere}?`]],
    );
    assert.deepEqual(requests(), []);
    assert.match(sluice.chat.state?.notice ?? '', /Nothing was sent/);

    // What could not be sent is sent once the address is right again.
    await setUserSetting(settings.baseUrl, apiUrl());
    await until('the notice to go', () => sluice.chat.state?.notice === undefined);
    await sluice.chat.ask('And now?');
  });
});

/** With a window whose every request is written down before it leaves. */
async function setupWatched(): Promise<{ sluice: Sluice; requests: () => readonly string[] }> {
  const sluice = await setup();
  const before = (await api.attempts()).length;
  const { fetch } = globalThis;
  const seen: string[] = [];
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.includes('/_simulator/')) seen.push(url);
    return fetch(input, init);
  };
  restoreFetch = () => {
    globalThis.fetch = fetch;
  };
  assert.ok(before > 0, 'the key was not checked');
  return { sluice, requests: () => seen };
}

let restoreFetch = () => {};
afterEach(() => restoreFetch());
