import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extensionId } from '../../src/contributions';

describe('activation in Restricted Mode', () => {
  it('happens in a folder that nobody trusts', async () => {
    assert.equal(vscode.workspace.isTrusted, false, 'the folder must not be trusted, or this suite proves nothing');

    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is disabled`);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
