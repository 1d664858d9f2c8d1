import assert from 'node:assert/strict';
import { useChatWindow } from './chatWindow';

const story = { text: `Once upon a time ${'there was a bucket '.repeat(200)}`, tokensPerSecond: 20 };
const narrow = 240;
const wide = 620;

const themes = [
  { theme: 'dark', name: 'dark' },
  { theme: 'light', name: 'light' },
  { theme: 'highContrast', name: 'hc-dark' },
  { theme: 'highContrastLight', name: 'hc-light' },
] as const;

/** Pictures for people to look at; what a machine can judge of them is checked on the way. */
describe('the looks of the chat in VS Code', () => {
  const setup = useChatWindow();

  it('has a walkthrough with four steps', async () => {
    const { workbench } = await setup();
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await workbench.quickInput.pick({ placeholder: 'Select a walkthrough to open' }, 'Get Started with Sluice');
    const steps = workbench.page.locator('.gettingStartedContainer .getting-started-step');
    await steps.filter({ hasText: 'Add your API key' }).waitFor();
    for (const title of ['Ask something', 'Summarize a file or folder', 'See what is left']) {
      await steps.filter({ hasText: title }).click();
      await steps.filter({ hasText: title }).locator('.button-container, .monaco-button').first().waitFor();
    }
    assert.equal(await steps.count(), 4);
    await workbench.screenshot('walkthrough');
    await workbench.runCommand('View: Close All Editors');
  });

  it('can be looked at while it answers, with a queue and chips, in every theme and width', async () => {
    const { simulator, workbench, chat } = await setup();
    await workbench.openFile('retry.ts');
    simulator.script({ text: 'Try **more** often:\n\n```ts\nconst attempts = 7;\n```' }, story);
    await chat.open();
    await chat.ask('How often should it try?');
    await chat.send('Tell me a story about it.');
    await chat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    await chat.enqueue('And one about ferries, please, but a shorter one');
    await workbench.runCommand('Sluice: Add to Chat');
    await chat.chips.filter({ hasText: 'retry.ts' }).waitFor();
    await workbench.screenshot('looks-busy');
    for (const { width, name } of [
      { width: narrow, name: 'narrow' },
      { width: wide, name: 'wide' },
    ]) {
      await workbench.setSideBarWidth(width);
      assert.equal(
        await chat.conversation.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth'),
        false,
        'it has to be scrolled sideways',
      );
      await workbench.screenshot(`looks-${name}`);
    }
    await workbench.setSideBarWidth(360);
    await chat.button('Stop').click();
    await chat.incompleteAnswer.filter({ hasText: 'Stopped' }).waitFor();
    for (const { theme, name } of themes) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`looks-cut-off-${name}`);
    }
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
