import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { useChatWindow } from './chatWindow';
import { lastTexts } from './requests';

const longWaitSeconds = 900;
/** Well over half of the 4,000 tokens that the person allows for a minute: sent along once more, it has to wait. */
const mostOfTheCap = 'The harbour master writes down every ferry. '.repeat(240);

/** Every wait has the same parts: what for, until what clock time, how long that is, and what can be done. */
async function isWaitCard(card: Locator): Promise<void> {
  await card
    .filter({ hasText: /until (\d\d:){2}\d\d/ })
    .filter({ hasText: /in \d+ (s|min)/ })
    .waitFor();
  for (const name of ['Switch Model…', 'Cancel']) await card.getByRole('button', { name, exact: true }).waitFor();
}

describe('waiting in VS Code', () => {
  const setup = useChatWindow({ settings: { 'sluice.limits.inputTokensPerMinute': 4_000 } });

  it('tells an overload as a wait like any other, and then answers', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'Now it goes.' });
    simulator.faults.add({ kind: 'overloaded', headers: { 'retry-after': '8' } });
    await chat.send('Will it hold?');
    await isWaitCard(chat.waiting('Anthropic is overloaded: waiting'));
    await chat.waiting('Not your limit').waitFor();
    await workbench.screenshot('waiting-overload');
    await chat.whenAnswered('Now it goes.');
    assert.deepEqual(await workbench.notifications(), []);
  });

  it('waits a quarter of an hour if it must, and tries now when it is told to', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'There was room after all.' });
    simulator.faults.add({ kind: 'rateLimited', retryAfter: longWaitSeconds });
    await chat.send('Is there room?');
    const card = chat.waiting('Waiting for the rate limit');
    await isWaitCard(card);
    await card.filter({ hasText: /in 1[45] min/ }).waitFor();
    await workbench.screenshot('waiting-long');
    await card.getByRole('button', { name: 'Try Now' }).click();

    await chat.whenAnswered('There was room after all.');
    assert.deepEqual(await workbench.notifications(), [], 'a wait is no notification');
  });

  it('loses nothing over a reload while it waits', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'The first answer.' }, { text: 'The second answer.' });
    simulator.faults.add({ kind: 'rateLimited', retryAfter: longWaitSeconds });
    await chat.send('The first question');
    await isWaitCard(chat.waiting('Waiting for the rate limit'));
    await chat.enqueue('The second question');
    await workbench.reload();
    await chat.open();
    await chat.questions.filter({ hasText: 'The first question' }).waitFor();
    await chat.queued.filter({ hasText: 'The second question' }).waitFor();
    await workbench.screenshot('waiting-after-reload');
    await chat.button('Retry').click();

    await chat.whenAnswered('The second answer.');
    assert.deepEqual(lastTexts(simulator).slice(1), ['The first question', 'The second question']);
  });

  it('tells a limit of the person’s own as a wait like any other, and can be cancelled', async () => {
    const { workbench, chat } = await setup();
    await chat.ask(mostOfTheCap);
    await chat.send('And now?');
    const card = chat.waiting('Waiting for your own limit');
    await isWaitCard(card);
    assert.equal(
      await card.getByRole('button', { name: 'Try Now' }).count(),
      0,
      'nothing goes past a cap of one’s own',
    );
    await workbench.screenshot('waiting-own-cap');
    await card.getByRole('button', { name: 'Cancel' }).click();
    await chat.answer.filter({ hasText: 'Stopped' }).waitFor();
  });

  it('asks another model at once when it is switched to', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'Another one here.' });
    simulator.faults.add({ kind: 'rateLimited', retryAfter: longWaitSeconds });
    await chat.send('Is anybody there?');
    await chat.waiting(/until/).getByRole('button', { name: 'Switch Model…' }).click();
    await workbench.quickInput.waitFor({ title: 'Choose Model' });
    await workbench.quickInput.type('opus-5-5');
    await workbench.quickInput.rows('Opus 5.5').and(workbench.page.locator('.focused')).waitFor();
    await workbench.quickInput.accept();

    await chat.whenAnswered('Another one here.');
    assert.equal(simulator.log.messages.at(-1)?.model, 'claude-opus-5-5');
    assert.equal(await chat.questions.count(), 1);
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
