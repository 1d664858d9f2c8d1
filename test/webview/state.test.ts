import assert from 'node:assert/strict';
import { announceChange } from '../../src/webview/chat/announce';
import { parseNotification } from '../../src/webview/chat/messages';
import { applyDelta } from '../../src/webview/chat/state';
import { answer, failed, question, snapshot, status, streaming, waiting } from './support/fixtures';

const conversation = snapshot({
  revision: 7,
  turns: [question('q1', 'Why?'), answer('a1', 'Because', streaming)],
});

describe('the state of the chat', () => {
  it('appends text to the turn it names and leaves the others the same objects', () => {
    const next = applyDelta(conversation, 8, { kind: 'text', turnId: 'a1', text: ' of that.' });
    assert.equal(next?.turns[1]?.text, 'Because of that.');
    assert.equal(next?.turns[0], conversation.turns[0]);
    assert.equal(next?.revision, 8);
  });

  it('adds a turn it does not know and replaces one it does', () => {
    const added = applyDelta(conversation, 8, { kind: 'turn', turn: question('q2', 'And?') });
    assert.deepEqual(
      added?.turns.map(({ id }) => id),
      ['q1', 'a1', 'q2'],
    );
    const replaced = applyDelta(conversation, 8, { kind: 'turn', turn: answer('a1', 'Done') });
    assert.deepEqual(
      replaced?.turns.map(({ text }) => text),
      ['Why?', 'Done'],
    );
  });

  it('removes turns, and is not troubled by one that is gone', () => {
    const next = applyDelta(conversation, 8, { kind: 'remove', turnIds: ['a1', 'unknown'] });
    assert.deepEqual(
      next?.turns.map(({ id }) => id),
      ['q1'],
    );
  });

  it('takes a new status as a whole and keeps the turns', () => {
    const changed = status({ isBusy: true, buckets: [], notice: 'Wait' });
    const next = applyDelta(conversation, 8, { kind: 'status', status: changed });
    assert.deepEqual(next, { ...changed, revision: 8, conversationId: 'c1', turns: conversation.turns });
  });

  it('ignores a delta that the snapshot already holds', () => {
    assert.equal(applyDelta(conversation, 7, { kind: 'remove', turnIds: ['q1'] }), conversation);
  });

  it('is out of step after a gap, and with text for a turn it does not know', () => {
    assert.equal(applyDelta(conversation, 9, { kind: 'remove', turnIds: ['q1'] }), undefined);
    assert.equal(applyDelta(conversation, 8, { kind: 'text', turnId: 'a2', text: 'x' }), undefined);
  });
});

describe('a message of the host', () => {
  it('is read although JSON dropped its undefined fields', () => {
    const message = { type: 'snapshot', payload: conversation } as const;
    assert.deepEqual(parseNotification(JSON.parse(JSON.stringify(message))), message);
    const focus = { type: 'focusInput', payload: undefined };
    assert.deepEqual(parseNotification(JSON.parse(JSON.stringify(focus))), focus);
  });

  it('is read from a host that does not tell of a pause', () => {
    const { isQueuePaused, ...rest } = snapshot({ isQueuePaused: true });
    assert.ok(isQueuePaused);
    const message = parseNotification({ type: 'snapshot', payload: rest });
    assert.equal(message?.type === 'snapshot' && message.payload.isQueuePaused, false);
    assert.equal(message?.type, 'snapshot');
  });

  const garbage: Record<string, unknown> = {
    nothing: undefined,
    null: null,
    'a number': 7,
    'an array': [],
    'an unknown type': { type: 'explode', payload: {} },
    'no payload': { type: 'snapshot' },
    'turns of another shape': { type: 'snapshot', payload: { ...conversation, turns: [{ id: 1 }] } },
    'a state of another kind': {
      type: 'delta',
      payload: { revision: 8, delta: { kind: 'turn', turn: { ...question('q', ''), state: { kind: 'asleep' } } } },
    },
    'a revision that is no integer': { type: 'snapshot', payload: { ...conversation, revision: 1.5 } },
  };
  for (const [name, data] of Object.entries(garbage)) {
    it(`is ignored when it is ${name}`, () => {
      assert.equal(parseNotification(data), undefined);
    });
  }
});

describe('what a screen reader is told', () => {
  const before = snapshot({ turns: [question('q1', 'Why?')] });
  const withAnswer = (...args: Parameters<typeof answer>) => snapshot({ turns: [...before.turns, answer(...args)] });

  it('follows an answer from waiting over streaming to its end', () => {
    const isWaiting = withAnswer('a', '', waiting(undefined));
    const isStreaming = withAnswer('a', '', streaming);
    const isDone = withAnswer('a', 'So.');
    assert.equal(announceChange(before, isWaiting)?.text, 'Waiting for input tokens until 14:05:20');
    assert.equal(announceChange(isWaiting, isStreaming)?.text, 'Claude is answering');
    assert.equal(announceChange(isStreaming, isDone)?.text, 'Answer complete');
  });

  it('is not the text while it streams, nor a wait it has heard of', () => {
    assert.equal(announceChange(withAnswer('a', 'So', streaming), withAnswer('a', 'So it', streaming)), undefined);
    assert.equal(announceChange(withAnswer('a', '', waiting(1)), withAnswer('a', '', waiting(2))), undefined);
  });

  it('is a new wait, told by its new time', () => {
    const later = waiting(2, 'Waiting for requests until 14:06:00');
    const announcement = announceChange(withAnswer('a', '', waiting(1)), withAnswer('a', '', later));
    assert.equal(announcement?.text, 'Waiting for requests until 14:06:00');
  });

  it('interrupts only for a failure', () => {
    const announcement = announceChange(withAnswer('a', 'So', streaming), withAnswer('a', 'So', failed(true)));
    assert.deepEqual(announcement, {
      text: 'The answer was cut off: Anthropic is overloaded. Not your limit. What arrived is kept.',
      isAssertive: true,
    });
    assert.equal(announceChange(before, withAnswer('a', '', waiting(undefined)))?.isAssertive, false);
  });

  it('is a second failure in the words of the first, once it was tried again', () => {
    const once = withAnswer('a', 'So', failed(true));
    const again = withAnswer('a', 'So', failed(true));
    assert.equal(announceChange(once, again), undefined);
    assert.match(announceChange({ ...once, isBusy: true }, again)?.text ?? '', /^The answer was cut off/);
  });

  it('is not an answer that was there all along', () => {
    assert.equal(announceChange(before, withAnswer('a', 'Old news')), undefined);
  });

  it('is a notice, once', () => {
    const noticed = snapshot({ turns: before.turns, notice: 'The key was removed.' });
    assert.equal(announceChange(before, noticed)?.text, 'The key was removed.');
    assert.equal(announceChange(noticed, { ...noticed, revision: 2 }), undefined);
  });
});
