import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workbench } from '../support/workbench';
import { useChatWindow } from './chatWindow';
import { textsOf } from './requests';

const picker = { title: 'Add Context to Chat' };

/** Selects the first lines of the file. */
async function selectLines(workbench: Workbench, file: string, count: number): Promise<void> {
  await workbench.openFile(file);
  await workbench.editorText.click();
  await workbench.page.keyboard.press('Control+Home');
  for (let line = 0; line < count; line += 1) await workbench.page.keyboard.press('Shift+ArrowDown');
  await workbench.page
    .locator('.statusbar-item')
    .filter({ hasText: /selected/ })
    .waitFor();
}

describe('what goes along with a message in VS Code', () => {
  const setup = useChatWindow({ prepare: (folder) => writeFile(join(folder, 'pier.json'), '{ "pier": }\n') });

  it('takes a selection, by command and from the menu of the editor, and lets it be removed', async () => {
    const { workbench, chat } = await setup();
    await selectLines(workbench, 'retry.ts', 2);
    await workbench.runCommand('Sluice: Add Selection to Chat');
    await chat.chips.filter({ hasText: /retry\.ts:1–/ }).waitFor();
    assert.match(await chat.chips.first().innerText(), /\d+ tokens/);
    await selectLines(workbench, 'departures.ts', 3);
    await workbench.pickFromMenu(workbench.editorText.locator('.view-line').first(), 'Add Selection to Chat');
    await chat.chips.filter({ hasText: /departures\.ts:1–/ }).waitFor();
    await workbench.screenshot('context-selections');

    await chat.chips
      .first()
      .getByRole('button', { name: /^Remove/ })
      .click();
    await chat.chips.filter({ hasText: 'retry.ts' }).waitFor({ state: 'detached' });
    assert.equal(await chat.chips.count(), 1);
  });

  it('takes files from the picker, and whatever is picked at an @', async () => {
    const { workbench, chat } = await setup();
    const { quickInput } = workbench;
    await chat.button('Add Context…').click();
    await quickInput.waitFor(picker);
    await quickInput.type('departures');
    await quickInput.rows('departures.ts').and(workbench.page.locator('.focused')).waitFor();
    await workbench.screenshot('context-picker');
    await quickInput.accept();
    await chat.chips.filter({ hasText: 'departures.ts' }).waitFor();

    await chat.textbox.pressSequentially('Compare it with @');
    await quickInput.waitFor(picker);
    await quickInput.type('README');
    await quickInput.rows('README.md').and(workbench.page.locator('.focused')).waitFor();
    await quickInput.accept();
    await chat.chips.filter({ hasText: 'README.md' }).waitFor();
    assert.equal(await chat.textbox.inputValue(), 'Compare it with ');
    await chat.textbox.and(workbench.chat.locator(':focus')).waitFor();
  });

  it('takes a folder from the explorer, once it has said how large it is', async () => {
    const { workbench, chat } = await setup();
    await workbench.runCommand('View: Show Explorer');
    await workbench.pickFromMenu(workbench.page.getByRole('treeitem', { name: 'src', exact: true }), 'Add to Chat');
    await workbench
      .dialog('Add src to the chat?')
      .filter({ hasText: /2 files, about [\d.]+k? tokens/ })
      .waitFor();
    await workbench.screenshot('context-folder');
    await workbench.answerDialog('Add src to the chat?', 'Add');

    await chat.chips.filter({ hasText: /^Folder src/ }).waitFor();
  });

  it('takes the problems that VS Code shows', async () => {
    const { simulator, workbench, chat } = await setup();
    await workbench.openFile('pier.json');
    await workbench.page.locator('.statusbar-item[id="status.problems"]').filter({ hasText: /^\s*1/ }).waitFor();
    await chat.open();
    await chat.button('Add Context…').click();
    await workbench.quickInput.waitFor(picker);
    await workbench.quickInput.rows('Problems of the Active File').click();
    await workbench.quickInput.accept();
    await chat.chips.filter({ hasText: 'pier.json' }).waitFor();
    await chat.ask('What is wrong?');

    assert.match(textsOf(simulator.log.messages.at(-1)?.body).at(-1) ?? '', /pier\.json[^]*error[^]*Value expected/i);
    await chat.questions.last().getByRole('listitem').filter({ hasText: 'pier.json' }).waitFor();
    assert.equal(await chat.chips.count(), 0, 'it would be sent along again');
  });

  it('shows in a document what will be sent, and sends exactly that', async () => {
    const { simulator, workbench, chat } = await setup();
    await chat.ask('Who runs the harbour?');
    await selectLines(workbench, 'retry.ts', 2);
    await workbench.runCommand('Sluice: Add Selection to Chat');
    await chat.chips.first().waitFor();
    await chat.textbox.fill('Is four enough?');
    await workbench.chat.locator('.fit').filter({ hasText: 'Fits now' }).waitFor();
    assert.match((await chat.ring.getAttribute('aria-label')) ?? '', /used, .* reserved for the answer, .* free of 1M/);
    await chat.ring.click();
    await workbench.tab(/What Will Be Sent/).waitFor();
    await workbench.editorText.filter({ hasText: /What\sWill\sBe\sSent/ }).click();
    await workbench.screenshot('context-preview');
    await workbench.page.keyboard.press('Control+A');
    await workbench.page.keyboard.press('Control+C');
    const readShown = () => workbench.page.evaluate<string>('navigator.clipboard.readText()');
    while (!(await readShown()).startsWith('# What Will Be Sent'));
    const shown = await readShown();

    await chat.textbox.press('Enter');
    await chat.questions.filter({ hasText: 'Is four enough?' }).waitFor();
    await chat.whenAnswered();
    const { body } = simulator.log.messages.at(-1) ?? {};
    const sent = textsOf(body).flatMap((text) => text.split('\n\n'));
    assert.equal(textsOf(body).length, 3);
    assert.deepEqual(
      sent.filter((part) => !shown.includes(part)),
      [],
    );
    assert.ok(sent.includes('Is four enough?'));
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
