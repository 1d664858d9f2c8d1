import assert from 'node:assert/strict';
import { JSDOM } from 'jsdom';
import { renderChatDocument } from '../../../src/host/chat/chatDocument';

function setup() {
  const cspSource = 'https://files.test';
  const html = renderChatDocument({ nonce: 'once', cspSource, asset: (name) => `${cspSource}/dist/${name}` });
  return new JSDOM(html).window.document;
}

describe('The document of the chat', () => {
  it('names the language its texts are in, which is English until there are translations', () => {
    assert.equal(setup().documentElement.lang, 'en');
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
