import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, extensionId, settingDefaults, settings } from '../../src/contributions';
import { api } from './support/api';
import { workspaceFolder, writeWorkspaceSettings } from './support/settings';
import { restoreDialogs, setup } from './support/sluice';

describe('Restricted Mode', () => {
  before(() => {
    assert.equal(vscode.workspace.isTrusted, false, 'the folder must not be trusted, or this suite proves nothing');
  });
  afterEach(restoreDialogs);

  it('does not keep the extension from starting', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is disabled`);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('does not keep anybody from chatting', async () => {
    const { chat } = await setup();
    await api.script({ text: 'Nothing is read here.' });

    assert.equal((await chat.ask('What do you read in this folder?')).text, 'Nothing is read here.');
  });

  it('lets a single file be summarized', async () => {
    const { run, dialogs } = await setup();
    await run(commands.summarizeFile, vscode.Uri.joinPath(workspaceFolder(), 'src/retry.ts'));

    assert.deepEqual(dialogs.errors, []);
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'markdown');
  });

  it('refuses to read a folder, says how to change that, and sends nothing', async () => {
    const { run, dialogs } = await setup();
    dialogs.press('Summarize');
    await run(commands.summarizeFolder, workspaceFolder());

    assert.deepEqual(dialogs.errors, [
      'In Restricted Mode Sluice reads no folder. Trust this workspace to summarize it.',
    ]);
    assert.deepEqual(await api.messages(), []);
  });

  it('takes no setting of Sluice from the workspace', async () => {
    const { chat } = await setup();
    const file = await writeWorkspaceSettings({
      [settings.model]: 'claude-opus-5-5',
      [settings.maxTokens]: 777,
      [settings.baseUrl]: 'https://example.invalid',
    });
    try {
      await chat.ask('Whose settings are these?');
    } finally {
      await file.remove();
    }

    const [attempt] = await api.messages();
    assert.equal(attempt?.body['model'], settingDefaults[settings.model]);
    assert.equal(attempt?.body['max_tokens'], settingDefaults[settings.maxTokens]);
  });
});
