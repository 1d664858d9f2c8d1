import assert from 'node:assert/strict';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import { answer, question, snapshot, streaming } from './support/fixtures';

describe('the composer', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  async function setup(...[change]: Parameters<typeof snapshot>) {
    page = await openChat({ snapshot: snapshot(change) });
    return page;
  }

  async function settleDraft(isAccepted: boolean, draftId = page.posted('send').at(-1)?.payload.draftId ?? 0) {
    await page.receive({ type: 'sendResult', payload: { draftId, isAccepted } });
  }

  it('sends on Enter and gives up the draft only when it was accepted', async () => {
    await setup();
    await page.type('Hello');
    const event = await page.press('Enter');
    assert.equal(event.defaultPrevented, true);
    assert.equal(page.posted('send')[0]?.payload.text, 'Hello');
    assert.equal(page.input.value, 'Hello');
    await settleDraft(true);
    assert.equal(page.input.value, '');
    assert.deepEqual(page.viewState(), { drafts: [], topTurnId: undefined, edit: undefined, queuedEdit: undefined });
  });

  it('keeps the draft when it was refused, and when another one was accepted', async () => {
    await setup();
    await page.type('Hello');
    await page.press('Enter');
    await settleDraft(true, 1);
    assert.equal(page.input.value, 'Hello');
    await settleDraft(false);
    assert.equal(page.input.value, 'Hello');
    await page.press('Enter');
    assert.equal(page.posted('send').length, 2);
  });

  it('sends a message once however often Enter is pressed', async () => {
    await setup();
    await page.type('Hello');
    await page.press('Enter');
    await page.press('Enter');
    assert.equal(page.posted('send').length, 1);
  });

  it('keeps what was typed on while the message was under way', async () => {
    await setup();
    await page.type('Hello');
    await page.press('Enter');
    await page.type('Hello, and');
    await settleDraft(true);
    assert.equal(page.input.value, ', and');
  });

  it('breaks the line on Shift+Enter and leaves Enter to an input method', async () => {
    await setup();
    await page.type('Hello');
    assert.equal((await page.press('Enter', { shiftKey: true })).defaultPrevented, false);
    assert.equal((await page.press('Enter', { isComposing: true })).defaultPrevented, false);
    assert.equal((await page.press('Enter', { keyCode: 229 })).defaultPrevented, false);
    assert.equal(page.posted('send').length, 0);
  });

  it('has nothing to send while there are no words', async () => {
    await setup();
    await page.type(' \n ');
    await page.press('Enter');
    assert.equal(page.posted('send').length, 0);
    assert.equal(page.find('button', 'Send').hasAttribute('disabled'), true);
    await page.type('Hello');
    await page.click(page.find('button', 'Send'));
    assert.equal(page.posted('send').length, 1);
  });

  it('sends while Claude is answering as well: the message joins the queue', async () => {
    await setup({ isBusy: true, turns: [answer('a1', '', streaming)] });
    assert.equal(page.query('button', 'Send Next'), undefined);
    await page.type('And then?');
    assert.equal(page.find('.fit').textContent, 'queued next');
    await page.press('Enter');
    assert.equal(page.posted('send')[0]?.payload.text, 'And then?');
    await settleDraft(true);
    assert.equal(page.input.value, '');
    await page.type('And after that?');
    await page.click(page.find('button', 'Send Next'));
    assert.equal(page.posted('send')[1]?.payload.text, 'And after that?');
    assert.ok(page.query('button', 'Stop'));
  });

  it('stops by its button and by Escape while there is something to stop', async () => {
    await setup();
    assert.equal((await page.press('Escape')).defaultPrevented, false);
    await page.receive({ type: 'snapshot', payload: snapshot({ isBusy: true }) });
    await page.press('Escape', { isComposing: true });
    assert.equal(page.posted('stop').length, 0);
    await page.press('Escape');
    await page.click(page.find('button', 'Stop'));
    assert.equal(page.posted('stop').length, 2);
    assert.equal(page.document.activeElement, page.input);
  });

  it('stops by Escape wherever the focus is, also when it is nowhere', async () => {
    await setup({ isBusy: true });
    const event = new page.window.KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
    page.document.body.dispatchEvent(event);
    assert.equal(event.defaultPrevented, true);
    assert.equal(page.posted('stop').length, 1);
  });

  it('sends without a known key as well, for the host to look again, and keeps the draft when there is none', async () => {
    await setup({ hasKey: false, turns: [question('q1', 'Why?')], notice: 'Add an API key first.' });
    await page.type('And?');
    await page.click(page.find('button', 'Send'));
    assert.equal(page.posted('send')[0]?.payload.text, 'And?');
    await settleDraft(false);
    assert.equal(page.input.value, 'And?');
    assert.ok(page.query('.notice button', 'Add API Key…'));
  });

  it('has the draft of the last load', async () => {
    page = await openChat({ viewState: { draft: 'Half a thou' }, snapshot: snapshot() });
    assert.equal(page.input.value, 'Half a thou');
  });

  it('starts empty from a kept state of another shape', async () => {
    page = await openChat({ viewState: { draft: 7 }, snapshot: snapshot() });
    assert.equal(page.input.value, '');
  });

  it('takes the focus when the host wishes', async () => {
    await setup();
    await page.receive({ type: 'focusInput', payload: undefined });
    assert.equal(page.document.activeElement, page.input);
  });

  it('is filled, not sent, by an example', async () => {
    await setup();
    await page.click(page.find('.example'));
    assert.equal(page.input.value, 'Explain what a token bucket is, in three points.');
    assert.equal(page.document.activeElement, page.input);
    assert.equal(page.posted('send').length, 0);
  });

  it('names the model', async () => {
    await setup();
    assert.equal(page.find('.model').textContent, 'Model: Sonnet 5.5');
  });
});

