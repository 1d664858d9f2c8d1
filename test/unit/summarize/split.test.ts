import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { estimateTokens } from '../../../src/summarize/pieceSize';
import { type SplitOptions, splitText, type TextPiece } from '../../../src/summarize/split';
import { editLines, sampleCode, sampleDocument } from './sampleTexts';

const model = 'claude-sonnet-4-5';

const parts = fc.constantFrom(
  'word',
  ' ',
  '\n',
  '\r\n',
  '\n\n',
  '\t',
  '😀',
  'é',
  '漢字',
  '# Heading\n',
  '```\n',
  'Title\n===\n',
  '}\n',
  '  return;\n',
  'def f():\n',
  '// remark\n',
  'x'.repeat(90),
  'a,b;'.repeat(30),
  '\uFEFF',
  '---\n',
  '<h2>\n',
  '@@ -1 +1 @@\n',
  '\uD83D',
);
const texts = fc.oneof(
  fc.array(parts, { maxLength: 120 }).map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const names = fc.constantFrom('a.ts', 'a.py', 'README.md', 'notes', 'a.json', 'a.html', 'a.yaml', 'a.diff', 'data.log');
const bounds = fc.integer({ min: 1, max: 160 });
const overlaps = fc.integer({ min: 0, max: 60 });
const seamLists = fc.array(fc.integer({ min: -5, max: 500 }), { maxLength: 6 });

function split(name: string, text: string, mostTokens: number, more: Partial<SplitOptions> = {}): readonly TextPiece[] {
  return splitText(name, text, { mostTokens, model, ...more });
}

function bodiesOf(text: string, pieces: readonly TextPiece[]): string[] {
  return pieces.map(({ from, to }) => text.slice(from, to));
}

function isOne(text: string): boolean {
  return Array.from(text).length === 1 || text === '\r\n';
}

function firstLines(name: string, text: string, mostTokens: number, more: Partial<SplitOptions> = {}): string[] {
  const bodies = bodiesOf(text, split(name, text, mostTokens, more));
  return bodies.map((body) => body.split('\n', 1)[0] ?? '');
}

function changesOf(name: string, text: string, mostTokens: number): number[] {
  const before = split(name, text, mostTokens).map((piece) => piece.text);
  assert.ok(before.length >= 20, `only ${before.length} pieces`);
  const known = new Set(before);
  return Array.from({ length: 60 }, (_, seed) => {
    const after = split(name, editLines(text, seed), mostTokens);
    return after.filter((piece) => !known.has(piece.text)).length;
  });
}

function secondsFor(name: string, part: string, length: number): number {
  const text = part.repeat(length / part.length);
  const began = process.cpuUsage();
  split(name, text, 3_000);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

function pythonUnit(index: number): string {
  return `@cached\ndef read_${index}(row):\n    value = row.get(${index})\n\n    if value:\n        return value\n    return ${index}\n`;
}

function hunk(index: number): string {
  return `@@ -${index},3 +${index},4 @@\n same\n-old ${index}\n+new ${index}\n same\n`;
}

function fileOfDiff(name: number): string {
  return `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n${[1, 2, 3, 4, 5, 6].map(hunk).join('')}`;
}

describe('Splitting a text', () => {
  it('loses nothing, whatever the text, the name, the bound, the seams and the overlap', () => {
    fc.assert(
      fc.property(names, texts, bounds, overlaps, seamLists, (name, text, most, overlapTokens, seams) => {
        const pieces = split(name, text, most, { overlapTokens, seams });
        assert.equal(bodiesOf(text, pieces).join(''), text);
        assert.ok(pieces.every(({ from, to }) => to > from));
        assert.ok(pieces.every((piece) => piece.text.endsWith(text.slice(piece.from, piece.to))));
      }),
    );
  });

  it('keeps each piece within its tokens, overlap included, but for a single character that is more', () => {
    fc.assert(
      fc.property(names, texts, bounds, overlaps, (name, text, most, overlapTokens) => {
        for (const piece of split(name, text, most, { overlapTokens })) {
          assert.ok(estimateTokens(piece.text, model) <= most || isOne(piece.text), piece.text);
        }
      }),
    );
  });

  it('cuts no line that would fit in a piece', () => {
    fc.assert(
      fc.property(names, texts, bounds, overlaps, (name, text, most, overlapTokens) => {
        for (const { from } of split(name, text, most, { overlapTokens })) {
          const start = text.lastIndexOf('\n', from - 1) + 1;
          if (from === 0 || start === from) continue;
          const found = text.indexOf('\n', from);
          const line = text.slice(start, found === -1 ? text.length : found + 1);
          assert.ok(estimateTokens(line, model) > most, line);
        }
      }),
    );
  });

  it('cuts no surrogate pair, and the overlap begins with none that is cut', () => {
    fc.assert(
      fc.property(names, texts, bounds, overlaps, (name, text, most, overlapTokens) => {
        if (!text.isWellFormed()) return;
        for (const piece of split(name, text, most, { overlapTokens })) assert.ok(piece.text.isWellFormed());
      }),
    );
  });

  it('gives a text that fits as it is, and nothing of an empty one', () => {
    assert.deepEqual(split('a.ts', 'one\n\ntwo', 100), [{ text: 'one\n\ntwo', from: 0, to: 8 }]);
    assert.deepEqual(split('a.ts', '', 100), []);
  });

  it('makes no two neighbours that would have fitted in one piece', () => {
    const text = sampleCode(1, 300);
    const pieces = split('a.ts', text, 1_000);
    for (const [index, { from }] of pieces.entries()) {
      const next = pieces[index + 1];
      if (next) assert.ok(estimateTokens(text.slice(from, next.to), model) > 900);
    }
    const share = estimateTokens(text, model) / (pieces.length * 1_000);
    assert.ok(share > 0.6, `pieces are filled to ${share}`);
  });
});

describe('Where a text is cut', () => {
  it('is at headings in a document, those of the highest level first, and never at a remark in a fence', () => {
    const text = sampleDocument(2, 120);
    const first = firstLines('guide.md', text, 1_500);
    const atHeading = first.filter((line) => /^#{1,3} The /.test(line));
    assert.ok(first.length > 8);
    assert.ok(atHeading.length >= first.length - 1, first.join('\n'));
    const chapters = ['# One', '## a', '## b', '# Two', '## c'].map((title) => `${title}\n\n${'word '.repeat(60)}\n\n`);
    assert.deepEqual(firstLines('guide.md', chapters.join(''), 480), ['# One', '# Two']);
  });

  it('is at underlined headings, but not at what front matter ends with', () => {
    const filler = `${'word '.repeat(60)}\n`;
    const text = `---\ntitle: x\n---\n\n${filler}\n\nFirst\n=====\n\n${filler}\n${filler}\nSecond\n------\n\n${filler}`;
    const first = firstLines('guide.md', text, 250);
    assert.equal(first[0], '---');
    assert.ok(first.includes('First') && first.includes('Second'), first.join('|'));
  });

  it('is between functions and classes in code, with the comment above them', () => {
    for (const first of firstLines('a.ts', sampleCode(3, 200), 1_500).slice(1)) assert.match(first, /^\/\*\* Will /);
  });

  it('is between functions in Python, which has no braces, decorators kept with what they decorate', () => {
    const text = Array.from({ length: 60 }, (_, index) => pythonUnit(index)).join('\n\n');
    for (const first of firstLines('a.py', text, 300)) assert.equal(first, '@cached');
  });

  it('is between entries of the outermost level in JSON and YAML', () => {
    const entries = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`key${index}`, { name: `n${index}`, list: [1, 2, { deep: index }] }]),
    );
    for (const first of firstLines('a.json', JSON.stringify(entries, null, 2), 300).slice(1)) {
      assert.match(first, /^ {2}"key\d+"/);
    }
    const yaml = Object.keys(entries).map((key) => `${key}:\n  name: ${key}\n  list:\n    - 1\n    - deep: 2\n`);
    for (const first of firstLines('a.yaml', yaml.join(''), 200)) assert.match(first, /^key\d+:/);
  });

  it('is between files, then hunks, in a diff', () => {
    const text = [1, 2, 3, 4, 5, 6, 7, 8].map(fileOfDiff).join('');
    for (const first of firstLines('changes', text, 260)) assert.match(first, /^diff --git/);
    for (const first of firstLines('changes', text, 90)) assert.match(first, /^(?:diff --git|@@)/);
  });

  it('is at the seams that are given before anything else', () => {
    const lines = Array.from({ length: 400 }, (_, index) => `${index % 4 === 0 ? '' : '  '}value ${index} of a list\n`);
    const text = lines.join('');
    const seams = Array.from(text.matchAll(/ {2}value \d*5 /g), ({ index }) => index + 2);
    const first = firstLines('a.ts', text, 600, { seams });
    assert.ok(first.length > 5);
    for (const line of first.slice(1)) assert.match(line, /^ {2}value \d*5 /);
  });

  it('is above the comments and decorators of what a seam is given for', () => {
    const unit = '/** What it is. */\n@decorated\nclass Row {\n  one = 1;\n}\n';
    const text = unit.repeat(60);
    const seams = Array.from(text.matchAll(/class/g), ({ index }) => index);
    for (const first of firstLines('a.ts', text, 300, { seams })) assert.equal(first, '/** What it is. */');
  });

  it('is at spaces and ends of statements where a line is too long', () => {
    const minified = 'function a(b,c){return b+c*12;}'.repeat(400);
    for (const body of bodiesOf(minified, split('a.js', minified, 500)).slice(0, -1)) assert.match(body, /[;}]$/);
    const prose = 'All is one long line. And it goes on and on. '.repeat(300);
    for (const body of bodiesOf(prose, split('notes', prose, 500)).slice(0, -1)) assert.match(body, /\. $/);
  });

  it('keeps the two characters of a line end together', () => {
    const text = 'word\r\n'.repeat(500);
    for (const body of bodiesOf(text, split('a.txt', text, 100))) assert.ok(body.endsWith('\r\n'));
  });
});

