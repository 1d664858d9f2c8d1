import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TextGatherer } from '../../src/host/summarize/gather';
import { SourceError } from '../../src/host/summarize/textSources';
import { workspaceFolder } from './support/settings';

const log = { info: () => {}, warn: () => {}, error: () => {}, show: () => {} };

describe('the gathering of texts in Restricted Mode', () => {
  const gatherer = new TextGatherer({ log, chatText: async () => undefined });

  before(() => assert.equal(vscode.workspace.isTrusted, false));
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  for (const [what, gather] of [
    ['folder', () => gatherer.folder(workspaceFolder())],
    ['workspace', () => gatherer.workspace()],
    ['repository', () => gatherer.changes()],
  ] as const) {
    it(`reads no ${what}, and says how to change that`, async () => {
      await assert.rejects(gather(), (error) => {
        assert.ok(SourceError.is(error));
        assert.match(error.message, /^In Restricted Mode .* Trust this workspace/);
        return true;
      });
    });
  }

  it('reads what the person has opened', async () => {
    await vscode.window.showTextDocument(vscode.Uri.joinPath(workspaceFolder(), 'src/retry.ts'));
    assert.equal((await gatherer.file()).title, 'src/retry.ts');
    assert.deepEqual(
      (await gatherer.openEditors())?.sources.map(({ name }) => name),
      ['src/retry.ts'],
    );
  });
});
