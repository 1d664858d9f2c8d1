import assert from 'node:assert/strict';
import { mostHighlightedCharacters } from '../../src/webview/markdown/highlight';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import { answer, snapshot, streaming } from './support/fixtures';

const code = 'const wait = "a <b>"; // 1';

function fenced(text: string, language = 'ts'): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

describe('a block of code', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  async function setup(text: string, isStreaming = false) {
    const turn = answer('a1', text, isStreaming ? streaming : undefined);
    page = await openChat({ snapshot: snapshot({ isBusy: isStreaming, turns: [turn] }) });
  }

  const classes = () => [...page.document.querySelectorAll('pre code span')].map(({ className }) => className);
  const names = () => [...page.document.querySelectorAll('.code button')].map((button) => button.getAttribute('title'));

  it('is coloured, and its text is what it was', async () => {
    await setup(fenced(code));
    assert.ok(classes().includes('hljs-keyword'));
    assert.ok(classes().includes('hljs-string'));
    assert.ok(classes().includes('hljs-comment'));
    assert.equal(page.find('pre code').textContent, code);
  });

  it('is known by the other names of its language, whatever their case', async () => {
    await setup([fenced('<p>x</p>', 'HTML'), fenced('echo "$x"', 'sh'), fenced('x: 1', 'yml title=a')].join('\n\n'));
    assert.equal(
      [...page.document.querySelectorAll('pre code')].filter(({ children }) => children.length > 0).length,
      3,
    );
  });

  it('stays plain without a language, in an unknown one, and beyond a size', async () => {
    const long = 'let x = 1;\n'.repeat(mostHighlightedCharacters / 11 + 1);
    await setup([fenced(code, ''), fenced(code, 'klingon'), fenced(long)].join('\n\n'));
    assert.deepEqual(classes(), []);
    assert.equal(page.find('.language').textContent, 'text');
  });

  it('is coloured and can be used elsewhere only when all of it is there', async () => {
    await setup(`Look:\n\n\`\`\`ts\n${code}\n`, true);
    assert.deepEqual(classes(), []);
    assert.deepEqual(names(), ['Copy']);
    await page.change({ kind: 'text', turnId: 'a1', text: '```\n\nand' });
    assert.ok(classes().includes('hljs-keyword'));
    assert.deepEqual(names(), ['Copy', 'Insert at Cursor', 'Apply as Diff', 'New File']);
  });

  it('that is never closed is complete with its answer', async () => {
    await setup(`\`\`\`ts\n${code}`);
    assert.ok(classes().includes('hljs-keyword'));
    assert.equal(names().length, 4);
  });

  it('within a list is one as well', async () => {
    await setup(`- See:\n\n  \`\`\`ts\n  ${code}\n  \`\`\`\n`);
    assert.equal(page.find('li pre code').textContent, code);
    assert.ok(classes().includes('hljs-keyword'));
    assert.equal(names().length, 4);
  });

  it('goes to the clipboard, the editor, a diff or a new file', async () => {
    await setup(fenced(code, 'ts title="retry.ts"'));
    await page.click(page.find('button', 'Copy'));
    assert.equal(page.posted('copy')[0]?.payload.text, code);
    for (const name of ['Insert at Cursor', 'Apply as Diff', 'New File']) await page.click(page.find('button', name));
    assert.deepEqual(
      page.posted('code').map(({ payload }) => payload),
      (['insert', 'apply', 'newFile'] as const).map((action) => ({ action, text: code, language: 'ts' })),
    );
  });
});
