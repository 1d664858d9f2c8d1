import assert from 'node:assert/strict';
import { cautiousLimit, estimateTokens, expectTokens, pieceTokens } from '../../../src/summarize/pieceSize';

const model = 'claude-sonnet-5-5';

describe('The size of a piece', () => {
  it('is a share of the limit of a minute', () => {
    assert.equal(pieceTokens(20_000, model), 8_000);
    assert.equal(pieceTokens(5_000, model), 2_000);
  });

  it('is careful while no limit is known, and never more than makes a good summary', () => {
    assert.equal(pieceTokens(undefined, model), 3_000);
    assert.equal(pieceTokens(cautiousLimit, model), pieceTokens(undefined, model));
    assert.equal(pieceTokens(10_000_000, model), 60_000);
  });

  it('is never nothing', () => {
    assert.equal(pieceTokens(1, model), 1);
  });
});

describe('The tokens of a text', () => {
  it('are estimated with a margin above what is expected', () => {
    const text = 'const line = 1;\n'.repeat(100);
    assert.ok(estimateTokens(text, model) > expectTokens(text, model));
  });
});
