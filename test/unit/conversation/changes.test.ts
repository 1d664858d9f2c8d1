import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ClientError } from '../../../src/client/errors';
import type { RunEvent } from '../../../src/client/types';
import type { ConversationChange } from '../../../src/conversation/conversation';
import type { Turn } from '../../../src/conversation/turn';
import { settled } from '../scriptedClient';
import { options, setup } from './setup';

/** What a view shows that only ever heard the changes. */
function replay(changes: readonly ConversationChange[]): readonly Turn[] {
  const turns = new Map<string, Turn>();
  for (const change of changes) {
    if (change.kind === 'turn') turns.set(change.turn.id, change.turn);
    if (change.kind === 'removed') for (const id of change.turnIds) turns.delete(id);
    const turn = change.kind === 'text' ? turns.get(change.turnId) : undefined;
    if (turn && change.kind === 'text') turns.set(turn.id, { ...turn, text: turn.text + change.text });
  }
  return [...turns.values()];
}

describe('Whoever hears every change', () => {
  const at = fc.nat({ max: 100_000 });
  const events: fc.Arbitrary<RunEvent> = fc.oneof(
    fc.record({ type: fc.constant('queued' as const), position: fc.integer({ min: 1, max: 9 }), readyAt: at }),
    fc.record({ type: fc.constant('waiting' as const), reason: fc.constantFrom('requests', 'turn'), until: at }),
    fc.record({ type: fc.constant('started' as const), attempt: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ type: fc.constant('text' as const), text: fc.string() }),
  );
  const steps = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: events.map((event) => ({ kind: 'event' as const, event })) },
      { weight: 3, arbitrary: fc.constantFrom({ kind: 'ask' as const }, { kind: 'finish' as const }) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          { kind: 'fail' as const },
          { kind: 'stop' as const },
          { kind: 'retry' as const },
          { kind: 'clear' as const },
        ),
      },
    ),
    { maxLength: 30 },
  );

  it('knows the conversation, and it is busy exactly while its last answer runs', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const { client, conversation, changes, ask } = setup();
        for (const step of script) {
          const run = client.runs.at(-1);
          const last = conversation.turns.at(-1);
          if (step.kind === 'ask') ask('Why?');
          if (step.kind === 'event') run?.emit(step.event);
          if (step.kind === 'finish') run?.finish('');
          if (step.kind === 'fail') run?.fail(new ClientError('stalled', 'silent'));
          if (step.kind === 'stop') conversation.stop();
          if (step.kind === 'retry' && last) conversation.retry(client, last.id, options);
          if (step.kind === 'clear') conversation.clear();
          await settled();
          const running = conversation.turns.filter(
            (turn) => turn.role === 'assistant' && ['waiting', 'streaming'].includes(turn.state.kind),
          );
          assert.deepEqual(replay(changes), conversation.turns);
          assert.equal(running.length, conversation.isBusy ? 1 : 0);
          assert.ok(running.every((turn) => turn === conversation.turns.at(-1)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
