import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useChatWindow } from './chatWindow';
import { lastTexts } from './requests';

const model = 'claude-sonnet-5-5';
const sentence = 'The harbour master writes down every ferry that comes and goes. ';
/** Of a minute's 30,000 tokens. */
const moreThanAMinute = sentence.repeat(3_500);
const partOfAMinute = sentence.repeat(80);
const clockTime = /until (\d\d:){2}\d\d/;

describe('what fits the limits, in VS Code', () => {
  const setup = useChatWindow({
    prepare: (folder) => writeFile(join(folder, 'log.txt'), moreThanAMinute.replaceAll('. ', '.\n')),
  });

  it('lists the models with what is left, and asks the one that is picked', async () => {
    const { simulator, workbench, chat } = await setup();
    const { quickInput } = workbench;
    await chat.ask('Who are you?');
    await chat.model.click();
    await quickInput.waitFor({ title: 'Choose Model' });
    await quickInput
      .rows('Sonnet 5.5')
      .filter({ hasText: /1M window.*a million tokens.*left: / })
      .waitFor();
    await quickInput.rows('Haiku 5.5').filter({ hasText: 'limits not known yet' }).waitFor();
    await workbench.screenshot('model-picker');
    await quickInput.type('haiku-5-5');
    await quickInput.rows('Haiku 5.5').and(workbench.page.locator('.focused')).waitFor();
    await quickInput.accept();
    await chat.model.filter({ hasText: 'Haiku 5.5' }).waitFor();
    await chat.ask('And now?');

    assert.deepEqual(
      simulator.log.messages.map((attempt) => attempt.model),
      [model, 'claude-haiku-5-5'],
    );
  });

  it('says that a message is larger than a whole minute, and condenses the chat on demand, which can be undone', async () => {
    const { simulator, workbench, chat } = await setup();
    for (const name of ['first', 'second', 'third']) await chat.ask(`The ${name} page: ${partOfAMinute}`);
    await chat.textbox.fill(moreThanAMinute);
    await chat.fit.filter({ hasText: /Larger than a whole minute’s limit: about .* tokens of 30k/ }).waitFor();
    await chat.fit.getByRole('button', { name: 'Other Model…' }).waitFor();
    await workbench.screenshot('fit-too-large');
    simulator.script({ text: 'Three pages about **ferries**.' });
    await chat.fit.getByRole('button', { name: 'Condense the Chat' }).click();

    const line = chat.conversation.getByRole('region', { name: /Claude knows what stands above from a summary/ });
    // Beside a message that is too large there is room for nothing else.
    await chat.textbox.fill('What did they say?');
    await line.waitFor();
    await line.locator('summary').click();
    await line.getByText('Three pages about ferries.').waitFor();
    await line.scrollIntoViewIfNeeded();
    await workbench.screenshot('fit-condensed');
    await line.getByRole('button', { name: 'Send It All Again' }).click();
    await line.waitFor({ state: 'detached' });
  });

  it('reads a file in parts that is larger than a whole minute, and sends notes in its place', async () => {
    const { simulator, workbench, chat } = await setup();
    await chat.ask('Are you there?');
    await chat.button('Add Context…').click();
    await workbench.quickInput.waitFor({ title: 'Add Context to Chat' });
    await workbench.quickInput.type('log.txt');
    await workbench.quickInput.rows('log.txt').and(workbench.page.locator('.focused')).waitFor();
    await workbench.quickInput.accept();
    await chat.chips.filter({ hasText: 'log.txt' }).waitFor();
    await chat.textbox.fill('What does the log say?');
    await chat.fit.filter({ hasText: 'Larger than a whole minute’s limit' }).waitFor();
    // From its next answer on the API gives more, so that nobody has to watch for a minute.
    simulator.setLimits({ inputTokensPerMinute: 600_000 });
    await chat.fit.getByRole('button', { name: 'Read in Parts' }).click();
    await workbench.notification('Reading in parts').first().waitFor();
    await workbench.screenshot('fit-in-parts');
    await chat.chips.filter({ hasText: 'log.txt (notes)' }).waitFor();
    await chat.ask('What does the log say?');

    assert.match(lastTexts(simulator).at(-1) ?? '', /log\.txt \(notes\)/);
    assert.deepEqual(workbench.consoleErrors, []);
  });

  it('says until when a message would wait, before it is sent', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.takeElsewhere({ inputTokens: 29_000 }, model);
    await chat.ask('Is there room?');
    await chat.textbox.fill(partOfAMinute.repeat(8));
    await chat.fit
      .filter({ hasText: /Would wait for input tokens/ })
      .filter({ hasText: clockTime })
      .waitFor();
    await workbench.screenshot('fit-waits');
    await chat.textbox.fill('Short.');

    await chat.fit.waitFor({ state: 'detached' });
  });
});
