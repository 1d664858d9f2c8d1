import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { useChatWindow } from './chatWindow';
import { textsOf } from './requests';

function press(turn: Locator, button: string): Promise<void> {
  return turn.getByRole('button', { name: button, exact: true }).click();
}

describe('the turns of a chat in VS Code', () => {
  const setup = useChatWindow({ settings: { 'sluice.thinking': 'adaptive' } });

  it('sends an edited question again, and keeps the first one as a branch', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'About the first.' }, { text: 'About the second.' });
    await chat.ask('The first question');
    await press(chat.questions.first(), 'Edit');
    const box = workbench.chat.getByRole('textbox', { name: 'Edit your message' });
    assert.equal(await box.inputValue(), 'The first question');
    await box.fill('The second question');
    await workbench.screenshot('turns-edit');
    await box.press('Enter');
    await chat.whenAnswered('About the second.');
    assert.deepEqual(textsOf(simulator.log.messages.at(-1)?.body), ['The second question']);
    await chat.questions.first().getByText('2 of 2').waitFor();
    await workbench.screenshot('turns-branches');

    await press(chat.questions.first(), 'Previous Version');
    await chat.answer.filter({ hasText: 'About the first.' }).waitFor();
    await chat.questions.filter({ hasText: 'The first question' }).getByText('1 of 2').waitFor();
    await press(chat.questions.first(), 'Next Version');
    await chat.answer.filter({ hasText: 'About the second.' }).waitFor();
  });

  it('asks again for an answer, and keeps the one before as a branch', async () => {
    const { simulator, chat } = await setup();
    simulator.script({ text: 'One way to put it.' }, { text: 'Another way to put it.' });
    await chat.ask('Put it in words.');
    await press(chat.answer, 'Ask Again');
    await chat.whenAnswered('Another way to put it.');
    await chat.answer.getByText('2 of 2').waitFor();
    await press(chat.answer, 'Previous Version');

    await chat.answer.filter({ hasText: 'One way to put it.' }).waitFor();
    assert.equal(await chat.answers.count(), 1);
  });

  it('deletes a question with all that follows, and what was before stays', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'It stays.' }, { text: 'It goes.' });
    await chat.ask('To be kept');
    await chat.ask('To be deleted');
    await press(chat.questions.last(), 'Delete From Here');

    await chat.questions.filter({ hasText: 'To be deleted' }).waitFor({ state: 'detached' });
    assert.equal(await chat.answers.count(), 1);
    await chat.answer.filter({ hasText: 'It stays.' }).waitFor();
    await chat.textbox.and(workbench.chat.locator(':focus')).waitFor();
  });

  it('goes on with an answer that has reached its length limit', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'The first half, ', stopReason: 'max_tokens' }, { text: 'and the second half.' });
    await chat.send('Both halves, please.');
    await chat.incompleteAnswer.filter({ hasText: 'The answer reached its length limit' }).waitFor();
    await workbench.screenshot('turns-max-tokens');
    await press(chat.answer, 'Continue');
    await chat.whenAnswered('The first half, and the second half.');

    assert.equal(await chat.incompleteAnswer.count(), 0);
    assert.equal(await chat.answers.count(), 1);
    const sent = textsOf(simulator.log.messages.at(-1)?.body);
    assert.deepEqual([sent.length, sent[0], sent[1]?.trimEnd()], [3, 'Both halves, please.', 'The first half,']);
  });

  it('goes on with an answer that an overload has cut off', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'One two three four five six seven eight nine ten.' }, { text: ' And the rest.' });
    simulator.faults.add({ kind: 'midStreamError', afterDeltas: 2 });
    await chat.send('Count, please.');
    await chat.incompleteAnswer.filter({ hasText: 'The answer was cut off: Anthropic is overloaded' }).waitFor();
    await workbench.screenshot('turns-cut-off');
    await press(chat.answer, 'Continue');
    await chat.whenAnswered('And the rest.');

    assert.match(await chat.answer.innerText(), /One two[^]* And the rest\./);
    assert.equal(await chat.incompleteAnswer.count(), 0);
  });

  it('shows thinking folded, and what an answer took on demand', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ thinking: 'First the tides, then the ferries.', text: 'Bow first.' });
    await chat.ask('How does a ferry dock?');
    const thinking = chat.answer.locator('details.thinking');
    assert.equal(await thinking.getByText('First the tides').count(), 0);
    await thinking.locator('summary').click();
    await thinking.getByText('First the tides, then the ferries.').waitFor();

    await press(chat.answer, 'Details');
    const facts = chat.answer.locator('dl.facts');
    for (const label of ['Model', 'Input', 'Output', 'Cost', 'Waited', 'First word after', 'Took']) {
      await facts.getByText(label, { exact: true }).waitFor();
    }
    await workbench.screenshot('turns-thinking-and-details');
  });

  it('copies a question and an answer', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'Slowly, **bow first**.' });
    await chat.ask('How does a ferry dock?');
    const copied = async (text: string) => {
      while ((await workbench.page.evaluate('navigator.clipboard.readText()')) !== text);
    };
    await press(chat.answer, 'Copy Answer');
    await copied('Slowly, **bow first**.');
    await press(chat.questions.first(), 'Copy Your Message');
    await copied('How does a ferry dock?');

    assert.deepEqual(workbench.consoleErrors, []);
  });
});
