import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { AnswerState, AnswerTurn } from '../../../src/conversation/turn';
import { presentTurn, type TurnSurroundings } from '../../../src/host/chat/turnPresenter';
import { anyTurn } from '../conversation/turns';
import { answer, question } from '../store/setup';
import { now } from './snapshots';

const account = {
  usage: { inputTokens: 1_000, outputTokens: 950, cacheReadTokens: 8_000, cacheWriteTokens: 200 },
  costUsd: 0.0042,
  waitedMs: 0,
  firstTextMs: 900,
  totalMs: 8_000,
  attempts: 1,
};

const surroundings: TurnSurroundings = {
  now,
  branch: undefined,
  isElsewhere: false,
  countTokens: (text) => text.length,
};

function answerIn(state: AnswerState, text = 'Because'): AnswerTurn {
  return { ...answer('b', text, 'a', state), at: now, model: 'claude-demo', account };
}

function present(state: AnswerState, text?: string, more: Partial<TurnSurroundings> = {}) {
  return presentTurn(answerIn(state, text), { ...surroundings, ...more }).state;
}

function done(stopReason: string, text?: string) {
  return present({ kind: 'done', stopReason }, text);
}

describe('A question', () => {
  it('is shown with its time and with the names and sizes of what was sent along, not its text', () => {
    const attachment = { kind: 'file', name: 'retry.ts', languageId: 'typescript', text: 'x'.repeat(1_200) } as const;
    const turn = { ...question('a', 'Why?'), at: now, attachments: [attachment] };
    const branch = { position: 2, count: 3 };
    assert.deepEqual(presentTurn(turn, { ...surroundings, branch }), {
      id: 'a',
      role: 'user',
      text: 'Why?',
      time: '14:05:20',
      attachments: [{ id: '0', kind: 'file', name: 'retry.ts', tokens: '1.2k' }],
      thinking: '',
      branch,
      note: undefined,
      facts: [],
      state: { kind: 'done' },
    });
  });

  it('of another day is shown with its date', () => {
    const turn = { ...question('a', ''), at: now - 86_400_000 };
    assert.equal(presentTurn(turn, surroundings).time, '2026-03-04 14:05:20');
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
      remedy: undefined,
    });
  });

  it('that waits for a person to bring another key says where, and cannot be hurried', () => {
    for (const reason of ['key', 'budget'] as const) {
      const state = present({ kind: 'waiting', reason, until: undefined, position: undefined, attempt: 1 }, '');
      assert.ok(state.kind === 'waiting' && !state.canSendNow);
      assert.equal(state.remedy?.id, 'manageKeys');
    }
  });

  it('that waits in another window cannot be hurried here', () => {
    const state = present(
      { kind: 'waiting', reason: 'inputTokens', until: now + 20_000, position: 2, attempt: 1 },
      '',
      {
        isElsewhere: true,
      },
    );
    assert.ok(state.kind === 'waiting' && !state.canSendNow);
    assert.equal(state.detail, 'In another window');
  });

  it('that streams is shown as such, here and elsewhere', () => {
    for (const isElsewhere of [true, false]) {
      assert.deepEqual(present({ kind: 'streaming' }, 'So', { isElsewhere }), { kind: 'streaming', isElsewhere });
    }
  });

  it('that is whole says what it took, and has its thinking beside it', () => {
    const turn = { ...answerIn({ kind: 'done', stopReason: 'end_turn' }), thinking: 'Let me see.' };
    const { note, facts, thinking, state } = presentTurn(turn, surroundings);
    assert.equal(note, '9.2k in · 950 out · about $0.0042');
    assert.ok(facts.length > 0);
    assert.equal(thinking, 'Let me see.');
    assert.deepEqual(state, { kind: 'done' });
    assert.equal(done('a_reason_of_tomorrow').kind, 'done');
  });

  for (const stopReason of ['max_tokens', 'model_context_window_exceeded']) {
    it(`that ended with ${stopReason} is incomplete and says what to do`, () => {
      const state = done(stopReason);
      assert.ok(state.kind === 'failed' && state.isIncomplete);
      assert.match(state.title, /length limit/);
      assert.deepEqual(
        state.actions.map(({ id }) => id),
        ['continue', 'openSettings', 'retry'],
      );
      const empty = done(stopReason, ' ');
      assert.ok(empty.kind === 'failed' && empty.actions.every(({ id }) => id !== 'continue'), 'nothing to go on from');
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
    assert.ok(part.kind === 'failed' && part.isIncomplete && part.actions[0]?.id === 'continue');
    assert.ok(part.title.startsWith('The answer was cut off'));
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
        const view = presentTurn(turn, surroundings);
        assert.equal(view.id, turn.id);
        assert.equal(view.text, turn.text);
        if ('title' in view.state) assert.match(view.state.title, /^[A-Z]/);
      }),
    );
  });
});
