import assert from 'node:assert/strict';
import { readEnvironmentKey } from '../../../src/host/keys/environmentKey';

describe('The key of the environment', () => {
  it('is none where the variable is not set, or empty', () => {
    for (const value of [undefined, '', ' ', '\n']) {
      assert.equal(readEnvironmentKey({ ANTHROPIC_API_KEY: value }), undefined);
    }
    assert.equal(readEnvironmentKey({}), undefined);
    assert.equal(readEnvironmentKey({ ANTHROPIC_API_KEY: 'demo-key' }), 'demo-key');
  });
});
