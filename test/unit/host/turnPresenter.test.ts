import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { AnswerState, AnswerTurn } from '../../../src/conversation/turn';
import { presentTurn } from '../../../src/host/chat/turnPresenter';
import { anyTurn } from '../conversation/turns';
import { now } from './snapshots';

const usage = { inputTokens: 1_000, outputTokens: 950, cacheReadTokens: 8_000, cacheWriteTokens: 200 };

function present(state: AnswerState, text = 'Because') {
  const turn: AnswerTurn = { role: 'assistant', id: 'b', at: now, model: 'claude-demo', text, state };
  return presentTurn(turn, now).state;
}

function done(stopReason: string, text = 'Because') {
  return present({ kind: 'done', stopReason, usage, costUsd: 0.0042 }, text);
}

describe('A question', () => {
  it('is shown with its time and the name of what was sent along, not its text', () => {
    const attachment = { name: 'retry.ts:12–48', languageId: 'typescript', text: 'retry();' };
    assert.deepEqual(presentTurn({ role: 'user', id: 'a', at: now, text: 'Why?', attachment }, now), {
      id: 'a',
      role: 'user',
      text: 'Why?',
      time: '14:05:20',
      attachment: 'retry.ts:12–48',
      state: { kind: 'done', note: undefined },
    });
  });

  it('of another day is shown with its date', () => {
    const turn = { role: 'user', id: 'a', at: now - 86_400_000, text: '', attachment: undefined } as const;
    assert.equal(presentTurn(turn, now).time, '2026-03-04 14:05:20');
  });
});

describe('An answer', () => {
  it('that waits says for what and until when, and hands on the time for a countdown', () => {
    const until = now + 20_000;
    assert.deepEqual(present({ kind: 'waiting', reason: 'inputTokens', until, position: 2, attempt: 1 }, ''), {
      kind: 'waiting',
      title: 'Waiting for input tokens until 14:05:40',
      detail: 'Sent by itself as soon as there is room · number 2 in line',
      until,
      canSendNow: true,
    });
  });

  it('that streams is shown as such', () => {
    assert.deepEqual(present({ kind: 'streaming' }), { kind: 'streaming' });
  });

  it('that is whole says what it cost, cached input included', () => {
    assert.deepEqual(done('end_turn'), { kind: 'done', note: '9.2k in · 950 out · about $0.0042' });
    assert.equal(done('a_reason_of_tomorrow').kind, 'done');
  });

  it('by a model whose price nobody knows does not pretend to have cost nothing', () => {
    const state = present({ kind: 'done', stopReason: 'end_turn', usage, costUsd: undefined });
    assert.deepEqual(state, { kind: 'done', note: '9.2k in · 950 out · cost unknown' });
  });

  for (const stopReason of ['max_tokens', 'model_context_window_exceeded']) {
    it(`that ended with ${stopReason} is incomplete and says what to do`, () => {
      const state = done(stopReason);
      assert.ok(state.kind === 'failed' && state.isIncomplete);
      assert.match(state.title, /length limit/);
      assert.deepEqual(
        state.actions.map(({ id }) => id),
        ['openSettings', 'retry'],
      );
    });
  }

  it('that was declined offers nothing that would be declined again', () => {
    const state = done('refusal', '');
    assert.ok(state.kind === 'failed' && !state.isIncomplete);
    assert.deepEqual(state.actions, []);
  });

  it('that failed is incomplete when some of it had arrived, and only then', () => {
    const failed = { kind: 'failed', reason: 'network', until: undefined } as const;
    const part = present(failed);
    const none = present(failed, '');
    assert.ok(part.kind === 'failed' && part.isIncomplete && part.title.startsWith('The answer was cut off'));
    assert.ok(none.kind === 'failed' && !none.isIncomplete && none.title.startsWith('No answer'));
  });

  it('that was refused for its question says that the question is left out from now on', () => {
    const details = (['tooLarge', 'invalid', 'network'] as const).map((reason) => {
      const state = present({ kind: 'failed', reason, until: undefined }, '');
      return state.kind === 'failed' ? state.detail : undefined;
    });
    assert.deepEqual(
      details.map((detail) => /go without this question/.test(detail ?? '')),
      [true, true, false],
    );
  });

  it('is shown in words, whatever turn it is', () => {
    fc.assert(
      fc.property(anyTurn, (turn) => {
        const view = presentTurn(turn, now);
        assert.equal(view.id, turn.id);
        assert.equal(view.text, turn.text);
        if ('title' in view.state) assert.match(view.state.title, /^[A-Z]/);
      }),
    );
  });
});
