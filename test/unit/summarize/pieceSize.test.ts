import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  cutPieces,
  estimateTokens,
  halve,
  pieceTokens,
  smallestPieceCharacters,
} from '../../../src/summarize/pieceSize';

const model = 'claude-sonnet-5-5';
const texts = fc.string({
  unit: fc.constantFrom('a line of code\n'.repeat(20), '漢字かな'.repeat(40), '😀', 'word '),
  maxLength: 60,
});

describe('The size of a piece', () => {
  it('is a share of the smaller of the server’s limit and the user’s cap', () => {
    assert.equal(pieceTokens(20_000, undefined), 8_000);
    assert.equal(pieceTokens(20_000, 5_000), 2_000);
    assert.equal(pieceTokens(5_000, 20_000), 2_000);
  });

  it('is careful while the server has told nothing, and never more than makes a good summary', () => {
    assert.equal(pieceTokens(undefined, undefined), 3_000);
    assert.equal(pieceTokens(undefined, 1_000_000), 3_000);
    assert.equal(pieceTokens(undefined, 1_000), 400);
    assert.equal(pieceTokens(10_000_000, undefined), 60_000);
  });

  it('holds for every script, unless the piece is as small as they get', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 2_000 }), (text, tokens) => {
        const pieces = cutPieces(text, 0, tokens, model);
        assert.equal(pieces.join(''), text);
        for (const piece of pieces) {
          assert.ok(piece.length <= smallestPieceCharacters || estimateTokens(piece, model) <= tokens);
        }
      }),
    );
  });

  it('is well used by a text of one script', () => {
    const pieces = cutPieces('x'.repeat(100_000), 0, 4_000, model);
    for (const piece of pieces.slice(0, -1)) assert.ok(estimateTokens(piece, model) > 3_600);
  });
});

describe('Halving a piece', () => {
  it('loses nothing, and ends where pieces are small', () => {
    const text = 'a line of code\n'.repeat(100);
    const halves = halve(text) ?? assert.fail('It is large enough');
    assert.equal(halves.join(''), text);
    assert.ok(halves.every(({ length }) => length > 0 && length < text.length));
    assert.equal(halve('x'.repeat(2 * smallestPieceCharacters - 1)), undefined);
  });
});
