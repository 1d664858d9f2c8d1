import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { NotReadyError } from '../../../src/host/notReady';
import { describeFailure } from '../../../src/host/summarize/failureText';
import { NoAnswerError } from '../../../src/jobs/noAnswerError';

function tell(error: unknown) {
  const { why, action } = describeFailure(error, { model: 'claude-x', baseUrl: 'http://127.0.0.1:1', now: 0 });
  return { why, does: action && ('setting' in action ? `${action.kind} ${action.setting}` : action.kind) };
}

describe('What is told of a summary that failed', () => {
  for (const [what, error, words, does] of [
    ['a refused key', new ClientError('authentication', ''), /refused the key/, 'manageKeys'],
    [
      'a key without the right',
      new ClientError('permission', ''),
      /no access to claude-x/,
      'openSettings sluice.model',
    ],
    ['an unknown model', new ClientError('notFound', ''), /claude-x/, 'openSettings sluice.model'],
    ['a wait too long', new ClientError('rateLimited', ''), /rate limit/, 'openSettings sluice.retry.maxWaitSeconds'],
    ['a request the API does not accept', new ClientError('invalid', ''), /did not accept/, 'showLog'],
    ['a network that is down', new ClientError('network', ''), /no connection/, 'showLog'],
    ['an overload', new ClientError('overloaded', ''), /overloaded/, undefined],
    [
      'a piece beyond the cap',
      new ClientError('tooLarge', ''),
      /Even a small part/,
      'openSettings sluice.limits.inputTokensPerMinute',
    ],
    ['a missing key', new NotReadyError('noKey'), /Add an API key/, 'addKey'],
    ['an unsafe base URL', new NotReadyError('baseUrl'), /base URL/, 'openSettings sluice.baseUrl'],
    ['a host that was refused', new NotReadyError('hostRefused'), /may not go to/, undefined],
    ['a locked keychain', new NotReadyError('keyUnreadable'), /keychain/, undefined],
    ['a refusal of the model', new NoAnswerError('refused'), /refused to summarize/, undefined],
    ['an empty answer', new NoAnswerError('empty'), /without a text/, undefined],
    ['anything else', new TypeError('x is not a function'), /unexpected.*log/, 'showLog'],
  ] as const) {
    it(`names ${what}, and offers ${does ?? 'nothing, for only trying again helps'}`, () => {
      const told = tell(error);
      assert.match(told.why, words);
      assert.equal(told.does, does);
      assert.match(told.why, /\.$/);
    });
  }
});
