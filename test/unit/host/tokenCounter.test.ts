import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { TokenCounter } from '../../../src/host/chat/tokenCounter';

describe('The counter of tokens', () => {
  it('counts more for more, and more for models that cut finer', () => {
    const counter = new TokenCounter();
    const text = 'The client waits for room. '.repeat(100);
    const count = counter.count(text, 'claude-sonnet-4-5');
    assert.ok(count > text.length / 6 && count < text.length / 2, String(count));
    assert.ok(counter.count(text + text, 'claude-sonnet-4-5') > count);
    assert.ok(counter.count(text, 'a-model-of-tomorrow') > count);
    assert.ok(Number.isInteger(count));
  });

  it('says the same whatever it remembers', () => {
    const counter = new TokenCounter();
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const counts = texts.map((text) => counter.count(text, 'm'));
        const fresh = new TokenCounter();
        assert.deepEqual(
          texts.map((text) => fresh.count(text, 'm')),
          counts,
        );
      }),
    );
  });

  it('says the same of texts that are too many to remember', () => {
    const counter = new TokenCounter();
    const texts = Array.from({ length: 5 }, (_, index) => String(index).repeat(3_000_000));
    const [first = ''] = texts;
    const before = counter.count(first, 'm');
    for (const text of texts) counter.count(text, 'm');
    assert.equal(counter.count(first, 'm'), before);
  });
});
