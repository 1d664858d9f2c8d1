import assert from 'node:assert/strict';
import { demoKey } from '../simulator/simulator';
import { buildExtension, prepareDemo } from '../support/demo';
import type { Demo } from '../support/demo';
import { repositoryRoot, resultsFolder } from '../support/paths';
import { Resources } from '../support/resources';
import { Workbench } from '../support/workbench';
import { ChatPage } from './chatPage';
import { photographFailure } from './failure';
import { QueueView } from './queueView';
import { findInFiles, findInPage, waitForFileWith } from './sweep';

const code = 'const level = 1;\nconst rate = 0.5;';
const answer = `A bucket that **refills**:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nThat is all.`;

/** So slow that a test can act while it streams. */
const slowly = { text: `Once upon a time ${'there was a bucket '.repeat(200)}`, tokensPerSecond: 30 };

const trap = 'trap.invalid';

/** What a page can be attacked with from an answer: scripts, events, addresses that load or run something. */
const hostile = [
  '<script>window.wasTrapped = true</script>',
  '<img src=x onerror="window.wasTrapped = true">',
  `![stolen](https://${trap}/pixel.png?secret)`,
  '[click me](javascript:window.wasTrapped=true)',
  `<iframe src="https://${trap}/"></iframe>`,
  '<svg onload="window.wasTrapped = true"></svg>',
  `<style>@import url(https://${trap}/style.css); body { display: none }</style>`,
  '[data](data:text/html,<script>parent.wasTrapped=true</script>)',
  '[a command](command:workbench.action.closeWindow)',
  '[a page](https://example.com/ "fine")',
  'The end of it.',
].join('\n\n');

const pictures = [
  { theme: 'light', name: 'conversation-light' },
  { theme: 'dark', name: 'conversation-dark' },
  { theme: 'highContrast', name: 'conversation-hc-dark' },
  { theme: 'highContrastLight', name: 'conversation-hc-light' },
] as const;

