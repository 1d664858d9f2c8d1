import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { key } from '../unit/keys/leakKeys';
import { argumentsOf, openFile, readSaved, setUpGuard, tearDownGuard, untilLeaks } from './support/leakDesk';

describe('the leak guard in Restricted Mode', () => {
  before(() => assert.equal(vscode.workspace.isTrusted, false));
  afterEach(tearDownGuard);

  it('points out keys in open files and moves them, as it runs nothing of the folder', async () => {
    const { guard, moved } = await setUpGuard();
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, 'Move Key to Sluice')));

    assert.deepEqual(moved, [key]);
    assert.equal(await readSaved(document), 'use(process.env.ANTHROPIC_API_KEY);\n');
  });
});
