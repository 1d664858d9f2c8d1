import assert from 'node:assert/strict';
import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import * as fc from 'fast-check';
import { DeltaSender } from '../../../src/host/chat/deltaSender';
import type { ChatDelta, ChatNotification, TurnView } from '../../../src/protocol/chat';

const status = {
  conversationId: 'conversation',
  hasKey: true,
  isBusy: false,
  model: 'claude-demo',
  title: 'Why?',
  turns: [],
  buckets: [],
  notice: undefined,
  attachments: [],
  queue: [],
  isQueuePaused: false,
  context: undefined,
  fit: undefined,
  history: undefined,
} as const;

const removal = { kind: 'remove', turnIds: ['a'] } as const;

/** Longer than text is held back. */
const frameMs = 40;

function turnOf(id: string, text = ''): TurnView {
  return {
    id,
    role: 'assistant',
    text,
    time: '14:05:20',
    attachments: [],
    thinking: '',
    branch: undefined,
    note: undefined,
    facts: [],
    state: { kind: 'streaming', isElsewhere: false },
  };
}

function setup() {
  const posted: ChatNotification[] = [];
  const sender = new DeltaSender((message) => posted.push(message));
  const deltas = () => posted.flatMap((message) => (message.type === 'delta' ? [message.payload.delta] : []));
  const revisions = () => posted.flatMap(({ payload }) => (payload && 'revision' in payload ? [payload.revision] : []));
  return { posted, sender, deltas, revisions };
}

/** A view that has asked for its snapshot. */
function setupReady() {
  const all = setup();
  all.sender.sendSnapshot(status);
  return all;
}

describe('The sender of deltas', () => {
  let clock: Clock;
  beforeEach(() => {
    clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => clock.uninstall());

  it('posts nothing before the first snapshot', () => {
    const { posted, sender } = setup();
    assert.equal(sender.isReady, false);
    sender.send(removal);
    sender.append('text', 'a', 'lost');
    clock.runAll();
    assert.deepEqual(posted, []);

    sender.sendSnapshot(status);
    clock.runAll();
    assert.equal(sender.isReady, true);
    assert.deepEqual(posted, [{ type: 'snapshot', payload: { ...status, revision: 1 } }]);
  });

  it('numbers snapshots and deltas without a gap', () => {
    const { posted, sender, revisions } = setupReady();
    sender.send(removal);
    sender.append('text', 'a', 'text');
    clock.tick(frameMs);
    sender.sendSnapshot(status);
    sender.send(removal);
    assert.deepEqual(revisions(), [1, 2, 3, 4, 5]);
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['snapshot', 'delta', 'delta', 'snapshot', 'delta'],
    );
  });

  it('gathers the text of a frame into one message', () => {
    const { sender, deltas } = setupReady();
    for (const text of ['It ', 'is ', 'here']) sender.append('text', 'a', text);
    assert.deepEqual(deltas(), []);
    clock.tick(frameMs);
    assert.deepEqual(deltas(), [{ kind: 'text', turnId: 'a', text: 'It is here' }]);
  });

  it('does not put text off for ever while more arrives', () => {
    const { sender, deltas } = setupReady();
    for (let count = 0; count < 20; count += 1) {
      sender.append('text', 'a', 'x');
      clock.tick(10);
    }
    assert.ok(deltas().length >= 4);
  });

  it('lets nothing overtake the text that came before it', () => {
    const { sender, deltas } = setupReady();
    sender.append('text', 'a', 'one');
    sender.append('text', 'b', 'two');
    sender.send({ kind: 'turn', turn: turnOf('b') });
    clock.runAll();
    assert.deepEqual(deltas(), [
      { kind: 'text', turnId: 'a', text: 'one' },
      { kind: 'text', turnId: 'b', text: 'two' },
      { kind: 'turn', turn: turnOf('b') },
    ]);
  });

  it('keeps thinking and text apart', () => {
    const { sender, deltas } = setupReady();
    sender.append('thinking', 'a', 'Let me ');
    sender.append('thinking', 'a', 'see.');
    sender.append('text', 'a', 'It is');
    clock.runAll();
    assert.deepEqual(deltas(), [
      { kind: 'thinking', turnId: 'a', text: 'Let me see.' },
      { kind: 'text', turnId: 'a', text: 'It is' },
    ]);
  });

  it('sends no text twice: a snapshot holds what was still gathered', () => {
    const { sender, deltas } = setupReady();
    sender.append('text', 'a', 'in the snapshot');
    sender.sendSnapshot(status);
    clock.runAll();
    assert.deepEqual(deltas(), []);
  });

  it('is silent while the view is hidden', () => {
    const { posted, sender } = setupReady();
    sender.append('text', 'a', 'gathered');
    sender.suspend();
    sender.send(removal);
    sender.append('text', 'a', 'more');
    clock.runAll();
    assert.equal(sender.isReady, false);
    assert.equal(posted.length, 1);
    assert.equal(clock.countTimers(), 0);
  });

  it('gives a view every text whole and in order, however it is mixed', () => {
    const ids = fc.constantFrom('a', 'b');
    const steps = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('text' as const), id: ids, text: fc.string({ minLength: 1 }) }),
        fc.record({ kind: fc.constant('turn' as const), id: ids }),
        fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 60 }) }),
      ),
    );
    fc.assert(
      fc.property(steps, (script) => {
        const { sender, deltas, revisions } = setupReady();
        const truth = new Map<string, string>();
        for (const step of script) {
          if (step.kind === 'wait') clock.tick(step.ms);
          if (step.kind === 'turn') sender.send({ kind: 'turn', turn: turnOf(step.id, truth.get(step.id)) });
          if (step.kind === 'text') {
            truth.set(step.id, (truth.get(step.id) ?? '') + step.text);
            sender.append('text', step.id, step.text);
          }
        }
        clock.runAll();
        assert.deepEqual(shownTexts(deltas()), Object.fromEntries(truth));
        assert.deepEqual(
          revisions(),
          revisions().map((_, index) => index + 1),
        );
      }),
    );
  });
});

/** What a view shows after these deltas: a turn replaces, a text appends. */
function shownTexts(deltas: readonly ChatDelta[]): Readonly<Record<string, string>> {
  const texts = new Map<string, string>();
  for (const delta of deltas) {
    if (delta.kind === 'turn') texts.set(delta.turn.id, delta.turn.text);
    if (delta.kind === 'text') texts.set(delta.turnId, (texts.get(delta.turnId) ?? '') + delta.text);
  }
  return Object.fromEntries([...texts].filter(([, text]) => text !== ''));
}
