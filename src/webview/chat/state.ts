import type { ChatDelta, ChatSnapshot, TurnView } from '../../protocol/chat';

/**
 * The snapshot with a delta applied: the same object when the delta is already in it, `undefined` when something is
 * missing between the two.
 */
export function applyDelta(state: ChatSnapshot, revision: number, delta: ChatDelta): ChatSnapshot | undefined {
  if (revision <= state.revision) return state;
  if (revision !== state.revision + 1) return undefined;
  switch (delta.kind) {
    case 'turn': {
      const turns = withTurn(state.turns, delta.turn, delta.after);
      return turns && { ...state, revision, turns };
    }
    case 'text':
    case 'thinking': {
      const index = state.turns.findLastIndex(({ id }) => id === delta.turnId);
      const turn = state.turns[index];
      if (turn === undefined) return undefined;
      const field = delta.kind;
      return { ...state, revision, turns: state.turns.with(index, { ...turn, [field]: turn[field] + delta.text }) };
    }
    case 'remove': {
      const removed = new Set(delta.turnIds);
      return { ...state, revision, turns: state.turns.filter(({ id }) => !removed.has(id)) };
    }
    case 'status':
      break;
  }
  return { ...state, ...delta.status, revision };
}

function withTurn(
  turns: readonly TurnView[],
  turn: TurnView,
  after: string | undefined,
): readonly TurnView[] | undefined {
  const index = turns.findLastIndex(({ id }) => id === turn.id);
  if (index !== -1) return turns.with(index, turn);
  if (after === undefined) return [...turns, turn];
  const previous = turns.findLastIndex(({ id }) => id === after);
  return previous === -1 ? undefined : turns.toSpliced(previous + 1, 0, turn);
}

/** Whether an answer runs that this window can stop. */
export function canStop({ isBusy, turns }: ChatSnapshot): boolean {
  if (!isBusy) return false;
  const running = turns.findLast(({ state }) => state.kind === 'streaming');
  return running?.state.kind !== 'streaming' || !running.state.isElsewhere;
}
