import assert from 'node:assert/strict';
import { array, assert as assertProperty, constantFrom, integer, lorem, oneof, property } from 'fast-check';
import type { Token } from 'marked';
import { MarkdownDocument } from '../../src/webview/markdown/document';
import { lexMarkdown, ownTokens } from '../../src/webview/markdown/lex';
import type { Lex } from '../../src/webview/markdown/lex';

/** A document that counts what its lexer is given. */
function setup() {
  let lexedCharacters = 0;
  const lex: Lex = (source, links) => {
    lexedCharacters += source.length;
    return lexMarkdown(source, links);
  };
  return { document: new MarkdownDocument(lex), lexedCharacters: () => lexedCharacters };
}

function pieces(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}

/** What a piece of text may cost: each time it is lexed again, its block has grown by an eighth, or by a line. */
const mostLexings = 16;

/** Feeds the text piece by piece; `onUpdate` sees the blocks after each. */
function stream(document: MarkdownDocument, parts: readonly string[], onUpdate?: (text: string) => void) {
  let text = '';
  for (const part of parts) {
    text += part;
    document.update(text, false);
    onUpdate?.(text);
  }
  return document.update(text, true);
}

/** What a reader sees of tokens: neither source positions nor how tight a list is. */
function outline(tokens: readonly Token[]): unknown[] {
  return ownTokens(tokens)
    .filter(({ type }) => type !== 'space' && type !== 'def' && type !== 'checkbox')
    .map((token) => {
      switch (token.type) {
        case 'list':
          return [
            'list',
            token.ordered,
            token.start,
            ...token.items.map((item) => [item.checked, outline(item.tokens)]),
          ];
        case 'table':
          return ['table', ...[token.header, ...token.rows].map((row) => row.map((cell) => outline(cell.tokens)))];
        case 'code':
          return ['code', token.lang, token.text];
        case 'text':
          return token.tokens ? ['paragraph', outline(token.tokens)] : ['text', token.text];
        default:
          return 'tokens' in token && token.tokens
            ? [token.type, 'href' in token ? token.href : '', outline(token.tokens)]
            : [token.type, token.raw.trim()];
      }
    });
}

const answer = `## Why it retries too early

The wait is computed from \`reset\`, which says when the bucket is *full*, not when **your** request fits. Use the
server's own word, as [the docs](https://example.com/limits) say:

\`\`\`ts
const wait = Math.max(
  backoff(attempt),

  retryAfter(headers) ?? 0,
);
\`\`\`

1. A bucket holds up to its limit and refills all the time.
2. Every request takes out what it costs; an *empty* bucket means wait:
   - input tokens,
   - output tokens.
3. A full bucket is spent burst.

| dimension | left | limit |
| --- | ---: | ---: |
| requests | 47 | 50 |
| input | 9.2k | 30k |
| output | 7.1k | 8k |

> Waiting costs nothing until it is full.

With jitter on top, no two windows wake together.
`;

/** What markdown is made of, in pieces small enough that anything can come to stand beside anything. */
const blockMarks = [
  '- ',
  '* ',
  '1. ',
  '2) ',
  '> ',
  '#',
  '## ',
  '---',
  '===',
  '```',
  '```js\n',
  '~~~',
  '| a | b |',
  '|---|---|',
];
const inlineMarks = [
  '`',
  '**',
  '*',
  '_',
  '~~',
  '[x]',
  '[ ] ',
  '(http://a.b)',
  '![i](x)',
  '[a]: http://c.d\n',
  '[a]',
  '|',
  '\\',
];
const htmlMarks = ['<div>', '</div>', '<b>', '<!--', '-->', '<pre>', '</pre>', '<br>', '&amp;', '&'];
const spaces = ['\n', '\n\n', ' ', '  \n', '   ', '    ', '\t', '\r\n'];
const markdown = array(
  oneof(
    constantFrom(...blockMarks, ...spaces),
    constantFrom(...inlineMarks, ...htmlMarks, 'https://e.f/g', 'www.h.i', ':', '.'),
    constantFrom(...spaces),
    lorem({ maxCount: 4 }),
  ),
  { maxLength: 40 },
);