/** One window for all; each test starts a new chat. */
describe('the chat in VS Code', () => {
  const resources = new Resources();
  let demo: Demo;
  let workbench: Workbench;
  let chat: ChatPage;

  before(async () => {
    await buildExtension();
    demo = await prepareDemo(resources, 'instant');
    workbench = await Workbench.open({
      folder: demo.workspaceFolder,
      developmentExtension: repositoryRoot,
      settings: demo.userSettings,
      environment: demo.keyEnvironment,
    });
    await resources.own(() => workbench.close());
    // A window of extension development begins in its own theme.
    await workbench.setTheme('dark');
    chat = new ChatPage(workbench);
    await chat.open();
  });
  afterEach(async function () {
    await photographFailure(workbench, this.currentTest);
  });
  after(() => resources.end());

  async function setup() {
    demo.simulator.reset();
    await chat.textbox.waitFor();
    await workbench.runCommand('Sluice: New Chat');
    await chat.questions.first().waitFor({ state: 'detached' });
    return demo.simulator;
  }

  it('shows an answer while it streams, and marks it as under way', async () => {
    const simulator = await setup();
    simulator.script({ text: answer, tokensPerSecond: 15, deltaIntervalMs: 50 });
    await chat.send('What is a token bucket?');

    await chat.answer.filter({ hasText: 'A bucket' }).waitFor();
    assert.equal(await chat.answer.getAttribute('aria-busy'), 'true');
    assert.equal(await chat.answer.getByText('That is all.').count(), 0, 'all of it came at once');
    await chat.whenAnswered();
    assert.equal(await chat.answer.getAttribute('aria-busy'), 'false');
    assert.equal(await chat.answer.locator('strong').innerText(), 'refills');
    assert.equal(await chat.textbox.inputValue(), '');
  });

  it('copies a code block', async () => {
    const simulator = await setup();
    simulator.script({ text: answer });
    await chat.ask('Show me some code.');
    await chat.answer.getByRole('button', { name: 'Copy', exact: true }).click();
    await chat.answer.getByRole('button', { name: 'Copied' }).waitFor();

    assert.equal(await workbench.page.evaluate('navigator.clipboard.readText()'), code);
  });

  it('stops at the button, keeps what had arrived, and asks again on Retry', async () => {
    const simulator = await setup();
    simulator.script(slowly);
    await chat.send('Tell me a story.');
    await chat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    await chat.button('Stop').click();

    await chat.incompleteAnswer.filter({ hasText: 'Stopped' }).waitFor();
    assert.match(await chat.incompleteAnswer.innerText(), /Once upon a time/);
    await chat.textbox.and(workbench.chat.locator(':focus')).waitFor();

    simulator.script({ text: answer });
    await chat.button('Retry').click();
    await chat.whenAnswered('That is all.');
    assert.equal(await chat.incompleteAnswer.count(), 0);
    assert.equal(await chat.answer.getByRole('group', { name: 'Versions' }).innerText(), '2 of 2');
  });

  it('stops at Escape', async () => {
    const simulator = await setup();
    simulator.script(slowly);
    await chat.send('Tell me a story.');
    await chat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    await chat.textbox.press('Escape');

    await chat.incompleteAnswer.filter({ hasText: 'Stopped' }).waitFor();
  });

  it('is in the queue while it answers, and can be cancelled there', async () => {
    const simulator = await setup();
    simulator.script(slowly);
    await chat.send('Tell me a story.');
    await chat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    const queue = new QueueView(workbench);
    await queue.open();
    await queue.whenShown('Chat', 'Claude is answering');
    await workbench.screenshot('queue-chat');
    await queue.act('Chat', 'Cancel It');
    await queue.row('Chat').waitFor({ state: 'detached' });
    await chat.open();

    await chat.incompleteAnswer.filter({ hasText: 'Stopped' }).waitFor();
  });

  it('breaks the line at Shift+Enter', async () => {
    const simulator = await setup();
    await chat.textbox.fill('first line');
    await chat.textbox.press('Shift+Enter');
    await chat.textbox.pressSequentially('second line');
    assert.equal(await chat.textbox.inputValue(), 'first line\nsecond line');
    await chat.textbox.press('Enter');
    await chat.whenAnswered();

    assert.deepEqual(simulator.log.messages.at(-1)?.body?.['messages'], [
      { role: 'user', content: [{ type: 'text', text: 'first line\nsecond line' }] },
    ]);
  });

  it('tells how long it waits for a rate limit, with the clock time, and then answers', async () => {
    const simulator = await setup();
    simulator.script({ text: answer });
    simulator.faults.add({ kind: 'rateLimited', retryAfter: 4 });
    await chat.send('Is there room?');

    const card = chat.answer.getByText(/Waiting for the rate limit until (\d\d:){2}\d\d/);
    await card.waitFor();
    await chat.button('Cancel').waitFor();
    await workbench.screenshot('chat-waiting');
    await chat.whenAnswered();
    assert.equal(await card.count(), 0);
    assert.deepEqual(await workbench.notifications(), [], 'a wait is no notification');
  });

  it('says that the API is overloaded, keeps what had arrived, and answers on Retry', async () => {
    const simulator = await setup();
    simulator.script({ text: answer }, { text: answer });
    simulator.faults.add({ kind: 'midStreamError', afterDeltas: 2 });
    await chat.send('Will it hold?');

    await chat.incompleteAnswer.filter({ hasText: 'The answer was cut off: Anthropic is overloaded' }).waitFor();
    assert.match(await chat.incompleteAnswer.innerText(), /A bucket/);
    await workbench.screenshot('chat-cut-off');
    await chat.button('Retry').click();
    await chat.whenAnswered('That is all.');
    assert.deepEqual(await workbench.notifications(), []);
  });

  it('draws nothing in an answer that runs, loads or leads astray', async () => {
    const simulator = await setup();
    const requests: string[] = [];
    workbench.page.on('request', (request) => requests.push(request.url()));
    simulator.script({ text: hostile });
    await chat.ask('Attack me.');

    const { answer: turn } = chat;
    await turn.getByText('The end of it.').waitFor();
    assert.equal(await turn.locator('script, img, iframe, object, embed, svg, style, link, form').count(), 0);
    assert.equal(
      await turn.locator('[onerror], [onload], [href^="javascript:"], [href^="data:"], [href^="command:"]').count(),
      0,
    );
    assert.equal(await turn.evaluate('window.wasTrapped'), undefined);
    assert.equal(await turn.getByRole('link').filter({ hasText: 'a page' }).count(), 1, 'a good link is gone too');
    assert.deepEqual(
      requests.filter((url) => url.includes(trap)),
      [],
    );
  });

  it('keeps what is typed while the view is hidden, and over a reload, and the conversation with it', async () => {
    const simulator = await setup();
    simulator.script({ text: answer });
    await chat.ask('Will you remember this?');
    await chat.textbox.fill('A thought I have not fin');
    await workbench.runCommand('View: Show Explorer');
    await chat.textbox.waitFor({ state: 'hidden' });
    await chat.open();
    await chat.textbox.waitFor();
    assert.equal(await chat.textbox.inputValue(), 'A thought I have not fin');

    await workbench.reload();
    await chat.open();
    await chat.questions.filter({ hasText: 'Will you remember this?' }).waitFor();
    await chat.answer.getByText('That is all.').waitFor();
    assert.equal(await chat.textbox.inputValue(), 'A thought I have not fin');
  });

  it('shows an answer that went on while the view was hidden', async () => {
    const simulator = await setup();
    simulator.script({ text: answer, tokensPerSecond: 20 });
    await chat.send('What is a token bucket?');
    await chat.answer.filter({ hasText: 'A bucket' }).waitFor();
    await workbench.runCommand('View: Show Explorer');
    await chat.textbox.waitFor({ state: 'hidden' });
    await chat.open();

    await chat.whenAnswered();
    assert.match(await chat.answer.innerText(), /That is all\./);
  });

  it('can be looked at in every theme', async () => {
    await setup();
    await workbench.openFile('retry.ts');
    await chat.open();
    await chat.ask('How do I keep near the limit without crossing it?');
    for (const { theme, name } of pictures) {
      await workbench.setTheme(theme);
      await workbench.screenshot(name);
    }
  });

  it('has left no key in any file, nor in the page', async () => {
    const folders = [workbench.host.dataFolder, demo.workspaceFolder, resultsFolder];
    // As far as this the sweep must see, or finding nothing would prove nothing.
    await waitForFileWith('How do I keep near', folders);

    assert.deepEqual(await findInFiles(demoKey, folders), []);
    assert.deepEqual(await findInPage(demoKey, workbench.page), []);
  });

  it('has made the page report no error', () => {
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
