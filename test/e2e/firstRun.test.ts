import assert from 'node:assert/strict';
import { demoKey } from '../simulator/simulator';
import { prepareDemo } from '../support/demo';
import type { Demo } from '../support/demo';
import { resultsFolder } from '../support/paths';
import { Resources } from '../support/resources';
import { packVsix } from '../support/vsix';
import { Workbench } from '../support/workbench';
import { ChatPage } from './chatPage';
import { photographFailure } from './failure';
import { findInFiles, findInPage, waitForFileWith } from './sweep';

const wrongKey = 'demo-key-mistyped';

/** One window for all: each test goes on where the one before it has left the person. */
describe('the first run of the packed extension', () => {
  const resources = new Resources();
  let demo: Demo;
  let workbench: Workbench;
  let chat: ChatPage;

  before(async () => {
    const [prepared, vsix] = await Promise.all([prepareDemo(resources, 'instant'), packVsix()]);
    demo = prepared;
    workbench = await Workbench.open({
      folder: demo.workspaceFolder,
      extensions: [vsix],
      settings: demo.userSettings,
      // An installed extension must not listen to it.
      environment: demo.keyEnvironment,
      hasSmokeDriver: false,
    });
    await resources.own(() => workbench.close());
    chat = new ChatPage(workbench);
  });
  afterEach(async function () {
    await photographFailure(workbench, this.currentTest);
  });
  after(() => resources.end());

  const addKey = async (key: string) => {
    await workbench.quickInput.answer({ placeholder: 'API key' }, key);
    await workbench.quickInput.answer({ placeholder: 'Label' }, 'Harbour');
  };

  it('offers to add a key, in the status bar and in the chat, and says nothing more', async () => {
    await workbench.meter.filter({ hasText: 'Add Claude Key' }).waitFor();
    await chat.open();
    await chat.button('Add API Key…').waitFor();
    assert.equal(await chat.textbox.count(), 0);
    await workbench.screenshot('first-run-welcome');

    assert.deepEqual(await workbench.notifications(), []);
  });

  it('tells that a wrong key is wrong, and keeps nothing of it', async () => {
    await chat.button('Add API Key…').click();
    await workbench.quickInput.waitFor({ placeholder: 'API key' });
    assert.equal(await workbench.page.locator('.quick-input-widget input[type=password]').count(), 1);
    await addKey(wrongKey);

    await workbench.notification('refuses it. Nothing was stored').waitFor();
    assert.match(await workbench.meterText(), /Add Claude Key/);
    assert.equal(await chat.button('Add API Key…').isVisible(), true);
    await workbench.screenshot('first-run-wrong-key');
    await workbench.runCommand('Notifications: Clear All Notifications');
    await workbench.notification().first().waitFor({ state: 'detached' });
  });

  it('takes a right one, and is ready to chat', async () => {
    await workbench.runCommand('Sluice: Add API Key…');
    await addKey(demoKey);

    await workbench.notification('“Harbour” is stored and in use.').waitFor();
    await workbench.meter.filter({ hasText: 'Limits unknown' }).waitFor();
    await chat.textbox.waitFor();
    await workbench.screenshot('first-run-ready');
  });

  it('answers the first question, and the meter knows what is left', async () => {
    await chat.ask('What is a token bucket?');

    await workbench.meter.filter({ hasText: /^\s*\d+ RPM · [\d.]+k? TPM\s*$/ }).waitFor();
    const hover = await workbench.meterHover();
    for (const text of ['Harbour ····ood', 'Requests', 'Input tokens', 'Output tokens', '0 waiting · 0 running']) {
      assert.ok(hover.includes(text), `"${text}" is missing in: ${hover}`);
    }
    await workbench.screenshot('meter-tooltip');
  });

  it('shows every limit at a click on the meter', async () => {
    await workbench.meter.click();
    await workbench.quickInput.waitFor({ title: 'Remaining Limits' });
    const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
    for (const name of ['Requests', 'Input tokens', 'Output tokens']) {
      await rows.filter({ hasText: new RegExp(`${name}.* of .* left`) }).waitFor();
    }
    await workbench.screenshot('quota');
    await workbench.quickInput.dismiss();
  });

  it('summarizes the open file from the palette into a markdown document', async () => {
    await workbench.openFile('departures.ts');
    await workbench.runCommand('Sluice: Summarize File');

    await workbench.editorText.filter({ hasText: /Summary\s+of\s+src\/departures\.ts/ }).waitFor();
    await workbench.page.locator('.statusbar-item[id="status.editor.mode"]').filter({ hasText: 'Markdown' }).waitFor();
    await workbench.screenshot('summary-of-file');
  });

  it('summarizes a file from the menu of the explorer', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('View: Show Explorer');
    await workbench.page.getByRole('treeitem', { name: 'README.md' }).click({ button: 'right' });
    // A click is ignored while the menu is young: a person's finger may still be on the button that opened it.
    await workbench.page.getByRole('menuitem', { name: 'Summarize File' }).hover();
    await workbench.page.keyboard.press('Enter');

    await workbench.editorText.filter({ hasText: /Summary\s+of\s+README\.md/ }).waitFor();
  });

  it('has key and conversation again when the window is loaded anew', async () => {
    await workbench.reload();
    await chat.open();
    await chat.questions.filter({ hasText: 'What is a token bucket?' }).waitFor();
    await chat.ask('Do you still have the key?');
  });

  it('has left no key in any file, nor in the page', async () => {
    const folders = [workbench.host.dataFolder, demo.workspaceFolder, resultsFolder];
    // As far as this the sweep must see, or finding nothing would prove nothing.
    await waitForFileWith('Do you still have the key?', folders);
    assert.notDeepEqual(
      await findInPage('Do you still have the key?', workbench.page),
      [],
      'it does not reach the chat',
    );

    for (const key of [demoKey, wrongKey]) {
      assert.deepEqual(await findInFiles(key, folders), []);
      assert.deepEqual(await findInPage(key, workbench.page), []);
    }
  });

  it('has made the page report no error but the one that was shown', () => {
    const unexpected = workbench.consoleErrors.filter((text) => !text.includes('refuses it. Nothing was stored'));
    assert.deepEqual(unexpected, []);
  });
});