describe('a markdown document that grows', () => {
  it('ends as the same blocks that the whole text has, however it is cut', () => {
    assertProperty(
      property(markdown, integer({ min: 1, max: 30 }), (parts, size) => {
        const text = parts.join('');
        const blocks = stream(setup().document, pieces(text, size));
        assert.deepEqual(outline(blocks.map(({ token }) => token)), outline(lexMarkdown(text, {}).tokens));
      }),
      { numRuns: 1_000 },
    );
  });

  for (const size of [4, 12, 40]) {
    it(`lexes a small multiple of an answer that comes ${size} characters at a time`, () => {
      const text = answer.repeat(20);
      const { document, lexedCharacters } = setup();
      stream(document, pieces(text, size));
      assert.ok(lexedCharacters() < text.length * mostLexings, `${lexedCharacters() / text.length} times`);
    });
  }

  const endless = {
    'a paragraph of one line': 'word '.repeat(8_000),
    'a paragraph of many lines': `${'x'.repeat(79)}\n`.repeat(500),
    'a code block': `\`\`\`ts\n${'const a = 1;\n'.repeat(3_000)}`,
    'a table': `| a | b |\n| - | - |\n${'| left | right |\n'.repeat(2_000)}`,
    'a list': '- an item of the list\n'.repeat(2_000),
    'one item with a list in it': `- outer\n${'  - inner item\n'.repeat(2_000)}`,
    'a quote': '> quoted words\n'.repeat(2_000),
    'a block of HTML': `<div>\n${'a line of it\n'.repeat(2_000)}`,
  };
  for (const [name, text] of Object.entries(endless)) {
    it(`lexes a small multiple of the text when it is all ${name}`, () => {
      const { document, lexedCharacters } = setup();
      stream(document, pieces(text, 12));
      assert.ok(lexedCharacters() < text.length * mostLexings, `${lexedCharacters() / text.length} times`);
    });
  }

  it('keeps the objects of settled blocks and of settled items', () => {
    const { document } = setup();
    let text = '# One\n\nTwo\n\n- three\n- four\n- five\n';
    const before = document.update(text, false);
    for (const character of '- six\n- seven') document.update((text += character), false);
    const after = document.update(text, true);
    assert.equal(after[0]?.token, before[0]?.token);
    assert.equal(after[1]?.token, before[1]?.token);
    const listBefore = before[2]?.token;
    const listAfter = after[2]?.token;
    assert.ok(listBefore?.type === 'list' && listAfter?.type === 'list');
    assert.equal(listAfter.items[0], listBefore.items[0]);
    assert.equal(listAfter.items.length, 5);
  });

  it('shows an open fence as code from its first line, and hides the start of its end', () => {
    const { document } = setup();
    const texts: string[] = [];
    stream(document, ['```ts\n', 'a();\n', 'b();', '\n`', '``\n', 'after'], (text) => {
      const [block] = document.update(text, false);
      if (block?.token.type === 'code') texts.push(block.token.text.trimEnd());
    });
    assert.deepEqual(texts, ['', 'a();', 'a();\nb();', 'a();\nb();', 'a();\nb();', 'a();\nb();']);
  });

  it('shows words at once that it has not lexed yet', () => {
    const { document, lexedCharacters } = setup();
    const text = 'A sentence that is long enough to be worth waiting for a little.';
    document.update(text, false);
    const lexed = lexedCharacters();
    const [block] = document.update(`${text} And`, false);
    assert.equal(lexedCharacters(), lexed);
    assert.deepEqual(outline(block ? [block.token] : []), [
      [
        'paragraph',
        '',
        [
          ['text', text],
          ['text', ' And'],
        ],
      ],
    ]);
  });

  it('resolves a link whose definition comes last once the text is complete', () => {
    const { document } = setup();
    const blocks = stream(
      document,
      pieces('See [the docs][1] first.\n\nThen go on.\n\n[1]: https://example.com/\n', 5),
    );
    assert.deepEqual(outline(blocks.map(({ token }) => token))[0], [
      'paragraph',
      '',
      [
        ['text', 'See '],
        ['link', 'https://example.com/', [['text', 'the docs']]],
        ['text', ' first.'],
      ],
    ]);
  });

  it('starts over with a text that does not go on from the last', () => {
    const { document } = setup();
    document.update('Some *words*\n\nand more', true);
    const blocks = document.update('Others', true);
    assert.deepEqual(outline(blocks.map(({ token }) => token)), [['paragraph', '', [['text', 'Others']]]]);
  });

  it('shows as plain text what the lexer gives up on', () => {
    const { document } = setup();
    const text = `${'> '.repeat(20_000)}deep`;
    const blocks = document.update(text, true);
    assert.equal(blocks.length, 1);
    assert.equal(blocks[0]?.token.raw, text);
  });
});