describe('scrolling', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  /** A log of 1,000 pixels seen through 200. */
  async function setup() {
    const turns = [question('q1', 'Why?'), answer('a1', 'So', streaming)];
    page = await openChat({ snapshot: snapshot({ isBusy: true, turns }) });
    const log = page.find('[role="log"]');
    let height = 1_000;
    Object.defineProperties(log, {
      scrollHeight: { get: () => height },
      clientHeight: { get: () => 200 },
    });
    const scrollTo = async (top: number) => {
      log.scrollTop = top;
      log.dispatchEvent(new page.window.Event('scroll'));
      await page.settle();
    };
    const grow = async (pixels: number) => {
      height += pixels;
      await page.change({ kind: 'text', turnId: 'a1', text: ' it goes on' });
    };
    await scrollTo(800);
    return { log, scrollTo, grow };
  }

  it('stays at the latest words while the person is there', async () => {
    const { log, grow } = await setup();
    await grow(100);
    assert.equal(log.scrollTop, 1_100);
    assert.equal(page.query('button', 'Jump to latest'), undefined);
  });

  it('leaves a person alone who has scrolled up, and brings them back when asked', async () => {
    const { log, scrollTo, grow } = await setup();
    await scrollTo(300);
    await grow(100);
    assert.equal(log.scrollTop, 300);
    await page.click(page.find('button', 'Jump to latest'));
    assert.equal(log.scrollTop, 1_100);
    await grow(50);
    assert.equal(log.scrollTop, 1_150);
  });

  it('sticks again when the person returns to the end by hand', async () => {
    const { log, scrollTo, grow } = await setup();
    await scrollTo(300);
    await scrollTo(795);
    await grow(100);
    assert.equal(log.scrollTop, 1_100);
  });

  it('returns to the turn that was at the top before a reload', async () => {
    const seen: string[] = [];
    page = await openChat({ viewState: { draft: '', topTurnId: 'q2' } });
    page.window.Element.prototype.scrollIntoView = function scrollIntoView(this: Element) {
      seen.push(this.getAttribute('data-turn') ?? '');
    };
    await page.receive({ type: 'snapshot', payload: snapshot({ turns: [question('q1', 'a'), question('q2', 'b')] }) });
    assert.deepEqual(seen, ['q2']);
    assert.ok(page.query('button', 'Jump to latest'));
  });
});
