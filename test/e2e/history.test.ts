import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useChatWindow } from './chatWindow';
import { waitForFileWith } from './sweep';

const tides = { question: 'How do tides work?', answer: 'The moon pulls at the basin.' };
const ferries = { question: 'How does a ferry dock?', answer: 'Slowly, **bow first**.' };

/** The tests go on from each other: a history takes a while to grow. */
describe('the chat history in VS Code', () => {
  const setup = useChatWindow({ settings: { 'files.simpleDialog.enable': true } });

  it('keeps every chat, finds one by what was said in it, and opens it', async () => {
    const { simulator, workbench, chat } = await setup();
    const { quickInput } = workbench;
    simulator.script({ text: tides.answer }, { text: ferries.answer });
    await chat.ask(tides.question);
    await workbench.runCommand('Sluice: New Chat');
    await chat.questions.first().waitFor({ state: 'detached' });
    await chat.ask(ferries.question);

    await chat.button('Chat History…').click();
    await quickInput.waitFor({ title: 'Chat History' });
    await quickInput.rows(tides.question).waitFor();
    await quickInput.rows(ferries.question).filter({ hasText: 'shown now' }).waitFor();
    await workbench.screenshot('history-picker');
    await quickInput.type('basin');
    await quickInput.rows(ferries.question).waitFor({ state: 'detached' });
    await workbench.screenshot('history-search');
    await quickInput.accept();

    await chat.questions.filter({ hasText: tides.question }).waitFor();
    await chat.answer.filter({ hasText: tides.answer }).waitFor();
    assert.equal(await chat.title.innerText(), tides.question);
    assert.equal(await chat.questions.count(), 1);
  });

  it('renames the chat that is shown, and another one from the list', async () => {
    const { workbench, chat } = await setup();
    const { quickInput } = workbench;
    await workbench.runCommand('Sluice: Chat History…');
    await quickInput.pick({ title: 'Chat History' }, tides.question);
    await chat.questions.filter({ hasText: tides.question }).waitFor();
    await workbench.runCommand('Sluice: Rename Chat…');
    await quickInput.answer({ title: 'Rename Chat' }, 'About tides');
    await chat.title.filter({ hasText: 'About tides' }).waitFor();

    await workbench.runCommand('Sluice: Chat History…');
    await quickInput.waitFor({ title: 'Chat History' });
    await quickInput.pressButton(ferries.question, 'Rename…');
    await quickInput.answer({ title: 'Rename Chat' }, 'About ferries');
    await quickInput.waitFor({ title: 'Chat History' });
    await quickInput.rows('About ferries').waitFor();
    await quickInput.rows('About tides').waitFor();
    await quickInput.dismiss();
    assert.equal(await chat.title.innerText(), 'About tides');
  });

  it('exports a chat as a Markdown file', async () => {
    const { demo, workbench, chat } = await setup();
    const { quickInput } = workbench;
    await workbench.runCommand('Sluice: Chat History…');
    await quickInput.pick({ title: 'Chat History' }, 'About ferries');
    await chat.questions.filter({ hasText: ferries.question }).waitFor();
    await workbench.runCommand('Sluice: Export Chat…');
    await quickInput.waitFor({ title: 'Export Chat' });
    await quickInput.rows('departures.ts').or(quickInput.rows('src')).first().waitFor();
    await workbench.screenshot('history-export');
    await quickInput.accept();

    await workbench.notification('“About ferries” is exported.').waitFor();
    const file = join(demo.workspaceFolder, 'About ferries.md');
    await waitForFileWith(ferries.answer, [demo.workspaceFolder]);
    const text = await readFile(file, 'utf8');
    assert.match(text, /^# About ferries\n\n## You · .*\n\nHow does a ferry dock\?\n\n## Claude \(.*\) · .*\n\nSlowly/);
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  it('deletes a chat after it has asked, and shows an empty one', async () => {
    const { workbench, chat } = await setup();
    const { quickInput } = workbench;
    await workbench.runCommand('Sluice: Chat History…');
    await quickInput.pick({ title: 'Chat History' }, 'About ferries');
    await chat.questions.filter({ hasText: ferries.question }).waitFor();
    await workbench.runCommand('Sluice: Delete Chat…');
    await workbench.dialog('Delete “About ferries”?').waitFor();
    await workbench.screenshot('history-delete');
    await workbench.answerDialog('Delete “About ferries”?', 'Cancel');
    assert.equal(await chat.questions.count(), 1, 'it is gone, though nobody wanted that');
    await workbench.runCommand('Sluice: Delete Chat…');
    await workbench.answerDialog('Delete “About ferries”?', 'Delete');

    await chat.questions.first().waitFor({ state: 'detached' });
    await workbench.runCommand('Sluice: Chat History…');
    await quickInput.rows('About tides').waitFor();
    assert.equal(await quickInput.rows('About ferries').count(), 0);
    await quickInput.dismiss();
  });

  it('shows the last chat again after a reload, and has the others in the list', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'It rings in fog.' });
    await chat.ask('What is the bell for?');
    await workbench.reload();
    await chat.open();
    await chat.answer.filter({ hasText: 'It rings in fog.' }).waitFor();
    assert.equal(await chat.title.innerText(), 'What is the bell for?');

    await workbench.runCommand('Sluice: Chat History…');
    await workbench.quickInput.pick({ title: 'Chat History' }, 'About tides');
    await chat.answer.filter({ hasText: tides.answer }).waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
