import assert from 'node:assert/strict';
import { array, asyncProperty, assert as assertProperty, constantFrom, oneof, string } from 'fast-check';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import { answer, snapshot } from './support/fixtures';

const schemes = [
  'javascript:alert(1)',
  'JaVaScRiPt:x',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc',
  'command:x',
  'https://ok.test/',
];
const disguised = [
  'java&#115;cript:x',
  '&#x6a;avascript:x',
  'javascript&colon;x',
  ' javascript:x',
  '\u{1}javascript:x',
  'java\nscript:x',
];
const urls = [...schemes, ...disguised, '//evil.test/x', '/relative', 'mailto:a@b.test', 'https://a"onclick="x'];
const loading = ['<script>x()</script>', '<img src=x onerror=x()>', '<iframe src="//evil.test">', '<svg onload=x()>'];
const changing = [
  '<style>*{}</style>',
  '<b onclick=x()>',
  '<!--',
  '<base href=//evil.test>',
  '<form action=//evil.test>',
];
const html = [...loading, ...changing, '<a href="javascript:x()">', '<br onload=x()>'];
const wrappers = [
  (text: string) => `[words](${text})`,
  (text: string) => `[words](<${text}>  "a title' onclick=x")`,
  (text: string) => `![alt ${text}](${text})`,
  (text: string) => `<${text}>`,
  (text: string) => `[r]\n\n[r]: ${text}`,
  (text: string) => `> - **${text}**`,
  (text: string) => `| ${text} |\n| --- |\n| ${text} |`,
  (text: string) => `\`\`\`${text}\n${text}\n\`\`\``,
  (text: string) => `\`${text}\``,
  (text: string) => `# ${text}`,
  (text: string) => text,
];

const hostile = array(
  oneof(
    constantFrom(...wrappers.flatMap((wrap) => [...urls, ...html].map(wrap))),
    constantFrom('\n', '\n\n', '- ', '  ', '&lt;', '\\'),
    string({ maxLength: 12 }),
  ),
  { maxLength: 12 },
);

const elements =
  'article header div p span strong em del code pre br a h3 h4 h5 h6 ul ol li blockquote hr figure figcaption button table thead tbody tr th td';
const allowedElements: ReadonlySet<string> = new Set(elements.split(' '));
const allowedAttributes: ReadonlySet<string> = new Set(
  'class title href type start scope role aria-label aria-hidden aria-busy data-turn disabled'.split(' '),
);
const openable = /^(?:https?|mailto):/;

/** Everything in the DOM that an answer should never be able to put there. */
function findHarm(root: Element): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => [
    ...(allowedElements.has(element.localName) ? [] : [`<${element.localName}>`]),
    ...[...element.attributes]
      .filter(({ name, value }) => !allowedAttributes.has(name) || (name === 'href' && !openable.test(value)))
      .map(({ name, value }) => `${name}="${value}"`),
  ]);
}

describe('hostile markdown', () => {
  let page: ChatPage;
  before(async () => {
    page = await openChat();
  });
  after(() => page.close());

  async function show(text: string) {
    await page.receive({ type: 'snapshot', payload: snapshot({ turns: [answer('a1', text)] }) });
    return page.find('article');
  }

  it('becomes only the elements and attributes that answers are made of', async () => {
    await assertProperty(
      asyncProperty(hostile, async (parts) => {
        assert.deepEqual(findHarm(await show(parts.join(''))), []);
      }),
      { numRuns: 400 },
    );
    assert.equal(page.posted('reportError').length, 0);
  });

  for (const source of html) {
    it(`shows ${source} as text`, async () => {
      assert.ok((await show(`words ${source} words`)).textContent.includes(source));
      assert.ok((await show(`${source}\n\nwords`)).textContent.includes(source));
    });
  }

  for (const url of [...schemes.slice(0, -1), ...disguised, '//evil.test/x', '/relative']) {
    it(`shows a link to ${JSON.stringify(url)} as its words`, async () => {
      const article = await show(`[words](<${url}>)`);
      assert.equal(article.querySelector('a'), null);
      assert.ok(article.textContent.includes('words'));
    });
  }

  it('shows an image as a link with its name and loads nothing', async () => {
    const article = await show('![a chart](https://pictures.test/chart.png?leak=1)');
    const link = article.querySelector('a');
    assert.equal(link?.textContent, 'Image: a chart');
    assert.equal(link?.title, 'https://pictures.test/chart.png?leak=1');
    assert.equal((await show('![a chart](data:image/png;base64,AA)')).querySelector('a'), null);
  });

  it('decodes character references, once, and not in code', async () => {
    const article = await show('a &lt;b&gt; &amp;lt; &#8212; &unknown; `&lt;`');
    assert.ok(article.textContent.includes('a <b> &lt; — &unknown; &lt;'));
  });

  it('survives nesting that is deeper than the stack', async () => {
    for (const text of [
      '>'.repeat(50_000),
      '- '.repeat(300),
      `${'**a '.repeat(300)}${'**'.repeat(300)}`,
      '['.repeat(5_000),
    ]) {
      assert.ok((await show(text)).textContent.length > 0);
    }
    assert.equal(page.posted('reportError').length, 0);
  });
});
