import assert from 'node:assert/strict';
import type { TurnView } from '../../src/protocol/chat';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import { answer, question, snapshot } from './support/fixtures';

function writeTurns(count: number): TurnView[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? question(`t${index}`, `Question ${index}`) : answer(`t${index}`, `Answer ${index}`),
  );
}

describe('a long conversation', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  const shown = () =>
    [...page.document.querySelectorAll('[data-turn]')].map((element) => element.getAttribute('data-turn'));

  it('shows its last turns at first, and the others as the person scrolls near', async () => {
    page = await openChat({ snapshot: snapshot({ turns: writeTurns(1_000) }) });
    assert.equal(shown().length, 10);
    assert.equal(shown().at(-1), 't999');
    assert.equal(page.find('.earlier').textContent, 'Show 990 earlier messages');
    await page.scrollNear('.earlier');
    assert.equal(shown().length, 30);
    assert.equal(shown()[0], 't970');
  });

  it('shows earlier ones at the press of a button too, until there are none', async () => {
    page = await openChat({ snapshot: snapshot({ turns: writeTurns(50) }) });
    await page.click(page.find('.earlier'));
    await page.click(page.find('.earlier'));
    assert.equal(shown().length, 50);
    assert.equal(page.query('.earlier'), undefined);
  });

  it('does not move what is on the screen when earlier ones come', async () => {
    page = await openChat({ snapshot: snapshot({ turns: writeTurns(100) }) });
    const { DOMRect } = page.document.defaultView ?? globalThis;
    const log = page.find('[role="log"]');
    // Each turn 100 pixels high, in the order of the document.
    page.window.Element.prototype.getBoundingClientRect = function getBoundingClientRect(this: Element) {
      const index = [...page.document.querySelectorAll('[data-turn]')].indexOf(this);
      return DOMRect.fromRect({ y: index * 100 - log.scrollTop, width: 100, height: 100 });
    };
    log.scrollTop = 50;
    await page.scrollNear('.earlier');
    assert.equal(log.scrollTop, 50 + 20 * 100);
  });

  it('has the turn that was at the top before a reload, however far up', async () => {
    page = await openChat({ viewState: { draft: '', topTurnId: 't500' } });
    page.window.Element.prototype.scrollIntoView = () => {};
    await page.receive({ type: 'snapshot', payload: snapshot({ turns: writeTurns(1_000) }) });
    assert.equal(shown()[0], 't500');
  });

  it('holds no more turns in the page as it goes on, while the person is at its end', async () => {
    page = await openChat({ snapshot: snapshot({ turns: writeTurns(20) }) });
    let most = 0;
    for (const turn of writeTurns(150).slice(20)) {
      await page.change({ kind: 'turn', turn });
      most = Math.max(most, shown().length);
    }
    assert.ok(most <= 61, `${most} turns were in the page`);
    assert.equal(shown().at(-1), 't149');
  });

  it('shows what is left when most of it was deleted', async () => {
    page = await openChat({ snapshot: snapshot({ turns: writeTurns(100) }) });
    const turnIds = writeTurns(100).map(({ id }) => id);
    await page.change({ kind: 'remove', turnIds: turnIds.slice(10) });
    assert.deepEqual(shown(), turnIds.slice(0, 10));
  });
});
