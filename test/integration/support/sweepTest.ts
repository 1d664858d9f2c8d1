import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { extensionId } from '../../../src/contributions';
import type { TestApi } from '../../../src/extension';
import { printInReport } from '../../support/markedConsole';
import { makeKey } from './keys';
import { plantedSecrets } from './planted';
import { workspaceFolder } from './settings';
import { findPlanted, hostFolderOf, leftovers } from './sweep';

/** Runs as the last test of a suite: its file is loaded after all others. */
export function sweepAtTheEnd(): void {
  it('are in no file that the run has left: user, server, log, workspace, results', async () => {
    const context = await findContext();
    const storage = context.globalStorageUri.fsPath;
    const results = ['test-results', 'out/reports'].map((name) => join(context.extensionPath, name));
    const written = [storage, context.logUri.fsPath].map(hostFolderOf);
    const folders = [...new Set([...written, workspaceFolder().fsPath, ...results])];

    // It would find one.
    const canary = join(storage, 'canary');
    await mkdir(storage, { recursive: true });
    await writeFile(canary, `There is ${makeKey()} in it.`);
    assert.equal((await findPlanted(folders)).filter((fault) => fault.startsWith(canary)).length, 1);
    await rm(canary);

    printInReport(`swept for ${plantedSecrets().size} keys in ${folders.join(', ')}`);
    assert.ok(plantedSecrets().size > 1, 'no test has planted a key');
    assert.deepEqual(leftovers(), [], 'a test has left one in the storage');
    assert.deepEqual(await findPlanted(folders), []);
  });
}

async function findContext(): Promise<vscode.ExtensionContext> {
  const exported = await vscode.extensions.getExtension<TestApi | undefined>(extensionId)?.activate();
  assert.ok(exported, 'the extension does not run in test mode');
  return exported.context;
}
