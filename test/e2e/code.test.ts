import assert from 'node:assert/strict';
import { useChatWindow } from './chatWindow';

const code = 'const attempts = 7;';
const answer = `Try more often:\n\n\`\`\`ts\n${code}\n\`\`\``;

describe('the code blocks of a chat in VS Code', () => {
  const setupWindow = useChatWindow({ settings: { 'files.autoSave': 'off' } });

  /** An answer with code, beside an open file in which nothing is changed. */
  async function setup() {
    const window = await setupWindow();
    const { simulator, workbench, chat } = window;
    await workbench.openFile('retry.ts');
    await workbench.runCommand('File: Revert File');
    await workbench.editorText.filter({ hasText: /attempts\s=\s4/ }).waitFor();
    await chat.open();
    simulator.script({ text: answer });
    await chat.ask('How often should it try?');
    return { ...window, press: (name: string) => chat.answer.getByRole('button', { name, exact: true }).click() };
  }

  it('colours the code', async () => {
    const { workbench, chat } = await setup();
    await chat.answer.locator('pre code span[class]').filter({ hasText: 'const' }).waitFor();
    await workbench.screenshot('code-block');
  });

  it('inserts the code at the cursor of the file', async () => {
    const { workbench, press } = await setup();
    await press('Insert at Cursor');
    await workbench.editorText.filter({ hasText: /const\sattempts\s=\s7;const\sattempts\s=\s4/ }).waitFor();
    await workbench.screenshot('code-inserted');
  });

  it('shows the code as a diff, and takes nothing over when it is discarded', async () => {
    const { workbench, press } = await setup();
    await press('Apply as Diff');
    await workbench.tab(/retry\.ts: Proposal/).waitFor();
    await workbench.page
      .locator('.monaco-diff-editor')
      .filter({ hasText: /attempts\s=\s7/ })
      .waitFor();
    await workbench.screenshot('code-proposal');
    await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Discard Proposal' }).click();

    await workbench.tab(/retry\.ts: Proposal/).waitFor({ state: 'detached' });
    await workbench.editorText.filter({ hasText: /attempts\s=\s4/ }).waitFor();
  });

  it('puts the code into the file when the diff is accepted', async () => {
    const { workbench, press } = await setup();
    await press('Apply as Diff');
    await workbench.tab(/retry\.ts: Proposal/).waitFor();
    await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Accept Proposal' }).click();

    await workbench.tab(/retry\.ts: Proposal/).waitFor({ state: 'detached' });
    await workbench.editorText.filter({ hasText: /attempts\s=\s7/ }).waitFor();
    await workbench.editorText.filter({ hasText: 'withRetry' }).waitFor({ state: 'detached' });
    await workbench.screenshot('code-accepted');
  });

  it('makes a new file of the code, in its language', async () => {
    const { workbench, press } = await setup();
    await press('New File');
    await workbench.tab(/Untitled-1/).waitFor();
    await workbench.editorText.filter({ hasText: /attempts\s=\s7/ }).waitFor();
    const mode = workbench.page.locator('.statusbar-item[id="status.editor.mode"]');
    await mode.filter({ hasText: 'TypeScript' }).waitFor();
    assert.deepEqual(await workbench.notifications(), []);
  });
});
