import assert from 'node:assert/strict';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import {
  answer,
  attachment,
  done,
  elsewhere,
  facts,
  failed,
  question,
  snapshot,
  status,
  streaming,
} from './support/fixtures';

/** The conversation with another one of its three answers. */
function versionOf(id: string, position: number) {
  return [question('q1', 'Why?'), answer(id, `Answer ${position}`, done, { branch: { position, count: 3 } })];
}

describe('a turn', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  async function setup(...[change]: Parameters<typeof snapshot>) {
    page = await openChat({
      snapshot: snapshot({ turns: [question('q1', 'Why?'), answer('a1', 'So.', done, { facts })], ...change }),
    });
    return page;
  }

  const edited = () => page.textbox('Edit your message');
  const focused = () => page.document.activeElement;

  it('of the person is edited in its place, and asked anew on Enter', async () => {
    await setup();
    await page.click(page.find('button', 'Edit'));
    assert.equal(edited().value, 'Why?');
    assert.equal(focused(), edited());
    await page.type('Why not?', edited());
    await page.press('Enter', {}, edited());
    const { draftId, ...sent } = page.posted('edit')[0]?.payload ?? {};
    assert.deepEqual(sent, { turnId: 'q1', text: 'Why not?' });
    await page.press('Enter', {}, edited());
    assert.equal(page.posted('edit').length, 1, 'it was sent twice');
    await page.receive({ type: 'sendResult', payload: { draftId: draftId ?? 0, isAccepted: true } });
    assert.equal(page.query('textarea', 'Edit your message'), undefined);
    assert.equal(focused(), page.input);
  });

  it('keeps what was edited when the host refuses it, and over a reload', async () => {
    await setup();
    await page.click(page.find('button', 'Edit'));
    await page.type('Why not?', edited());
    await page.press('Enter', {}, edited());
    const draftId = page.posted('edit')[0]?.payload.draftId ?? 0;
    await page.receive({ type: 'sendResult', payload: { draftId, isAccepted: false } });
    assert.equal(edited().value, 'Why not?');
    const viewState = page.viewState();
    page.close();
    page = await openChat({ viewState, snapshot: snapshot({ turns: [question('q1', 'Why?')] }) });
    assert.equal(edited().value, 'Why not?');
  });

  it('is left as it was on Escape, which does not stop an answer then, and the focus is on the pencil again', async () => {
    await setup({ isBusy: false });
    await page.click(page.find('button', 'Edit'));
    await page.receive({
      type: 'delta',
      payload: { revision: 2, delta: { kind: 'status', status: status({ isBusy: true }) } },
    });
    await page.press('Escape', {}, edited());
    assert.equal(page.posted('stop').length, 0);
    assert.equal(page.posted('edit').length, 0);
    assert.equal(page.find('.question .words').textContent, 'Why?');
    assert.equal(focused(), page.find('button', 'Edit'));
  });

  it('is not asked anew while an answer runs, and says so', async () => {
    await setup();
    await page.click(page.find('button', 'Edit'));
    await page.change({ kind: 'status', status: status({ isBusy: true }) });
    await page.press('Enter', {}, edited());
    assert.equal(page.posted('edit').length, 0);
    assert.match(page.find('.edit-box .hint').textContent, /still answering/);
    for (const name of ['Ask Again', 'Delete From Here', 'Delete Answer and What Follows']) {
      assert.ok(page.find('button', name).hasAttribute('disabled'), name);
    }
  });

  it('leaves Enter to an input method, and breaks the line on Shift+Enter', async () => {
    await setup();
    await page.click(page.find('button', 'Edit'));
    assert.equal((await page.press('Enter', { isComposing: true }, edited())).defaultPrevented, false);
    assert.equal((await page.press('Enter', { shiftKey: true }, edited())).defaultPrevented, false);
    await page.press('Escape', { isComposing: true }, edited());
    assert.ok(page.query('textarea', 'Edit your message'));
    assert.equal(page.posted('edit').length, 0);
  });

  it('is copied as it was written', async () => {
    await setup({ turns: [question('q1', 'Why *that*?'), answer('a1', 'So **it** is.')] });
    await page.click(page.find('button', 'Copy Your Message'));
    await page.click(page.find('button', 'Copy Answer'));
    assert.deepEqual(
      page.posted('copy').map(({ payload }) => payload.text),
      ['Why *that*?', 'So **it** is.'],
    );
    assert.equal(page.find('[role="status"]').textContent, 'Copied');
  });

  it('is deleted, and the focus is in the input then', async () => {
    await setup();
    const remove = page.find('button', 'Delete From Here');
    remove.focus();
    await page.click(remove);
    assert.deepEqual(page.posted('remove')[0]?.payload, { turnId: 'q1' });
    assert.equal(focused(), page.input);
  });

  it('is said to be deleted once it is gone, not when it goes for another reason', async () => {
    await setup();
    const said = () => page.find('[role="status"]').textContent;
    await page.click(page.find('button', 'Delete Answer and What Follows'));
    assert.equal(said(), '');
    await page.change({ kind: 'remove', turnIds: ['a1'] });
    assert.equal(said(), 'Deleted');
    await page.change({ kind: 'turn', turn: answer('a2', 'So.') });
    await page.click(page.find('button', 'Delete Answer and What Follows'));
    await page.click(page.find('button', 'Ask Again'));
    await page.change({ kind: 'turn', turn: answer('a3', '', streaming) });
    await page.change({ kind: 'remove', turnIds: ['a2'] });
    assert.equal(said(), 'Claude is answering');
  });

  it('may be put without words where something is sent along', async () => {
    const along = [attachment('a.ts')];
    await setup({ turns: [question('q1', 'Why?', { attachments: along }), question('q2', 'And?')] });
    await page.click(page.find('button', 'Edit'));
    await page.type(' ', edited());
    await page.press('Enter', {}, edited());
    assert.equal(page.posted('edit')[0]?.payload.turnId, 'q1');
    assert.ok(!page.find('button', 'Send Again').hasAttribute('disabled'));
    await page.click([...page.document.querySelectorAll<HTMLElement>('[aria-label="Edit"]')][1] ?? page.input);
    await page.type(' ', edited());
    assert.ok(page.find('button', 'Send Again').hasAttribute('disabled'));
  });

  it('of Claude can be asked again, the last one or any other', async () => {
    await setup({
      turns: [question('q1', 'Why?'), answer('a1', 'So.'), question('q2', 'And?'), answer('a2', '', failed(false))],
    });
    const [first, second] = [...page.document.querySelectorAll('.answer')];
    assert.equal(first?.querySelectorAll('[aria-label="Ask Again"]').length, 1);
    assert.equal(second?.querySelectorAll('[aria-label="Ask Again"]').length, 0, 'its card offers it already');
    await page.click(page.find('button', 'Ask Again'));
    assert.deepEqual(page.posted('act')[0]?.payload, { turnId: 'a1', action: 'retry' });
  });

  it('that broke off goes on where it stopped', async () => {
    await setup({
      turns: [question('q1', 'Why?'), answer('a1', 'So', failed(true, { id: 'continue', label: 'Continue' }))],
    });
    const button = page.find('.card button', 'Continue');
    assert.equal(button.className, 'primary');
    button.focus();
    await page.click(button);
    assert.deepEqual(page.posted('act')[0]?.payload, { turnId: 'a1', action: 'continue' });
    assert.equal(focused(), page.input);
  });

  it('has arrows to its other versions, and the focus stays on them', async () => {
    await setup({ turns: versionOf('a2', 2) });
    assert.equal(page.find('.branches').textContent, '2 of 3');
    const next = page.find('button', 'Next Version');
    next.focus();
    await page.click(next);
    assert.deepEqual(page.posted('showBranch')[0]?.payload, { turnId: 'a2', step: 1 });
    await page.receive({ type: 'snapshot', payload: snapshot({ revision: 2, turns: versionOf('a3', 3) }) });
    assert.equal(page.find('.branches').textContent, '3 of 3');
    assert.ok(page.find('button', 'Next Version').hasAttribute('disabled'));
    assert.equal(focused(), page.find('button', 'Previous Version'));
    assert.equal(page.find('[role="status"]').textContent, '3 of 3');
  });

  it('has no arrows when it is the only version', async () => {
    await setup();
    assert.equal(page.query('.branches'), undefined);
  });

  it('tells what it took when asked', async () => {
    await setup();
    assert.equal(page.query('.facts'), undefined);
    const button = page.find('button', 'Details');
    assert.equal(button.getAttribute('aria-expanded'), 'false');
    await page.click(button);
    assert.equal(button.getAttribute('aria-expanded'), 'true');
    assert.deepEqual(
      [...page.document.querySelectorAll('.facts dt')].map(({ textContent }) => textContent),
      facts.map(({ label }) => label),
    );
    await page.click(button);
    assert.equal(page.query('.facts'), undefined);
  });

  it('folds what Claude thought, and makes it only when it is opened', async () => {
    await setup({ isBusy: true, turns: [answer('a1', '', streaming)] });
    await page.change({ kind: 'thinking', turnId: 'a1', text: 'First the ' });
    await page.change({ kind: 'thinking', turnId: 'a1', text: 'bucket.' });
    const details = page.find('details.thinking');
    assert.equal(details.querySelector('summary')?.textContent, 'Thinking…');
    assert.equal(details.querySelector('.markdown'), null);
    details.toggleAttribute('open', true);
    details.dispatchEvent(new page.window.Event('toggle'));
    await page.settle();
    assert.equal(details.querySelector('.markdown')?.textContent, 'First the bucket.');
    await page.change({ kind: 'text', turnId: 'a1', text: 'So.' });
    assert.equal(details.querySelector('summary')?.textContent, 'Thinking');
  });

  it('that another window answers cannot be stopped here', async () => {
    await setup({ isBusy: true, turns: [answer('a1', 'So', elsewhere)] });
    assert.equal(page.find('.note').textContent, 'answering in another window…');
    assert.equal(page.query('button', 'Stop'), undefined);
    await page.press('Escape');
    assert.equal(page.posted('stop').length, 0);
  });

  it('has all its actions in reach of the Tab key', async () => {
    await setup();
    const buttons = [...page.document.querySelectorAll<HTMLElement>('.turn .actions button')];
    assert.ok(buttons.length >= 7);
    for (const button of buttons) {
      button.focus();
      assert.equal(focused(), button);
      assert.equal(button.tabIndex, 0);
      assert.notEqual(button.getAttribute('aria-label'), null);
    }
  });

  it('of another conversation replaces all there was', async () => {
    await setup({ queue: [{ id: 'm1', text: 'Later', attachments: [] }], title: 'One' });
    await page.receive({
      type: 'snapshot',
      payload: snapshot({ revision: 5, conversationId: 'c2', title: 'Two', turns: [question('x1', 'Else?')] }),
    });
    assert.equal(page.find('h2').textContent, 'Two');
    assert.equal(page.document.querySelectorAll('article').length, 1);
    assert.equal(page.query('.queue'), undefined);
    assert.equal(page.find('[role="status"]').textContent, 'Chat: Two');
  });

  it('that is no longer sent as it is stands before a line that says so', async () => {
    const history = {
      beforeTurnId: 'a1',
      title: '1 earlier message is summarized',
      detail: 'They **asked**.',
      canUndo: true,
    };
    await setup({ history });
    const line = page.find('.history-line');
    assert.equal(line.previousElementSibling?.getAttribute('data-turn'), 'q1');
    assert.equal(line.querySelector('strong')?.textContent, 'asked');
    await page.click(page.find('button', 'Send It All Again'));
    assert.equal(page.posted('undoHistory').length, 1);
    await page.change({
      kind: 'status',
      status: status({ history: { ...history, detail: undefined, canUndo: false } }),
    });
    assert.equal(page.query('.history-line details'), undefined);
    assert.equal(page.query('.history-line button'), undefined);
  });
});
