import assert from 'node:assert/strict';
import { modelFacts } from '../../../src/client/models';
import { PriceList } from '../../../src/client/prices';
import { publishedModels } from '../../simulator/catalogue';

describe('what is known of a model', () => {
  for (const { id, maxInputTokens, maxOutputTokens, minCacheTokens } of publishedModels) {
    it(`is what the API says of ${id}`, () => {
      const facts = modelFacts(id);
      assert.ok(facts);
      assert.equal(facts.windowTokens, maxInputTokens);
      assert.equal(facts.maxOutputTokens, maxOutputTokens);
      assert.equal(facts.minCacheableTokens, minCacheTokens);
      assert.deepEqual(facts.price, new PriceList().priceOf(id));
      assert.ok(facts.price);
    });
  }

  it('holds for a dated snapshot as well', () => {
    assert.deepEqual(modelFacts('claude-haiku-4-5-20251001'), modelFacts('claude-haiku-4-5'));
    assert.equal(modelFacts('claude-haiku-4-5-20251001')?.windowTokens, 200_000);
  });

  it('is nothing for a model nobody has told us about', () => {
    assert.equal(modelFacts('claude-of-tomorrow'), undefined);
    assert.equal(modelFacts('claude-haiku-4-5-2025'), undefined);
    assert.equal(modelFacts(''), undefined);
  });
});
