import assert from 'node:assert/strict';
import { JSDOM } from 'jsdom';
import { renderChatDocument } from '../../../src/host/chat/chatDocument';

function setup({ language = 'en', translations }: { language?: string; translations?: unknown } = {}) {
  const cspSource = 'https://files.test';
  const asset = (name: string) => `${cspSource}/dist/${name}`;
  const html = renderChatDocument({ nonce: 'once', cspSource, asset, language, translations });
  return new JSDOM(html).window.document;
}

describe('The document of the chat', () => {
  it('names the language its texts are in', () => {
    assert.equal(setup().documentElement.lang, 'en');
    assert.equal(setup({ language: 'de' }).documentElement.lang, 'de');
  });

  it('carries the translations as data, which nothing in them can turn into markup', () => {
    const translations = { Send: '"><script>alert(1)</script>&amp;' };
    const page = setup({ language: 'de', translations });
    assert.deepEqual(JSON.parse(page.body.dataset['l10n'] ?? ''), translations);
    assert.equal(page.querySelectorAll('script').length, 1);
    assert.equal(setup().body.dataset['l10n'], undefined);
  });

  it('runs one script, by its nonce, and loads nothing from outside the extension', () => {
    const page = setup();
    const policy = page.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'nonce-once';/);
    assert.doesNotMatch(policy, /unsafe|\*|http:/);
    const [script, ...more] = page.querySelectorAll('script');
    assert.equal(script?.nonce, 'once');
    assert.deepEqual(more, []);
    const addresses = [script?.src, ...[...page.querySelectorAll('link')].map(({ href }) => href)];
    assert.ok(addresses.every((address) => address?.startsWith('https://files.test/dist/')));
  });
});
