import assert from 'node:assert/strict';
import { source as axeSource } from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { ChatSnapshot } from '../../src/protocol/chat';
import { openChat } from './support/chatPage';
import { states } from './support/states';

/** The rules that need layout or a whole web site; contrast is looked at in the gallery, where there are pixels. */
const withoutLayout = { 'color-contrast': { enabled: false } };

async function findViolations(snapshot: ChatSnapshot, ...pressed: readonly string[]): Promise<string[]> {
  const page = await openChat({ snapshot });
  try {
    for (const name of pressed) await page.click(page.find('button', name));
    page.clock.uninstall();
    page.window.eval(axeSource);
    const run = `axe.run(document, ${JSON.stringify({ rules: withoutLayout })}).then(JSON.stringify)`;
    const results: AxeResults = JSON.parse(String(await page.window.eval(run)));
    assert.ok(results.passes.length > 5);
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  } finally {
    page.close();
  }
}

describe('accessibility', () => {
  for (const [name, snapshot] of Object.entries(states)) {
    it(`has no serious fault in the state: ${name}`, async () => {
      assert.deepEqual(await findViolations(snapshot), []);
    });
  }

  it('has no serious fault while a question and a queued message are edited, and with details open', async () => {
    assert.deepEqual(await findViolations(states.branches, 'Edit', 'Details'), []);
    assert.deepEqual(await findViolations(states.queue, 'Edit Queued Message', 'Edit'), []);
  });

  it('has every button named, and in the order in which a person reads', async () => {
    const page = await openChat({ snapshot: states.branches });
    const names = [...page.document.querySelectorAll('button')].map(
      (button) => button.getAttribute('aria-label') ?? button.textContent.trim(),
    );
    const ofQuestion = ['Edit', 'Copy Your Message', 'Delete From Here'];
    const ofAnswer = ['Copy Answer', 'Ask Again', 'Details', 'Delete Answer and What Follows'];
    const versions = ['Previous Version', 'Next Version'];
    const composer = ['Add Context…', 'Model: Sonnet 5.5', 'Send'];
    const inOrder = ['Chat History…', ofQuestion, versions, ofAnswer, versions, composer].flat();
    assert.deepEqual(names, inOrder);
    assert.equal(page.query('[tabindex]:not([tabindex="0"])'), undefined, 'something is out of the order');
    page.close();
  });

  it('has no picture without words, but for those that stand beside their words', async () => {
    for (const snapshot of [states.context, states.queue, states['too large']]) {
      const page = await openChat({ snapshot });
      const silent = [...page.document.querySelectorAll('.codicon, svg')].filter(
        (icon) => icon.getAttribute('aria-hidden') !== 'true' && !icon.hasAttribute('aria-label'),
      );
      assert.deepEqual(silent, []);
      page.close();
    }
  });
});
