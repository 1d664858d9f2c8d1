import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { takePiece } from '../../../src/summarize/takePiece';

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\n\n', '😀', '\t'), maxLength: 400 }),
);
const bounds = fc.integer({ min: 2, max: 80 });

function cutAll(text: string, longest: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += pieces.at(-1)?.length ?? 0) pieces.push(takePiece(text, at, longest));
  return pieces;
}

describe('Cutting a text into pieces', () => {
  it('loses nothing, makes no piece too long and none empty', () => {
    fc.assert(
      fc.property(texts, bounds, (text, longest) => {
        const pieces = cutAll(text, longest);
        assert.equal(pieces.join(''), text);
        assert.ok(pieces.every(({ length }) => length > 0 && length <= longest));
      }),
    );
  });

  it('leaves every surrogate pair whole', () => {
    fc.assert(
      fc.property(texts, bounds, (text, longest) => {
        assert.ok(cutAll(text, longest).every((piece) => piece.isWellFormed()));
      }),
    );
    assert.deepEqual(cutAll('😀😀😀', 3), ['😀', '😀', '😀']);
  });

  it('fills every piece but the last to half at least', () => {
    fc.assert(
      fc.property(texts, bounds, (text, longest) => {
        const pieces = cutAll(text, longest).slice(0, -1);
        assert.ok(pieces.every(({ length }) => length >= Math.floor(longest / 2)));
      }),
    );
  });

  it('prefers the end of a paragraph, then of a line, then of a word', () => {
    assert.equal(takePiece('one two\n\nthree\nfour five six', 0, 20), 'one two\n\nthree\n');
    assert.equal(takePiece('one two six\n\nthree\nfour five', 0, 20), 'one two six\n\n');
    assert.equal(takePiece('one two three four five', 0, 12), 'one two ');
    assert.equal(takePiece('uninterrupted', 0, 5), 'unint');
  });

  it('takes what fits as it is', () => {
    assert.equal(takePiece('a b\n\nc', 0, 6), 'a b\n\nc');
    assert.equal(takePiece('a b\n\nc', 5, 6), 'c');
    assert.equal(takePiece('', 0, 2), '');
  });

  it('refuses a bound that a surrogate pair would not fit in', () => {
    assert.throws(() => takePiece('text', 0, 1), RangeError);
  });
});
