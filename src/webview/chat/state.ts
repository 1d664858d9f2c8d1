import type { ChatDelta, ChatSnapshot, TurnView } from '../../protocol/chat';

/**
 * The snapshot with a delta applied: the same object when the delta is already in it, `undefined` when something is
 * missing between the two.
 */
export function applyDelta(state: ChatSnapshot, revision: number, delta: ChatDelta): ChatSnapshot | undefined {
  if (revision <= state.revision) return state;
  if (revision !== state.revision + 1) return undefined;
  switch (delta.kind) {
    case 'turn':
      return { ...state, revision, turns: withTurn(state.turns, delta.turn) };
    case 'text': {
      const turn = state.turns.findLast(({ id }) => id === delta.turnId);
      if (turn === undefined) return undefined;
      return { ...state, revision, turns: withTurn(state.turns, { ...turn, text: turn.text + delta.text }) };
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

function withTurn(turns: readonly TurnView[], turn: TurnView): readonly TurnView[] {
  const index = turns.findLastIndex(({ id }) => id === turn.id);
  return index === -1 ? [...turns, turn] : turns.with(index, turn);
}
