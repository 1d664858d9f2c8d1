import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { seamOffsets } from '../../../src/host/summarize/seamOffsets';

function linesAt(text: string, offsets: readonly number[]): readonly string[] {
  return offsets.map((offset) => text.slice(offset).split(/\r?\n/, 1)[0] ?? '');
}

const source = [
  'import a;',
  '',
  '/** What it does. */',
  '@once',
  'function one() {',
  '}',
  '',
  'function two() {',
  '}',
].join('\n');

describe('Seams', () => {
  it('lie where the given lines begin', () => {
    assert.deepEqual(linesAt(source, seamOffsets(source, source, [7])), ['function two() {']);
  });

  it('lie before the comment and the decorator of what they are about', () => {
    assert.deepEqual(linesAt(source, seamOffsets(source, source, [4])), ['/** What it does. */']);
  });

  it('are none at the very beginning, and none of two of one place', () => {
    assert.deepEqual(seamOffsets(source, source, [0]), []);
    assert.equal(seamOffsets(source, source, [3, 4]).length, 1);
  });

  it('follow the lines into what is left of the text', () => {
    const left = [
      '[licence left out]',
      'import a;',
      '',
      'function one() {',
      '}',
      '[3 lines left out]',
      'function two() {',
      '}',
    ].join('\n');
    const original = [
      '// Licence',
      '// of many words',
      'import a;',
      '',
      'function one() {   ',
      '}',
      '',
      '',
      '',
      'function two() {',
      '}',
    ].join('\n');
    assert.deepEqual(linesAt(left, seamOffsets(original, left, [4, 9])), ['function one() {', 'function two() {']);
  });

  it('have no place where their line is gone', () => {
    assert.deepEqual(seamOffsets(source, source.replace('function two() {', '[left out]'), [7]), []);
  });

  it('count lines as editors do', () => {
    const text = 'a\r\nb\rc\nd';
    assert.deepEqual(seamOffsets(text, text, [1, 2, 3]), [3, 5, 7]);
  });

  it('tell equal lines apart by their order', () => {
    const text = 'head\n  run() {\n  }\nhead\n  run() {\n  }\n';
    assert.deepEqual(seamOffsets(text, text, [4]), [text.lastIndexOf('  run() {')]);
  });

  it('ascend, and each begins a line, whatever was left out', () => {
    const line = fc.constantFrom('', '}', 'a', 'b', '// c', 'd');
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 30 }),
        fc.array(fc.boolean()),
        fc.array(fc.nat(35)),
        (lines, kept, wanted) => {
          const left = lines.filter((_, index) => kept[index] ?? true).join('\n');
          const offsets = seamOffsets(lines.join('\n'), left, wanted);
          for (const [index, offset] of offsets.entries()) {
            assert.ok(offset > (offsets[index - 1] ?? 0) && offset <= left.length);
            assert.equal(left[offset - 1], '\n');
          }
        },
      ),
    );
  });

  it('of a long file of equal lines are found at once', () => {
    const text = '}\n'.repeat(100_000);
    assert.deepEqual(seamOffsets(text, text, [99_999]), [199_998]);
  });
});
