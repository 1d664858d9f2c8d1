import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useKeysWindow } from './keysWindow';
import { plantKey } from './plantedKeys';
import { findInPage } from './sweep';

const [leaked, ignored] = [plantKey(), plantKey('admin01')];
const warning = 'An Anthropic API key stands here in clear text';
/** So much of a key is never shown of it. */
const end = leaked.slice(-8);

describe('the leak guard in VS Code', () => {
  const opened = useKeysWindow({
    prepare: async (folder) => {
      await writeFile(join(folder, 'office.ts'), `export const apiKey = '${leaked}';\n`);
      await writeFile(join(folder, 'notes.md'), `The admin key: ${ignored}\n`);
    },
  });
  const problems = () => opened().workbench.page.locator('.markers-panel .monaco-list-row');

  it('points out a key in a file that is opened, without showing any of it elsewhere', async () => {
    const { simulator, workbench } = opened();
    simulator.addKey({ key: leaked, id: 'leaked' });
    await workbench.openFile('office.ts');
    await workbench.page.locator('.monaco-editor .squiggly-warning').first().waitFor();
    await workbench.runCommand('Problems: Focus on Problems View');
    await problems().filter({ hasText: warning }).waitFor();
    await workbench.screenshot('leak-squiggle');

    for (const text of await problems().allInnerTexts()) assert.equal(text.includes(end), false, text);
  });

  it('moves it into Sluice with a quick fix, and writes a reference in its place', async () => {
    const { demo, workbench, keys } = opened();
    await workbench.page.locator('.monaco-editor .squiggly-warning').first().waitFor();
    await workbench.runCommand('View: Focus Active Editor Group');
    await workbench.runCommand('Go to Next Problem (Error, Warning, Info)');
    await workbench.page.locator('.monaco-editor .marker-widget').filter({ hasText: warning }).waitFor();
    await workbench.runCommand('Quick Fix...');
    const menu = workbench.page.locator('.action-widget');
    await menu.getByText('Move Key to Sluice').waitFor();
    await workbench.screenshot('leak-quick-fix');
    await menu.getByText('Move Key to Sluice').click();
    await workbench.quickInput.answer({ placeholder: 'Label' }, 'Office');
    await workbench.answerDialog('“Office” would be the only key', 'Use the Key');

    await workbench.notification('The key is in Sluice. office.ts refers to ANTHROPIC_API_KEY').waitFor();
    await workbench.editorText.filter({ hasText: 'process.env.ANTHROPIC_API_KEY' }).waitFor();
    assert.equal(
      await readFile(join(demo.workspaceFolder, 'office.ts'), 'utf8'),
      'export const apiKey = process.env.ANTHROPIC_API_KEY;\n',
    );
    await problems().filter({ hasText: warning }).waitFor({ state: 'detached' });
    await keys.open();
    await keys.row('Office').filter({ hasText: 'in use' }).waitFor();
    assert.deepEqual(await findInPage(leaked, workbench.page), []);
  });

  it('takes no admin key, and is silent about what a person has said to ignore, over a reload too', async () => {
    const { demo, workbench } = opened();
    await workbench.openFile('notes.md');
    const squiggle = workbench.page.locator('.monaco-editor .squiggly-warning').first();
    await squiggle.waitFor();
    await workbench.runCommand('View: Focus Active Editor Group');
    await workbench.runCommand('Go to Next Problem (Error, Warning, Info)');
    await workbench.runCommand('Quick Fix...');
    const menu = workbench.page.locator('.action-widget');
    await menu.getByText('Ignore This Key Here').waitFor();
    assert.equal(await menu.getByText('Move Key to Sluice').count(), 0);
    await menu.getByText('Ignore This Key Here').click();
    await squiggle.waitFor({ state: 'detached' });
    await workbench.reload();
    await workbench.editorText.filter({ hasText: 'The admin key' }).waitFor();
    await workbench.runCommand('View: Close All Editors');
    // What is left in the workspace would be found by the sweep at the end: it is the test's own.
    await writeFile(join(demo.workspaceFolder, 'notes.md'), 'Nothing of value.\n');
  });
});
