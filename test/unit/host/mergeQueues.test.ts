import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { QueuedMessage } from '../../../src/conversation/turn';
import { isSameQueue, mergeQueues } from '../../../src/host/chat/mergeQueues';

function queueOf(...texts: readonly string[]): readonly QueuedMessage[] {
  return texts.map((text) => ({ id: text.charAt(0), at: 1, text, attachments: [] }));
}

function merge(known: readonly string[], mine: readonly string[], theirs: readonly string[]): readonly string[] {
  const merged = mergeQueues({ known: queueOf(...known), mine: queueOf(...mine), theirs: queueOf(...theirs) });
  return merged.map(({ text }) => text);
}

describe('The queue of two windows', () => {
  it('has what either has added', () => {
    assert.deepEqual(merge(['a'], ['a', 'm'], ['a', 't']), ['a', 't', 'm']);
    assert.deepEqual(merge([], ['m'], ['t']), ['t', 'm']);
  });

  it('has nothing that either has taken out', () => {
    assert.deepEqual(merge(['a', 'b', 'c'], ['b', 'c'], ['a', 'b']), ['b']);
    assert.deepEqual(merge(['a'], ['a', 'm'], []), ['m'], 'it was sent');
  });

  it('has each edit, mine where both have edited', () => {
    assert.deepEqual(merge(['a1', 'b1'], ['a2', 'b1'], ['a1', 'b2']), ['a2', 'b2']);
    assert.deepEqual(merge(['a1'], ['a2'], ['a3']), ['a2']);
    assert.deepEqual(merge(['a1'], ['a2'], []), [], 'it was sent as it stood');
  });

  it('is the same when merged once more, and mine when only I have changed it', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
    fc.assert(
      fc.property(ids, ids, ids, (known, mine, theirs) => {
        const merged = merge(known, mine, theirs);
        assert.deepEqual(merge(theirs, merged, theirs), merged);
        assert.deepEqual(new Set(merge(known, mine, known)), new Set(mine));
        assert.deepEqual(merge(known, known, theirs), theirs);
      }),
    );
  });

  it('is known by its messages and their texts', () => {
    assert.ok(isSameQueue(queueOf('a', 'b'), queueOf('a', 'b')));
    for (const other of [queueOf('a'), queueOf('b', 'a'), queueOf('a', 'b2'), queueOf('a', 'b', 'c')]) {
      assert.ok(!isSameQueue(queueOf('a', 'b'), other));
    }
  });
});
