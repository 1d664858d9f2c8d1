import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, settings } from '../../src/contributions';
import { api } from './support/api';
import { addValidKey, keyIdOf, makeValidKey, readSecrets, storeEntry } from './support/keys';
import { startSecretManager, type SecretManager } from './support/secretManager';
import { restoreUserSettings, writeWorkspaceSettings } from './support/settings';
import { restart, restoreDialogs, setup } from './support/sluice';
import { until } from './support/waiting';

describe('keys in Restricted Mode', () => {
  const managers: SecretManager[] = [];

  before(() => assert.equal(vscode.workspace.isTrusted, false));
  afterEach(async () => {
    restoreDialogs();
    await restoreUserSettings();
    for (const manager of managers.splice(0)) await manager.remove();
  });

  it('are fetched by no command, not even by one of the person, who is told why', async () => {
    const { context, dialogs, run } = await setup({ hasKey: false });
    const manager = await startManager('Vault');
    await manager.will({ print: await makeValidKey('vault') });
    dialogs.pick('Vault');
    await run(commands.importKey);

    assert.deepEqual(dialogs.messages.at(-1), {
      kind: 'warning',
      text: 'The command “Vault” runs in trusted windows only.',
      detail: undefined,
      buttons: ['Manage Workspace Trust'],
    });
    assert.equal(await manager.runs(), 0);
    assert.deepEqual(await readSecrets(context), []);
    assert.deepEqual(await api.attempts(), []);
  });

  it('that come from a command are not had, and nothing is sent: it is told, and the key is not blamed', async () => {
    const sluice = await setup({ hasKey: false });
    const manager = await startManager('Vault');
    await manager.will({ print: await makeValidKey('vault') });
    const now = Date.now();
    const entry = { label: 'From Vault', source: { kind: 'command', name: 'Vault' }, addedAt: now, health: 'good' };
    await storeEntry(sluice.context, 'imported-elsewhere', entry);
    const { chat, dialogs } = await restart(sluice);
    await until('the key to be read', () => chat.state?.hasKey);
    await chat.send('Do you have it?');
    await chat.parkedAnswer();
    await until('it to be told', () => dialogs.messages.some(({ text }) => text.includes('trusted windows only')));
    assert.equal(await manager.runs(), 0);
    assert.deepEqual(await api.attempts(), []);
    assert.match((await readSecrets(sluice.context)).join(), /"health":"good"/);
  });

  it('are not chosen by the workspace, not even by their label', async () => {
    const sluice = await setup({ hasKey: false });
    await addValidKey(sluice, 'Work');
    await addValidKey(sluice, 'Home');
    const file = await writeWorkspaceSettings({ [settings.key]: 'Work' });
    try {
      await sluice.chat.ask('Which one is it?');
    } finally {
      await file.remove();
    }
    assert.equal((await api.messages())[0]?.keyId, 'Home');
  });

  it('go nowhere else, and are fetched by nothing, because the workspace says so', async () => {
    const sluice = await setup({ hasKey: false });
    const evil = await startManager('Evil', { isConfigured: false });
    await evil.will({ print: await makeValidKey('evil') });
    const file = await writeWorkspaceSettings({
      [settings.baseUrl]: 'https://example.invalid',
      [settings.keyCommands]: { Evil: evil.command },
      [settings.leakGuardEnabled]: false,
    });
    try {
      await addValidKey(sluice, 'Careful');
      await sluice.run(commands.importKey);
      await sluice.chat.ask('Where does this go?');
    } finally {
      await file.remove();
    }
    assert.doesNotMatch(sluice.dialogs.picks.at(-1)?.labels.join() ?? '', /Evil/);
    assert.equal(await evil.runs(), 0);
    assert.equal((await api.messages())[0]?.keyId, 'Careful');
  });

  it('can be added, chosen, rotated and revoked by the person as anywhere', async () => {
    const sluice = await setup({ hasKey: false });
    await addValidKey(sluice, 'First');
    const id = await keyIdOf(sluice, 'First');
    sluice.dialogs.type(await makeValidKey('renewed'));
    await sluice.run(commands.rotateKey, id);
    await sluice.chat.ask('With the new one?');
    sluice.dialogs.press('Revoke');
    await sluice.run(commands.revokeKey, id);

    assert.equal((await api.messages())[0]?.keyId, 'renewed');
    assert.doesNotMatch((await readSecrets(sluice.context)).join(), /sk-ant-/);
    await until('the chat to hear of it', () => sluice.chat.state?.hasKey === false);
  });

  async function startManager(...args: Parameters<typeof startSecretManager>): Promise<SecretManager> {
    const manager = await startSecretManager(...args);
    managers.push(manager);
    return manager;
  }
});
