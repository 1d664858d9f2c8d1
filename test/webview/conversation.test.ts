import assert from 'node:assert/strict';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import {
  answer,
  attachment,
  done,
  failed,
  question,
  richAnswer,
  snapshot,
  streaming,
  waiting,
} from './support/fixtures';

describe('the conversation', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  async function setup(...[change]: Parameters<typeof snapshot>) {
    page = await openChat({ snapshot: snapshot(change) });
    return page;
  }

  it('asks for a snapshot once on load, and shows nothing before it comes', async () => {
    page = await openChat();
    assert.deepEqual(page.commands, [{ type: 'ready', payload: undefined }]);
    assert.equal(page.query('main'), undefined);
  });

  it('asks again after a gap, once, and goes on from the snapshot', async () => {
    await setup({ revision: 3 });
    const late = { kind: 'turn', turn: question('q9', 'Late') } as const;
    await page.receive({ type: 'delta', payload: { revision: 5, delta: late } });
    await page.receive({ type: 'delta', payload: { revision: 6, delta: late } });
    assert.equal(page.posted('ready').length, 2);
    await page.receive({ type: 'snapshot', payload: snapshot({ revision: 6, turns: [question('q1', 'Now')] }) });
    await page.change(late);
    assert.equal(page.document.querySelectorAll('article').length, 2);
    assert.equal(page.posted('ready').length, 2);
  });

  it('ignores messages of the wrong shape and stays in step', async () => {
    await setup();
    for (const data of [null, 'text', { type: 'delta', payload: { revision: 2, delta: { kind: 'text' } } }]) {
      await page.receiveRaw(data);
    }
    await page.change({ kind: 'turn', turn: question('q1', 'Still here') });
    assert.ok(page.find('article[aria-label="You"]').textContent.includes('Still here'));
    assert.equal(page.posted('reportError').length, 0);
  });

  it('is a log of articles named by who speaks', async () => {
    await setup({
      turns: [
        question('q1', 'Why?', { attachments: [attachment('retry.ts:12–48')] }),
        answer('a1', 'So.'),
        answer('a2', 'So', failed(true)),
      ],
    });
    const names = [...page.find('[role="log"][aria-label="Conversation"]').querySelectorAll('article')].map((article) =>
      article.getAttribute('aria-label'),
    );
    assert.deepEqual(names, ['You', 'Claude', 'Claude, incomplete']);
    assert.equal(page.find('.chip-name').textContent, 'retry.ts:12–48');
  });

  it('shows what a person wrote as they wrote it', async () => {
    await setup({ turns: [question('q1', 'a *b*\n  <i>c</i>')] });
    assert.equal(page.find('.question .words').textContent, 'a *b*\n  <i>c</i>');
  });

  it('keeps the nodes of earlier blocks while an answer streams in', async () => {
    await setup({ isBusy: true, turns: [question('q1', 'Why?'), answer('a1', '', streaming)] });
    const pieces = richAnswer.match(/[\s\S]{1,9}/g) ?? [];
    const beginning = pieces.slice(0, 40).join('');
    await page.change({ kind: 'text', turnId: 'a1', text: beginning });
    const blocks = () => [...page.find('.markdown').children];
    const kept = [page.find('.question'), ...blocks().slice(0, 2)];
    for (const text of pieces.slice(40)) await page.change({ kind: 'text', turnId: 'a1', text });
    await page.change({ kind: 'turn', turn: answer('a1', richAnswer) });
    assert.ok(blocks().length > 5);
    const now = [page.find('.question'), ...blocks()];
    assert.ok(kept.every((node, index) => node === now[index]));
  });

  it('is busy while an answer streams, and not when it is complete', async () => {
    await setup({ isBusy: true, turns: [answer('a1', 'So', streaming)] });
    assert.equal(page.find('article').getAttribute('aria-busy'), 'true');
    await page.change({ kind: 'turn', turn: answer('a1', 'So.', done, { note: '1.2k in · 240 out' }) });
    assert.equal(page.find('article').getAttribute('aria-busy'), 'false');
    assert.equal(page.find('.note').textContent, '1.2k in · 240 out');
  });

  it('tells a wait in words, counts down beside it and offers to cancel', async () => {
    page = await openChat({ now: 1_000_000 });
    const turns = [answer('a1', '', waiting(1_000_000 + 83_000))];
    await page.receive({ type: 'snapshot', payload: snapshot({ isBusy: true, turns }) });
    assert.equal(page.find('.card strong').textContent, 'Waiting for input tokens until 14:05:20');
    const countdown = page.find('.countdown');
    assert.equal(countdown.getAttribute('aria-hidden'), 'true');
    assert.equal(countdown.textContent, 'in 1 min 23 s');
    await page.clock.tickAsync(24_000);
    assert.equal(countdown.textContent, 'in 59 s');
    await page.clock.tickAsync(60_000);
    assert.equal(countdown.textContent, 'any moment');
    await page.click(page.find('.card button', 'Cancel'));
    assert.deepEqual(page.posted('act')[0]?.payload, { turnId: 'a1', action: 'cancel' });
  });

  it('offers what ends a wait for a key, and no other model, which would wait for it too', async () => {
    const remedy = { id: 'manageKeys', label: 'Manage Keys…' } as const;
    await setup({ isBusy: true, turns: [answer('a1', '', { ...waiting(undefined), remedy })] });
    const names = [...page.find('.card-actions').querySelectorAll('button')].map(({ textContent }) => textContent);
    assert.deepEqual(names, ['Manage Keys…', 'Cancel']);
  });

  it('offers to send before its time what can be sent then, by the keyboard too, and keeps the focus', async () => {
    await setup({ isBusy: true, turns: [answer('a1', '', waiting(1_000_000))] });
    const names = [...page.find('.card-actions').querySelectorAll('button')].map(({ textContent }) => textContent);
    assert.deepEqual(names, ['Try Now', 'Switch Model…', 'Cancel']);
    const tryNow = page.find('.card button', 'Try Now');
    tryNow.focus();
    assert.equal(page.document.activeElement, tryNow);
    await page.click(tryNow);
    assert.deepEqual(page.posted('act')[0]?.payload, { turnId: 'a1', action: 'sendNow' });
    assert.equal(page.document.activeElement, page.input);
    await page.change({ kind: 'turn', turn: answer('a1', '', waiting(undefined)) });
    assert.equal(page.query('.card button', 'Try Now'), undefined);
  });

  it('stops counting while nobody can see it, and is right again afterwards', async () => {
    page = await openChat({ now: 1_000_000 });
    const turns = [answer('a1', '', waiting(1_000_000 + 50_000))];
    await page.receive({ type: 'snapshot', payload: snapshot({ isBusy: true, turns }) });
    const see = async (visibilityState: string) => {
      Object.defineProperty(page.document, 'visibilityState', { value: visibilityState, configurable: true });
      page.document.dispatchEvent(new page.window.Event('visibilitychange'));
      await page.settle();
    };
    await see('hidden');
    assert.equal(page.clock.countTimers(), 0);
    await page.clock.tickAsync(30_000);
    await see('visible');
    assert.equal(page.find('.countdown').textContent, 'in 20 s');
  });

  it('keeps what arrived above the card of a failure, its first action first', async () => {
    await setup({ turns: [answer('a1', 'What arrived', failed(true))] });
    const article = page.find('article[aria-label="Claude, incomplete"]');
    assert.deepEqual(
      [...article.children].map(({ className }) => className),
      ['', 'markdown', 'card failed', 'actions'],
    );
    const buttons = [...article.querySelectorAll('.card button')].map((button) => [
      button.textContent,
      button.className,
    ]);
    assert.deepEqual(buttons, [
      ['Retry', 'primary'],
      ['Show Log', 'secondary'],
    ]);
    await page.click(page.find('.card button', 'Retry'));
    assert.deepEqual(page.posted('act')[0]?.payload, { turnId: 'a1', action: 'retry' });
  });

  it('offers Retry on the last turn only, the one that can be asked again', async () => {
    await setup({ turns: [question('q1', 'Why?'), answer('a1', 'What arrived', failed(true))] });
    await page.change({ kind: 'turn', turn: question('q2', 'And?') });
    assert.equal(page.query('.card button', 'Retry'), undefined);
    assert.equal(page.find('.card button', 'Show Log').className, 'secondary');
    await page.change({ kind: 'remove', turnIds: ['q2'] });
    assert.ok(page.query('.card button', 'Retry'));
  });

  it('keeps the focus when Retry or Cancel takes its button away, so that Escape still stops', async () => {
    await setup({ turns: [question('q1', 'Why?'), answer('a1', 'What arrived', failed(true))] });
    const retry = page.find('.card button', 'Retry');
    retry.focus();
    await page.click(retry);
    assert.equal(page.document.activeElement, page.input);
    await page.receive({
      type: 'snapshot',
      payload: snapshot({ revision: 2, isBusy: true, turns: [answer('a2', '', waiting(undefined))] }),
    });
    const cancel = page.find('.card button', 'Cancel');
    cancel.focus();
    await page.click(cancel);
    assert.equal(page.document.activeElement, page.input);
  });

  it('leaves the focus where it is for an action that leads elsewhere', async () => {
    await setup({ turns: [answer('a1', 'What arrived', failed(true))] });
    const showLog = page.find('.card button', 'Show Log');
    showLog.focus();
    await page.click(showLog);
    assert.equal(page.document.activeElement, showLog);
  });

  it('copies a code block and says so', async () => {
    await setup({ turns: [answer('a1', '```ts\nconst a = 1;\n```')] });
    const button = page.find('.code button', 'Copy');
    await page.click(button);
    assert.deepEqual(page.posted('copy')[0]?.payload, { text: 'const a = 1;' });
    assert.equal(button.textContent, 'Copied');
    assert.equal(page.find('[role="status"]').textContent, 'Copied');
    await page.clock.tickAsync(2_100);
    assert.equal(button.textContent, 'Copy');
  });

  it('has the host open a link, and nobody else', async () => {
    await setup({ turns: [answer('a1', '[the docs](https://example.com/limits "Limits")')] });
    let heard = 0;
    page.document.addEventListener('click', () => (heard += 1));
    const link = page.find('a', 'the docs');
    assert.equal(link.title, 'Limits\nhttps://example.com/limits');
    await page.click(link);
    assert.deepEqual(page.posted('openLink')[0]?.payload, { url: 'https://example.com/limits' });
    assert.equal(heard, 0);
  });

  it('shows the budgets as numbers and meters, and nothing while they are unknown', async () => {
    await setup();
    assert.equal(page.find('.budget.low').textContent, 'Input9.2k/30k');
    const meter = page.find('[role="meter"][aria-label="Input"]');
    assert.equal(meter.getAttribute('aria-valuetext'), '9.2k of 30k left, running low');
    assert.equal(page.find('.budget.low .fill').style.width, '31%');
    await page.receive({ type: 'snapshot', payload: snapshot({ buckets: [] }) });
    assert.equal(page.query('.budgets'), undefined);
  });

  it('welcomes a person without a key and offers to add one', async () => {
    await setup({ hasKey: false, buckets: [] });
    assert.equal(page.query('textarea'), undefined);
    await page.click(page.find('button', 'Add API Key…'));
    assert.equal(page.posted('addKey').length, 1);
  });

  it('keeps the conversation in view when the key is gone', async () => {
    await setup({ hasKey: false, turns: [question('q1', 'Why?')], notice: 'There is no API key to send with.' });
    assert.ok(page.query('article'));
    assert.ok(page.find('.notice').textContent.includes('There is no API key to send with.'));
    await page.click(page.find('.notice button', 'Add API Key…'));
    assert.equal(page.posted('addKey').length, 1);
  });

  it('reports its own errors to the log, a limited number of them', async () => {
    await setup();
    for (let count = 0; count < 30; count++) {
      page.window.dispatchEvent(new page.window.ErrorEvent('error', { error: new Error('broken'), message: 'broken' }));
    }
    assert.equal(page.posted('reportError').length, 20);
    assert.match(page.posted('reportError')[0]?.payload.message ?? '', /broken/);
  });

  it('announces the course of an answer, a failure assertively', async () => {
    await setup();
    await page.change({ kind: 'turn', turn: answer('a1', '', streaming) });
    assert.equal(page.find('[role="status"]').textContent, 'Claude is answering');
    await page.change({ kind: 'text', turnId: 'a1', text: 'Streamed words' });
    assert.equal(page.find('[role="status"]').textContent, 'Claude is answering');
    await page.change({ kind: 'turn', turn: answer('a1', 'Streamed words', failed(false)) });
    assert.equal(page.find('[role="alert"]').textContent, 'The key was refused. Nothing more is sent with it.');
    assert.equal(page.find('[role="status"]').textContent, '');
  });
});
