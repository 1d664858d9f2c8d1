import assert from 'node:assert/strict';
import { useChatWindow } from './chatWindow';
import { lastTexts } from './requests';

/** Long enough to type three messages meanwhile. */
const story = { text: `Once upon a time ${'there was a bucket '.repeat(60)}`, tokensPerSecond: 30 };

describe('the queue of a chat in VS Code', () => {
  const setup = useChatWindow();

  it('shows what is typed meanwhile, lets it be changed and removed, and sends it in order', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script(story, { text: 'The second answer.' }, { text: 'The third answer.' });
    await chat.send('Tell me a story.');
    await chat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    for (const text of ['The second question', 'The third', 'A slip']) await chat.enqueue(text);
    assert.equal(await chat.textbox.inputValue(), '');
    await workbench.screenshot('queue');

    await chat.queued.nth(2).getByRole('button', { name: 'Remove Queued Message' }).click();
    await chat.queued.nth(1).getByRole('button', { name: 'Edit Queued Message' }).click();
    const box = workbench.chat.getByRole('textbox', { name: 'Edit Queued Message' });
    await box.fill('The third question');
    await box.press('Enter');
    await chat.queued.filter({ hasText: 'The third question' }).waitFor();
    assert.equal(await chat.queued.count(), 2);

    await chat.whenAnswered('The third answer.');
    assert.deepEqual(lastTexts(simulator), ['Tell me a story.', 'The second question', 'The third question']);
    assert.equal(await chat.queued.count(), 0);
  });

  it('sends a queued message at once when asked, and keeps what had arrived', async () => {
    const { simulator, chat } = await setup();
    simulator.script(story, { text: 'At once.' });
    await chat.send('Tell me a story.');
    await chat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    await chat.enqueue('No, this first');
    await chat.queued.getByRole('button', { name: 'Send Queued Message Now' }).click();

    await chat.whenAnswered('At once.');
    await chat.answers.first().filter({ hasText: 'Once upon a time' }).waitFor();
    assert.equal(await chat.queued.count(), 0);
  });

  it('keeps every message over a reload, and sends it once the answer before it is complete', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script(story, { text: 'It ended well.' }, { text: 'The second answer.' }, { text: 'The third answer.' });
    await chat.send('Tell me a story.');
    await chat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    await chat.enqueue('The second question');
    await chat.enqueue('The third question');
    await workbench.reload();
    await chat.open();

    await chat.incompleteAnswer.filter({ hasText: 'Once upon a time' }).waitFor();
    assert.deepEqual(await chat.queued.locator('.words').allInnerTexts(), [
      'The second question',
      'The third question',
    ]);
    await workbench.screenshot('queue-after-reload');
    await chat.button('Continue').click();
    await chat.whenAnswered('The third answer.');
    assert.deepEqual(lastTexts(simulator).slice(-2), ['The second question', 'The third question']);
    await chat.answers.first().filter({ hasText: 'It ended well.' }).waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
