import assert from 'node:assert/strict';
import { settings, commands } from '../../src/contributions';
import { key as leakedKey } from '../unit/keys/leakKeys';
import { api } from './support/api';
import { addValidKey, entryOf, makeValidKey, readSecrets } from './support/keys';
import { openFile, tearDownGuard, untilLeaks } from './support/leakDesk';
import { startSecretManager, type SecretManager } from './support/secretManager';
import { restoreUserSettings, writeWorkspaceSettings } from './support/settings';
import { restart, restoreDialogs, setup } from './support/sluice';

/** A name that never resolves. (RFC 2606) */
const nowhere = 'https://example.invalid';

/** A trusted one: whoever trusts a folder lets it run programs, and still gives it no key. */
describe('keys before a hostile workspace', () => {
  const managers: SecretManager[] = [];

  afterEach(async () => {
    restoreDialogs();
    await restoreUserSettings();
    for (const manager of managers.splice(0)) await manager.remove();
  });

  it('do not go to the address it names, not even to be checked', async () => {
    const sluice = await setup({ hasKey: false });
    const urls = watchRequests();
    const file = await writeWorkspaceSettings({ [settings.baseUrl]: nowhere });
    try {
      await addValidKey(sluice, 'Careful');
      await sluice.chat.ask('Where does this go?');
    } finally {
      await file.remove();
      urls.stop();
    }
    assert.ok(urls.seen.length > 1);
    assert.deepEqual(
      urls.seen.filter((url) => url.startsWith(nowhere)),
      [],
    );
    assert.equal((await api.messages())[0]?.keyId, 'Careful');
    assert.ok(
      sluice.dialogs.messages.every(({ kind }) => kind === 'information'),
      'it was asked about',
    );
  });

  it('are fetched by no command that it brings along', async () => {
    const sluice = await setup();
    const evil = await startManager('Evil', { isConfigured: false });
    await evil.will({ print: await makeValidKey('evil') });
    const file = await writeWorkspaceSettings({ [settings.keyCommands]: { Evil: evil.command } });
    try {
      await sluice.run(commands.importKey);
      assert.doesNotMatch(sluice.dialogs.picks.at(-1)?.labels.join() ?? '', /Evil/);
      await restart(sluice);
    } finally {
      await file.remove();
    }
    assert.equal(await evil.runs(), 0);
  });

  it('are fetched by the command of the person, whatever it says of one with the same name', async () => {
    const sluice = await setup({ hasKey: false });
    const own = await startManager('Vault');
    const evil = await startManager('Evil', { isConfigured: false });
    await own.will({ print: await makeValidKey('own') });
    await evil.will({ print: await makeValidKey('evil') });
    const file = await writeWorkspaceSettings({ [settings.keyCommands]: { Vault: evil.command } });
    try {
      sluice.dialogs.pick('Vault');
      sluice.dialogs.type('From Vault');
      await sluice.run(commands.importKey);
      const { chat } = await restart(sluice);
      await chat.ask('Whose command is it?');
    } finally {
      await file.remove();
    }
    assert.deepEqual((await entryOf(sluice, 'From Vault'))['source'], { kind: 'command', name: 'Vault' });
    assert.equal((await api.messages())[0]?.keyId, 'own');
    assert.equal(await evil.runs(), 0);
  });

  it('are pointed out in its files, though it switches that off', async () => {
    await setup();
    const file = await writeWorkspaceSettings({ [settings.leakGuardEnabled]: false });
    try {
      const document = await openFile('leak.ts', `use('${leakedKey}');\n`);
      await untilLeaks(document, 1);
    } finally {
      await file.remove();
      await tearDownGuard();
    }
  });

  it('keep their reminder and the time for which a secret is held, whatever it says of them', async () => {
    const sluice = await setup({ hasKey: false });
    const own = await startManager('Vault');
    await own.will({ print: await makeValidKey('own') });
    sluice.dialogs.pick('Vault');
    sluice.dialogs.type('From Vault');
    const file = await writeWorkspaceSettings({
      [settings.keyCommandTtlMinutes]: 'none',
      [settings.keyRotationReminderDays]: 1,
    });
    try {
      await sluice.run(commands.importKey);
      await sluice.chat.ask('Is it held?');
      const before = await own.runs();
      await sluice.chat.ask('Still?');
      assert.equal(await own.runs(), before);
    } finally {
      await file.remove();
    }
    assert.doesNotMatch(sluice.dialogs.messages.map(({ text }) => text).join('\n'), /days old|cannot be used/);
  });

  it('are not taken for a label: the name of a key that it asks for is not stored with it', async () => {
    const sluice = await setup();
    const before = await readSecrets(sluice.context);
    const file = await writeWorkspaceSettings({ [settings.key]: ['Test'] });
    try {
      await sluice.chat.ask('Is that a label?');
    } finally {
      await file.remove();
    }
    assert.deepEqual(await readSecrets(sluice.context), before);
    assert.equal((await api.messages()).length, 1);
  });

  async function startManager(...args: Parameters<typeof startSecretManager>): Promise<SecretManager> {
    const manager = await startSecretManager(...args);
    managers.push(manager);
    return manager;
  }
});

function watchRequests() {
  const { fetch } = globalThis;
  const seen: string[] = [];
  globalThis.fetch = (input, init) => {
    seen.push(input instanceof Request ? input.url : String(input));
    return fetch(input, init);
  };
  return {
    seen,
    stop: () => {
      globalThis.fetch = fetch;
    },
  };
}
