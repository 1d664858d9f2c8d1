import assert from 'node:assert/strict';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import { attachment, queued, question, snapshot, status } from './support/fixtures';

describe('messages in the queue', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  const queue = [queued('m1', 'And then?'), queued('m2', 'And after that?', attachment('a.ts'))];
  const full = snapshot({ isBusy: true, turns: [question('q1', 'Why?')], queue });

  async function setup() {
    page = await openChat({ snapshot: full });
    page.commands.length = 0;
  }

  /** The host has taken the words. */
  async function acceptFirst(text: string) {
    await page.change({ kind: 'status', status: status({ isBusy: true, queue: queue.with(0, queued('m1', text)) }) });
  }

  const box = () => page.textbox('Edit Queued Message');
  const held = () => page.posted('holdQueued').map(({ payload }) => payload.id);
  const said = () => page.find('[role="status"]').textContent;

  async function editFirst(text: string) {
    await page.click(page.find('button', 'Edit Queued Message'));
    await page.type(text, box());
  }

  it('stand above the input in their order, with what is sent along', async () => {
    await setup();
    const items = [...page.find('ol[aria-label="Queued messages"]').children];
    assert.deepEqual(
      items.map((item) => item.querySelector('.words')?.textContent),
      ['And then?', 'And after that?'],
    );
    assert.equal(items[1]?.querySelector('.chip-name')?.textContent, 'a.ts');
  });

  it('are edited in their place, and the focus is on the pencil again', async () => {
    await setup();
    await page.click(page.find('button', 'Edit Queued Message'));
    await page.type('And what then?', box());
    await page.press('Enter', {}, box());
    assert.deepEqual(page.posted('editQueued')[0]?.payload, { id: 'm1', text: 'And what then?' });
    await acceptFirst('And what then?');
    assert.equal(page.document.activeElement, page.find('button', 'Edit Queued Message'));
  });

  it('are left as they were on Escape, and when nothing was changed or nothing is left', async () => {
    await setup();
    for (const [text, key] of [
      ['Something else', 'Escape'],
      ['And then?', 'Enter'],
      [' ', 'Enter'],
    ] as const) {
      await page.click(page.find('button', 'Edit Queued Message'));
      await page.type(text, box());
      await page.press(key, {}, box());
      if (text === ' ') await page.press('Escape', {}, box());
    }
    assert.equal(page.posted('editQueued').length, 0);
    assert.equal(page.posted('stop').length, 0, 'Escape stopped the answer');
  });

  it('are removed or sent at once, and the focus is in the input then', async () => {
    await setup();
    const remove = page.find('button', 'Remove Queued Message');
    remove.focus();
    await page.click(remove);
    assert.deepEqual(page.posted('removeQueued')[0]?.payload, { id: 'm1' });
    assert.equal(page.document.activeElement, page.input);
    await page.click(page.find('button', 'Send Queued Message Now'));
    assert.deepEqual(page.posted('sendQueuedNow')[0]?.payload, { id: 'm1' });
  });

  it('are counted for a screen reader when one joins or leaves', async () => {
    await setup();
    await page.change({ kind: 'status', status: status({ isBusy: true, queue: [queued('m2', 'And after that?')] }) });
    assert.equal(page.find('[role="status"]').textContent, '1 message queued');
    await page.change({ kind: 'status', status: status({ isBusy: true }) });
    assert.equal(page.find('[role="status"]').textContent, 'No message queued');
  });

  it('are held back while they are edited, until the box is closed by either of its ends', async () => {
    await setup();
    await editFirst('And what then?');
    assert.deepEqual(held(), ['m1']);
    await page.press('Enter', {}, box());
    await acceptFirst('And what then?');
    assert.deepEqual(held(), ['m1', null]);
    const names = page.commands.map(({ type }) => type);
    assert.ok(names.indexOf('editQueued') < names.lastIndexOf('holdQueued'), 'it was let go with its old words');
    await editFirst('And what now?');
    await page.press('Escape', {}, box());
    assert.deepEqual(held(), ['m1', null, 'm1', null]);
  });

  it('keep what was edited over a reload, and are held back again', async () => {
    await setup();
    await editFirst('And what then?');
    const viewState = page.viewState();
    page.close();
    page = await openChat({ viewState, snapshot: full });
    assert.equal(box().value, 'And what then?');
    assert.deepEqual(held(), ['m1']);
  });

  it('give what was written to the draft, after what is there, when they leave while they are edited', async () => {
    await setup();
    await page.type('A draft');
    await editFirst('And what then?');
    await page.change({ kind: 'status', status: status({ isBusy: true, queue: queue.slice(1) }) });
    assert.equal(page.input.value, 'A draft\n\nAnd what then?');
    assert.equal(page.document.activeElement, page.input);
    assert.equal(said(), 'That message has left the queue. What you wrote is in the message box.');
    assert.equal(page.query('.queue textarea'), undefined);
    assert.deepEqual(held(), ['m1', null]);
  });

  it('leave nothing in the draft when not a word of them was changed', async () => {
    await setup();
    await page.click(page.find('button', 'Edit Queued Message'));
    await page.change({ kind: 'status', status: status({ isBusy: true }) });
    assert.equal(page.input.value, '');
    assert.equal(page.document.activeElement, page.input);
    assert.equal(said(), 'No message queued');
  });

  it('that left while the view was away give what was written to the draft as well', async () => {
    await setup();
    await editFirst('And what then?');
    const viewState = page.viewState();
    page.close();
    page = await openChat({ viewState, snapshot: snapshot() });
    assert.equal(page.input.value, 'And what then?');
  });

  it('of another conversation wait with what was written until theirs is shown again', async () => {
    await setup();
    await editFirst('And what then?');
    await page.receive({ type: 'snapshot', payload: snapshot({ revision: 2, conversationId: 'c2' }) });
    assert.equal(page.input.value, '');
    await page.receive({ type: 'snapshot', payload: { ...full, revision: 3 } });
    assert.equal(box().value, 'And what then?');
    await page.receive({ type: 'snapshot', payload: snapshot({ revision: 4, conversationId: 'c2' }) });
    await page.receive({ type: 'snapshot', payload: snapshot({ revision: 5 }) });
    assert.equal(page.input.value, 'And what then?');
  });

  it('are edited one at a time', async () => {
    await setup();
    await editFirst('And what then?');
    assert.ok(page.find('button', 'Edit Queued Message').hasAttribute('disabled'));
    await page.press('Escape', {}, box());
    assert.ok(!page.find('button', 'Edit Queued Message').hasAttribute('disabled'));
  });

  it('stay in their box when the host does not take the words, or there are more of them by then', async () => {
    await setup();
    await editFirst('Far too many words');
    await page.press('Enter', {}, box());
    await page.change({ kind: 'status', status: status({ isBusy: true, queue, notice: 'Too long.' }) });
    assert.equal(box().value, 'Far too many words');
    await page.type('Fewer words', box());
    await page.press('Enter', {}, box());
    await page.type('Fewer words, and', box());
    await acceptFirst('Fewer words');
    assert.equal(box().value, 'Fewer words, and');
    await page.press('Enter', {}, box());
    await acceptFirst('Fewer words, and');
    assert.equal(page.query('.queue textarea'), undefined);
    assert.deepEqual(held(), ['m1', null]);
  });

  it('of two conversations are not edited at once: what was written first goes to the draft of its own', async () => {
    await setup();
    await editFirst('And what then?');
    await page.receive({
      type: 'snapshot',
      payload: { ...full, revision: 2, conversationId: 'c2', queue: [queued('x1', 'Else?')] },
    });
    await page.click(page.find('button', 'Edit Queued Message'));
    assert.equal(page.input.value, '');
    await page.receive({ type: 'snapshot', payload: { ...full, revision: 3 } });
    assert.equal(page.input.value, 'And what then?');
    assert.equal(held().at(-1), null, 'the first is still held back');
  });

  it('may be emptied where something is sent along', async () => {
    await setup();
    await page.click(
      [...page.document.querySelectorAll<HTMLElement>('[aria-label="Edit Queued Message"]')][1] ?? box(),
    );
    await page.type('', box());
    await page.click(page.find('button', 'Save'));
    assert.deepEqual(page.posted('editQueued')[0]?.payload, { id: 'm2', text: '' });
  });

  it('say that they are paused, once to those who listen, and go on when asked', async () => {
    await setup();
    assert.equal(page.query('button', 'Resume'), undefined);
    await page.change({ kind: 'status', status: status({ queue, isQueuePaused: true }) });
    assert.equal(said(), 'Paused: the answer before it did not end well');
    const words = page.find('[role="status"]').firstElementChild;
    await page.change({ kind: 'status', status: status({ queue, isQueuePaused: true, title: 'Buckets' }) });
    assert.equal(page.find('[role="status"]').firstElementChild, words);
    assert.match(page.find('.queue-paused').textContent, /^Paused: the answer before it did not end well/);
    await page.click(page.find('button', 'Resume'));
    assert.equal(page.posted('resumeQueue').length, 1);
    assert.equal(page.document.activeElement, page.input);
    await page.change({ kind: 'status', status: status({ isQueuePaused: true }) });
    assert.equal(page.query('.queue-paused'), undefined, 'nothing is paused where nothing waits');
  });
});
