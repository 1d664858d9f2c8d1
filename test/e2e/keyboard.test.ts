import assert from 'node:assert/strict';
import type { Workbench } from '../support/workbench';
import { useChatWindow } from './chatWindow';
import { lastTexts } from './requests';

const story = { text: `Once upon a time ${'there was a bucket '.repeat(40)}`, tokensPerSecond: 30 };
const mostSteps = 40;

/** The width of what is drawn around, or inside the edge of, what has the focus. */
const focusMark = `(() => {
  const { outlineStyle, outlineWidth, borderColor } = getComputedStyle(document.activeElement);
  const field = getComputedStyle(document.activeElement.closest('.field') ?? document.activeElement);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 || field.outlineStyle !== 'none' || borderColor !== field.borderColor;
})()`;

/** Goes from control to control until the one with this name has the focus, each of which must be seen to have it. */
async function tabTo(workbench: Workbench, name: string | RegExp, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  const focused = workbench.chat.locator(':focus');
  const wanted = workbench.chat.getByRole('button', { name, exact: true }).and(focused);
  for (let step = 0; step < mostSteps; step += 1) {
    await workbench.page.keyboard.press(key);
    if ((await wanted.count()) > 0) {
      assert.ok(await focused.evaluate(focusMark), `nobody sees that “${String(name)}” has the focus`);
      return;
    }
  }
  throw new Error(`Failed to reach “${String(name)}” with ${key}`);
}

describe('the chat in VS Code without a mouse', () => {
  const setup = useChatWindow();

  it('is asked, edited, looked through and queued to with the keyboard alone', async () => {
    const { simulator, workbench, chat } = await setup();
    const { keyboard } = workbench.page;
    simulator.script({ text: 'About the first.' }, { text: 'About the second.' }, story, { text: 'Queued and sent.' });
    await workbench.quickInput.runCommandByKeyboard('Sluice: Focus on Chat');
    await chat.textbox.and(workbench.chat.locator(':focus')).waitFor();
    await keyboard.type('The first question');
    await keyboard.press('Enter');
    await chat.whenAnswered('About the first.');

    await tabTo(workbench, 'Details', 'Shift+Tab');
    await workbench.screenshot('keyboard-focus');
    await keyboard.press('Enter');
    await chat.answer.locator('dl.facts').waitFor();
    await tabTo(workbench, 'Edit', 'Shift+Tab');
    await keyboard.press('Enter');
    await workbench.chat
      .getByRole('textbox', { name: 'Edit your message' })
      .and(workbench.chat.locator(':focus'))
      .waitFor();
    await keyboard.press('Control+A');
    await keyboard.type('The second question');
    await keyboard.press('Enter');
    await chat.whenAnswered('About the second.');
    await chat.textbox.and(workbench.chat.locator(':focus')).waitFor();

    await tabTo(workbench, 'Previous Version', 'Shift+Tab');
    await keyboard.press('Enter');
    await chat.answer.filter({ hasText: 'About the first.' }).waitFor();
    await tabTo(workbench, 'Next Version', 'Tab');
    await keyboard.press('Enter');
    await chat.answer.filter({ hasText: 'About the second.' }).waitFor();

    await workbench.quickInput.runCommandByKeyboard('Sluice: Focus on Chat');
    await chat.textbox.and(workbench.chat.locator(':focus')).waitFor();
    await keyboard.type('A story');
    await keyboard.press('Enter');
    await chat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    await keyboard.type('A queued one');
    await keyboard.press('Enter');
    await chat.queued.filter({ hasText: 'A queued one' }).waitFor();
    await tabTo(workbench, 'Edit Queued Message', 'Shift+Tab');
    await keyboard.press('Enter');
    await workbench.chat.getByRole('list', { name: 'Queued messages' }).locator('textarea:focus').waitFor();
    await keyboard.type(', edited');
    await keyboard.press('Enter');
    await chat.whenAnswered('Queued and sent.');

    assert.equal(lastTexts(simulator).at(-1), 'A queued one, edited');
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
