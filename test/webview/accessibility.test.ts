import assert from 'node:assert/strict';
import { source as axeSource } from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { ChatSnapshot } from '../../src/protocol/chat';
import { openChat } from './support/chatPage';
import { states } from './support/states';

/** The rules that need layout or a whole web site; contrast is looked at in the gallery, where there are pixels. */
const withoutLayout = { 'color-contrast': { enabled: false } };

async function findViolations(snapshot: ChatSnapshot): Promise<string[]> {
  const page = await openChat({ snapshot });
  try {
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
});
