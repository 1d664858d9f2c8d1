import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { NotReadyError } from '../../../src/host/notReady';
import { describeCheckFailure, describeRecheckFailure, describeShape } from '../../../src/host/keys/keyProblemText';
import { allReasons } from '../conversation/turns';

const baseUrl = 'https://api.anthropic.com';

describe('A key that was not stored', () => {
  for (const reason of allReasons) {
    it(`because of "${reason}" is told so, with nothing of the key and nothing of the error's own words`, () => {
      const told = describeCheckFailure(new ClientError(reason, 'demo-key-good was wrong'), baseUrl);
      assert.match(told, /^Failed to (?:add|check) the key: .+\. Nothing was stored\./);
      assert.doesNotMatch(told, /demo-key|undefined|\{\d\}/);
    });
  }

  it('names the host that refuses it', () => {
    const error = new ClientError('authentication', 'no');
    assert.match(describeCheckFailure(error, 'http://127.0.0.1:8080'), /127\.0\.0\.1:8080 refuses it/);
    assert.match(describeCheckFailure(error, 'no address'), /no address refuses it/);
  });

  it('is told why it was not even sent', () => {
    const told = describeCheckFailure(new NotReadyError('baseUrl'), 'http://example.org');
    assert.match(told, /^The key was not stored\. .*example\.org.* is not safe/);
  });

  it('is told something whatever went wrong', () => {
    for (const error of [new TypeError('demo-key-good'), 'demo-key-good', undefined]) {
      const told = describeCheckFailure(error, baseUrl);
      assert.match(told, /Nothing was stored/);
      assert.doesNotMatch(told, /demo-key/);
    }
  });
});

describe('A stored key that could not be found good', () => {
  for (const reason of allReasons) {
    it(`because of "${reason}" is told so by its label alone`, () => {
      const told = describeRecheckFailure(new ClientError(reason, 'demo-key-good was wrong'), 'Work', baseUrl);
      assert.match(told, /“Work”.*\./);
      assert.doesNotMatch(told, /demo-key|undefined|\{\d\}|stored/);
    });
  }

  it('is told why it was not even sent', () => {
    assert.match(describeRecheckFailure(new NotReadyError('baseUrl'), 'Work', 'http://example.org'), /is not safe/);
  });
});

describe('A key that cannot be one', () => {
  it('is told why, each time in other words', () => {
    const told = (['empty', 'characters', 'tooLong', 'admin', 'oauth'] as const).map(describeShape);
    assert.equal(new Set(told).size, 5);
    for (const text of told) assert.match(text, /\.$/);
  });
});
