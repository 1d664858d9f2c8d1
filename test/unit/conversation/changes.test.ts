import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ClientError } from '../../../src/client/errors';
import type { RunEvent } from '../../../src/client/types';
import type { Conversation, ConversationChange } from '../../../src/conversation/conversation';
import { isRunning, type QueuedMessage, type Turn } from '../../../src/conversation/turn';
import { settled, someUsage, type ScriptedClient } from '../scriptedClient';
import { options, setup } from './setup';

/** What a view shows that only ever heard the changes. */
class Replica {
  readonly turns = new Map<string, Turn>();
  headId: string | undefined;
  queue: readonly QueuedMessage[] = [];

  hear(change: ConversationChange): void {
    switch (change.kind) {
      case 'turn':
        if (!this.turns.has(change.turn.id) && change.turn.parentId === this.headId) this.headId = change.turn.id;
        this.turns.set(change.turn.id, change.turn);
        break;
      case 'text':
      case 'thinking': {
        const turn = this.turns.get(change.turnId);
        assert.ok(turn?.role === 'assistant');
        this.turns.set(turn.id, { ...turn, [change.kind]: turn[change.kind] + change.text });
        break;
      }
      case 'removed':
        for (const id of change.turnIds) assert.ok(this.turns.delete(id) && id !== this.headId);
        break;
      case 'path':
        assert.ok(change.headId === undefined || this.turns.has(change.headId));
        this.headId = change.headId;
        break;
      case 'queue':
        this.queue = change.queue;
        break;
    }
  }
}

type Step =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'ask' | 'finish' | 'cut' | 'fail' | 'failPartly' | 'stop' | 'goOn' | 'enqueue' }
  | {
      readonly kind: 'edit' | 'retry' | 'next' | 'previous' | 'remove' | 'editQueued' | 'removeQueued';
      readonly at: number;
    };

const at = fc.nat({ max: 100_000 });
const events: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.record({ type: fc.constant('queued' as const), position: fc.integer({ min: 1, max: 9 }), readyAt: at }),
  fc.record({ type: fc.constant('waiting' as const), reason: fc.constantFrom('requests', 'turn'), until: at }),
  fc.record({ type: fc.constant('started' as const), attempt: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ type: fc.constant('thinking' as const), text: fc.string() }),
  fc.record({ type: fc.constant('text' as const), text: fc.constantFrom('', ' ', '\n', 'word', 'more ') }),
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 24, arbitrary: events.map((event) => ({ kind: 'event' as const, event })) },
    { weight: 18, arbitrary: fc.record({ kind: fc.constantFrom('ask', 'finish', 'finish', 'fail', 'goOn') }) },
    { weight: 9, arbitrary: fc.record({ kind: fc.constantFrom('cut', 'failPartly', 'stop', 'enqueue') }) },
    {
      weight: 18,
      arbitrary: fc.record({
        kind: fc.constantFrom('edit', 'retry', 'retry', 'next', 'previous', 'editQueued', 'removeQueued'),
        at: fc.nat({ max: 9 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat({ max: 9 }) }) },
  ),
  { maxLength: 50 },
);

/** Does one step; the turns and messages are picked among those there are. True when a person deleted turns by it. */
function take(step: Step, conversation: Conversation, client: ScriptedClient): boolean {
  const run = client.runs.at(-1);
  const pick = (list: readonly { id: string }[]) =>
    ('at' in step ? list[step.at % list.length]?.id : undefined) ?? 'nobody';
  const turnId = pick(conversation.turns);
  switch (step.kind) {
    case 'event':
      run?.emit(step.event);
      return false;
    case 'ask':
      conversation.ask(client, 'Why?', [], options);
      return false;
    case 'edit':
      conversation.edit(client, turnId, 'Who?', [], options);
      return false;
    case 'retry':
      conversation.retry(client, turnId, options);
      return false;
    case 'goOn':
      conversation.continueAnswer(client, conversation.headId ?? 'nobody', options);
      return false;
    case 'finish':
      run?.finish('');
      return false;
    case 'cut':
      run?.finish('', 'max_tokens');
      return false;
    case 'fail':
      run?.fail(new ClientError('stalled', 'silent'));
      return false;
    case 'failPartly': {
      const partial = { text: '', thinking: '', usage: someUsage, costUsd: undefined };
      run?.fail(new ClientError('network', 'gone', { partial }));
      return false;
    }
    case 'stop':
      conversation.stop();
      return false;
    case 'next':
      conversation.showBranch(turnId, 1);
      return false;
    case 'previous':
      conversation.showBranch(turnId, -1);
      return false;
    case 'remove':
      return conversation.remove(turnId);
    case 'enqueue':
      conversation.enqueue('Later', []);
      return false;
    case 'editQueued':
      conversation.editQueued(pick(conversation.queue), 'Sooner');
      return false;
    case 'removeQueued':
      conversation.removeQueued(pick(conversation.queue));
      return false;
  }
}

/** Nothing is lost but what a person deletes, and answers without a word that gave way to another. */
function checkNothingLost(before: readonly Turn[], conversation: Conversation): void {
  for (const old of before) {
    const turn = conversation.find(old.id);
    if (!turn) assert.ok(old.role === 'assistant' && old.text.trim() === '', `${old.id} was lost`);
    else if (turn.role === 'user') assert.equal(turn, old);
    else assert.ok(turn.text.startsWith(old.text));
  }
}

function checkPath({ turns, headId, isBusy, all, running }: Conversation): void {
  for (const [index, turn] of turns.entries()) assert.equal(turn.parentId, turns[index - 1]?.id);
  assert.equal(turns.at(-1)?.id, headId);
  assert.equal(turns.length > 0, all.length > 0);
  const open = all.filter(isRunning);
  assert.deepEqual(open, isBusy ? [turns.at(-1)] : []);
  assert.equal(running, open[0]);
}

function checkQueue(before: readonly QueuedMessage[], after: readonly QueuedMessage[], step: Step): void {
  const added = after.filter(({ id }) => before.every((each) => each.id !== id));
  const kept = before.filter(({ id }) => after.some((each) => each.id === id));
  assert.deepEqual(
    after.map(({ id }) => id),
    [...kept, ...added].map(({ id }) => id),
  );
  assert.equal(added.length, step.kind === 'enqueue' ? 1 : 0);
  const lost = before.length - kept.length;
  if (step.kind === 'removeQueued') assert.ok(lost <= 1);
  else assert.equal(lost, 0);
}

describe('Whatever is done to a conversation', () => {
  it('its path is a chain, nothing is lost, the queue keeps its order, and whoever hears every change knows it all', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const { client, conversation } = setup();
        const replica = new Replica();
        conversation.onDidChange((change) => {
          replica.hear(change);
          assert.equal(conversation.running !== undefined, conversation.isBusy);
        });
        for (const step of script) {
          const before = { all: conversation.all, queue: conversation.queue };
          const isDeleted = take(step, conversation, client);
          await settled();
          if (!isDeleted) checkNothingLost(before.all, conversation);
          checkPath(conversation);
          checkQueue(before.queue, conversation.queue, step);
          assert.deepEqual([...replica.turns.values()], conversation.all);
          assert.equal(replica.headId, conversation.headId);
          assert.deepEqual(replica.queue, conversation.queue);
        }
        const { all, headId, queue } = conversation;
        assert.deepEqual(setup({ turns: all, headId, queue }).conversation.turns, conversation.turns);
      }),
      { numRuns: 200 },
    );
  });
});
