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

function withTurn(turns: readonly TurnView[], turn: TurnView): readonly TurnView[] {
  const index = turns.findLastIndex(({ id }) => id === turn.id);
  return index === -1 ? [...turns, turn] : turns.with(index, turn);
}

/** Whether there is anything to send: words, or what is sent along with none. */
export function canSend(text: string, along: Pick<TurnView, 'attachments'> | undefined): boolean {
  return text.trim() !== '' || (along !== undefined && along.attachments.length > 0);
}

/** Whether an answer runs that this window can stop. */
export function canStop({ isBusy, turns }: ChatSnapshot): boolean {
  if (!isBusy) return false;
  const running = turns.findLast(({ state }) => state.kind === 'streaming');
  return running?.state.kind !== 'streaming' || !running.state.isElsewhere;
}
