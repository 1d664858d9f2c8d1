import assert from 'node:assert/strict';
import * as v from 'valibot';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import { snapshot } from './support/fixtures';

const keptSchema = v.object({ drafts: v.array(v.object({ conversationId: v.string(), text: v.string() })) });

describe('the draft', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  async function setup() {
    page = await openChat({ snapshot: snapshot() });
  }

  let revision = 1;
  async function show(conversationId: string) {
    revision += 1;
    await page.receive({ type: 'snapshot', payload: snapshot({ revision, conversationId }) });
  }

  const kept = () => v.parse(keptSchema, page.viewState()).drafts;
  const told = () => page.posted('draft').map(({ payload }) => payload.text);

  it('is that of its conversation, and a new one has none', async () => {
    await setup();
    await page.type('Half a thou');
    await show('c2');
    assert.equal(page.input.value, '');
    await page.type('Another');
    await show('c1');
    assert.equal(page.input.value, 'Half a thou');
    await show('c2');
    assert.equal(page.input.value, 'Another');
  });

  it('of each conversation is there after a reload', async () => {
    await setup();
    await page.type('Half a thou');
    await show('c2');
    await page.type('Another');
    const viewState = page.viewState();
    page.close();
    page = await openChat({ viewState, snapshot: snapshot({ conversationId: 'c2' }) });
    assert.equal(page.input.value, 'Another');
    await show('c1');
    assert.equal(page.input.value, 'Half a thou');
  });

  it('that is shown is the one the host is told of, at once after a switch', async () => {
    await setup();
    await page.type('Half a thou');
    await show('c2');
    assert.deepEqual(told(), ['']);
    await show('c1');
    await page.clock.tickAsync(1_000);
    assert.deepEqual(told(), ['', 'Half a thou']);
  });

  it('is given up in its own conversation when it was sent from there', async () => {
    await setup();
    await page.type('Hello');
    await page.press('Enter');
    const draftId = page.posted('send')[0]?.payload.draftId ?? 0;
    await show('c2');
    await page.type('Hello there');
    await page.receive({ type: 'sendResult', payload: { draftId, isAccepted: true } });
    assert.equal(page.input.value, 'Hello there');
    await show('c1');
    assert.equal(page.input.value, '');
  });

  it('that the host sets is that of the conversation shown', async () => {
    await setup();
    await show('c2');
    await page.receive({ type: 'setDraft', payload: { text: 'Explain this' } });
    await show('c1');
    assert.equal(page.input.value, '');
    await show('c2');
    assert.equal(page.input.value, 'Explain this');
  });

  it('of a version that kept only one goes to the conversation that is shown first, and to no other', async () => {
    page = await openChat({ viewState: { draft: 'Half a thou', topTurnId: 'q1' }, snapshot: snapshot() });
    assert.equal(page.input.value, 'Half a thou');
    assert.deepEqual(kept(), [{ conversationId: 'c1', text: 'Half a thou' }]);
    await show('c2');
    assert.equal(page.input.value, '');
  });

  it('that was written before there was a conversation goes along to the first, sent or not', async () => {
    page = await openChat({ snapshot: snapshot({ conversationId: '' }) });
    await page.type('Hello');
    await page.press('Enter');
    await page.type('Hello, and');
    await show('c1');
    assert.equal(page.input.value, 'Hello, and');
    const draftId = page.posted('send')[0]?.payload.draftId ?? 0;
    await page.receive({ type: 'sendResult', payload: { draftId, isAccepted: true } });
    assert.equal(page.input.value, ', and');
  });

  it('is kept for the latest conversations only', async () => {
    await setup();
    for (let index = 0; index < 25; index++) {
      await show(`c${index}`);
      await page.type(`Draft ${index}`);
    }
    assert.equal(kept().length, 20);
    await show('c0');
    assert.equal(page.input.value, '');
    await show('c5');
    assert.equal(page.input.value, 'Draft 5');
  });
});