describe('The overlap of pieces', () => {
  it('repeats whole lines where a piece begins in the middle of something', () => {
    const text = Array.from({ length: 300 }, (_, index) => `line ${index} of one long paragraph`).join('\n');
    const pieces = split('notes.md', text, 400, { overlapTokens: 60 });
    assert.ok(pieces.length > 5);
    for (const { text: whole, from, to } of pieces.slice(1)) {
      const overlap = whole.slice(0, whole.length - (to - from));
      assert.match(overlap, /^line \d+/);
      assert.ok(text.slice(0, from).endsWith(overlap));
    }
  });

  it('is left out where a piece begins with something of its own, and at the beginning', () => {
    const text = sampleCode(5, 100);
    for (const piece of split('a.ts', text, 1_500, { overlapTokens: 100 })) {
      assert.equal(piece.text, text.slice(piece.from, piece.to));
    }
  });
});

describe('After an edit', () => {
  it('no more than three pieces of a long source file are new, and mostly one', () => {
    const changes = changesOf('a.ts', sampleCode(6, 700), 3_000);
    assert.ok(Math.max(...changes) <= 3, changes.join(' '));
    assert.ok(changes.filter((count) => count <= 1).length >= changes.length * 0.8, changes.join(' '));
  });

  it('nor of a log, which has no structure', () => {
    const log = Array.from(
      { length: 8_000 },
      (_, index) => `12:00:${index} [${(index * 7919) % 1009}] served ${index}`,
    );
    const changes = changesOf('server.log', log.join('\n'), 3_000);
    assert.ok(Math.max(...changes) <= 3, changes.join(' '));
  });
});

describe('Splitting takes time in proportion to the text', () => {
  const hostile: readonly (readonly [string, string, string])[] = [
    ['one line', 'a.js', 'function a(b,c){return b+c*12;}'],
    ['spaces', 'a.md', ' '],
    ['line breaks', 'a.md', '\n'],
    ['short lines', 'a.py', 'a\n'],
    ['one letter', 'notes', 'x'],
    ['pairs', 'notes', '😀'],
    ['fences', 'a.md', '```\n#\n'],
  ];

  for (const [what, name, part] of hostile) {
    it(`for a text of ${what}`, () => {
      secondsFor(name, part, 60_000);
      const single = Math.min(...[0, 1].map(() => secondsFor(name, part, 60_000)));
      const fourfold = Math.min(...[0, 1].map(() => secondsFor(name, part, 240_000)));
      // Four times the text, and a margin for what the machine does besides; the square would be sixteen.
      assert.ok(fourfold < Math.max(single, 0.01) * 10, `${single} s, then ${fourfold} s`);
    });
  }
});
