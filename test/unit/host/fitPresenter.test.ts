import assert from 'node:assert/strict';
import { presentFit } from '../../../src/host/chat/fitPresenter';
import { now } from './snapshots';

const context = { now, canCondense: () => true, canSplit: true };

describe('The line that tells whether a message fits', () => {
  it('says nothing while the limits are unknown', () => {
    assert.equal(presentFit({ kind: 'unknown' }, context), undefined);
  });

  it('says that it fits now, with nothing to do about it', () => {
    assert.deepEqual(presentFit({ kind: 'fits', tokens: 1_234 }, context), {
      kind: 'fits',
      text: 'Fits now: about 1.2k tokens',
      until: undefined,
      actions: [],
    });
  });

  it('says what it would wait for, until what clock time, and what else could be done', () => {
    const view = presentFit({ kind: 'waits', until: now + 23_000, reason: 'inputTokens' }, context);
    assert.equal(view?.text, 'Would wait for input tokens until 14:05:43');
    assert.equal(view?.until, now + 23_000);
    assert.deepEqual(
      view?.actions.map(({ label }) => label),
      ['Condense the Chat', 'Other Model…', 'Read in Parts'],
    );
  });

  it('says nothing of a wait that is over by now', () => {
    assert.equal(presentFit({ kind: 'waits', until: now, reason: 'requests' }, context), undefined);
  });

  it('names every reason in words of its own', () => {
    const reasons = [
      'requests',
      'inputTokens',
      'outputTokens',
      'concurrency',
      'userLimit',
      'rateLimited',
      'rampLimited',
      'overloaded',
      'network',
      'turn',
    ] as const;
    const texts = reasons.map((reason) => presentFit({ kind: 'waits', until: now + 9_000, reason }, context)?.text);
    assert.equal(new Set(texts).size, reasons.length);
    for (const text of texts) assert.match(text ?? '', / until 14:05:29$/);
  });

  it('tells a model that is too small from a minute that is too short', () => {
    const sizes = { kind: 'tooLarge', tokens: 1_200_000, limitTokens: 991_808 } as const;
    assert.equal(
      presentFit({ ...sizes, limit: 'window' }, context)?.text,
      'Too large for this model: about 1.2M tokens, and 991k fit beside the answer',
    );
    assert.equal(
      presentFit({ kind: 'tooLarge', limit: 'minute', tokens: 34_000, limitTokens: 30_000 }, context)?.text,
      'Larger than a whole minute’s limit: about 34k tokens of 30k',
    );
  });

  it('counts to the last token where both sides would read the same', () => {
    const view = presentFit({ kind: 'tooLarge', limit: 'minute', tokens: 30_017.2, limitTokens: 30_000 }, context);
    assert.equal(view?.text, 'Larger than a whole minute’s limit: about 30018 tokens of 30000');
  });

  it('offers only what can be done', () => {
    const fit = { kind: 'waits', until: now + 5_000, reason: 'requests' } as const;
    const offered = (canCondense: boolean, canSplit: boolean) =>
      presentFit(fit, { now, canCondense: () => canCondense, canSplit })?.actions.map(({ id }) => id);
    assert.deepEqual(offered(false, false), ['switchModel']);
    assert.deepEqual(offered(true, false), ['condense', 'switchModel']);
    assert.deepEqual(offered(false, true), ['switchModel', 'split']);
  });
});
