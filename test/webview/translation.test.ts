import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import { answer, question, snapshot } from './support/fixtures';

describe('the texts of the chat', () => {
  let page: ChatPage;
  afterEach(() => page?.close());

  it('are in the language that the host has put on the page', async () => {
    const contents = {
      You: 'Du',
      'Message Claude': 'Nachricht an Claude',
      Copy: 'Kopieren',
      '{0} of {1} left': '{0} von {1}',
    };
    page = await openChat({
      translation: { lang: 'de', contents },
      snapshot: snapshot({ turns: [question('q1', 'Warum?'), answer('a1', '```\nDarum\n```')] }),
    });
    assert.equal(page.document.documentElement.lang, 'de');
    assert.ok(page.query('article', 'Du'));
    assert.ok(page.textbox('Nachricht an Claude'));
    assert.equal(page.find('.code .word').textContent, 'Kopieren');
    assert.match(page.find('[role="meter"]').getAttribute('aria-valuetext') ?? '', /^47 von 50$/);
    assert.ok(page.query('button', 'Send'), 'what has no translation is English');
  });

  it('are English when there is none', async () => {
    page = await openChat({ snapshot: snapshot() });
    assert.equal(page.document.documentElement.lang, 'en');
    assert.ok(page.query('button', 'Send'));
  });

  it('are all made where a translator finds them', async () => {
    for (const file of ['src/webview/chat/strings.ts', 'src/webview/markdown/strings.ts']) {
      const source = await readFile(file, 'utf8');
      // Quoted words with a capital that are not the argument of l10n.t.
      const loose = source.match(/(?<!l10n\.t\()(?<!l10n\.t\(\n\s*)'[A-Z][a-z]+[^'\n]*'/g) ?? [];
      assert.deepEqual(loose, [], file);
    }
  });
});
