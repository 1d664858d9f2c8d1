import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, extensionId } from '../../src/contributions';

describe('activation', () => {
  it('happens by itself and registers every command', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is not installed`);
    await extension.activate();

    const registered = await vscode.commands.getCommands(true);
    const missing = Object.values(commands).filter((id) => !registered.includes(id));
    assert.deepEqual(missing, []);
  });
});
