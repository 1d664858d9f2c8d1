import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  applyTo,
  fitCode,
  follow,
  languageIdFor,
  type Proposal,
  type TextChange,
} from '../../../src/host/chat/proposal';

function proposalOf(start: number, end: number, more: Partial<Proposal> = {}): Proposal {
  return { span: { start, end }, isWhole: false, code: 'new', isStale: false, ...more };
}

function edit(text: string, changes: readonly TextChange[]): string {
  return changes
    .toSorted((a, b) => b.offset - a.offset)
    .reduce(
      (now, change) => now.slice(0, change.offset) + change.text + now.slice(change.offset + change.length),
      text,
    );
}

describe('A proposal', () => {
  it('replaces its span and nothing else', () => {
    assert.equal(applyTo('one two three', { span: { start: 4, end: 7 }, code: '2' }), 'one 2 three');
  });

  it('moves with what is typed before it, and stays with what is typed after it', () => {
    const before = follow(proposalOf(4, 7), [{ offset: 0, length: 3, text: 'eleven' }]);
    assert.deepEqual([before.span, before.isStale], [{ start: 7, end: 10 }, false]);
    const after = follow(proposalOf(4, 7), [{ offset: 7, length: 0, text: '!' }]);
    assert.deepEqual([after.span, after.isStale], [{ start: 4, end: 7 }, false]);
  });

  it('is stale once its span has changed, and holds what was typed there', () => {
    const within = follow(proposalOf(4, 7), [{ offset: 5, length: 1, text: 'abc' }]);
    assert.deepEqual([within.span, within.isStale], [{ start: 4, end: 9 }, true]);
    const across = follow(proposalOf(4, 7), [{ offset: 2, length: 4, text: '' }]);
    assert.deepEqual([across.span, across.isStale], [{ start: 2, end: 3 }, true]);
    const later = follow(within, [{ offset: 0, length: 0, text: 'x' }]);
    assert.deepEqual([later.span, later.isStale], [{ start: 5, end: 10 }, true]);
  });

  it('for a whole document is about all of it, whatever is typed where', () => {
    const text = 'one two';
    for (const offset of [0, 3, text.length]) {
      const after = follow(proposalOf(0, text.length, { isWhole: true }), [{ offset, length: 0, text: '!!' }]);
      assert.deepEqual([after.span, after.isStale], [{ start: 0, end: text.length + 2 }, true]);
    }
  });

  it('follows any edits: what is untouched in it stays in it, and all outside of it stays outside', () => {
    const text = 'aaaaaaaaaa[bbbbb]cccccccccc';
    const spanStart = text.indexOf('b');
    const spanEnd = text.indexOf(']');
    const change = fc.record({ offset: fc.nat(text.length), length: fc.nat(4), text: fc.stringMatching(/^x{0,3}$/) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (drawn) => {
        const changes = separate(drawn, text.length);
        const { span, isStale } = follow(proposalOf(spanStart, spanEnd), changes);
        const edited = edit(text, changes);
        const inside = edited.slice(span.start, span.end);
        assert.ok(span.start <= span.end && span.end <= edited.length);
        if (!isStale) assert.equal(inside, 'bbbbb');
        assert.ok(!edited.slice(0, span.start).includes('b') && !edited.slice(span.end).includes('b'));
      }),
    );
  });
});

/** As an editor reports them: none reaches into another. */
function separate(changes: readonly TextChange[], end: number): readonly TextChange[] {
  const kept: TextChange[] = [];
  let free = 0;
  for (const change of changes.toSorted((a, b) => a.offset - b.offset)) {
    if (change.offset < free || change.offset + change.length > end) continue;
    kept.push(change);
    free = change.offset + change.length + 1;
  }
  return kept;
}

describe('Code that goes into a document', () => {
  it('takes the line endings of the document', () => {
    assert.equal(fitCode('a\nb', 'x', '\r\n'), 'a\r\nb');
    assert.equal(fitCode('a\r\nb\rc', 'x', '\n'), 'a\nb\nc');
  });

  it('ends in a line break just when what it replaces does', () => {
    assert.equal(fitCode('a\n', 'x', '\n'), 'a');
    assert.equal(fitCode('a', 'x\n', '\n'), 'a\n');
    assert.equal(fitCode('a\n\n\n', 'x\r\n', '\r\n'), 'a\r\n');
  });
});

describe('The language of a new file', () => {
  const known = ['typescript', 'python', 'shellscript', 'plaintext', 'csharp'];

  it('is found by what fences are marked with', () => {
    assert.equal(languageIdFor('ts', known), 'typescript');
    assert.equal(languageIdFor(' TypeScript title="a"', known), 'typescript');
    assert.equal(languageIdFor('c#', known), 'csharp');
    assert.equal(languageIdFor('bash', known), 'shellscript');
  });

  it('is plain text where VS Code knows none', () => {
    for (const mark of ['', 'klingon', 'rust', 'constructor'])
      assert.equal(languageIdFor(mark, known), 'plaintext', mark);
  });
});
