import type { ChatSnapshot, TurnView } from '../../protocol/chat';
import { strings } from './strings';

export interface Announcement {
  readonly text: string;
  /** Interrupts what is being read: only for what a person must act on. */
  readonly isAssertive: boolean;
}

/** What changed between two states, in words for a screen reader; `undefined` when nothing worth saying did. */
export function announceChange(previous: ChatSnapshot, next: ChatSnapshot): Announcement | undefined {
  if (previous.turns !== next.turns) {
    const before = new Map(previous.turns.map((turn) => [turn.id, turn]));
    const changed = next.turns.findLast((turn) => turn.role === 'assistant' && before.get(turn.id) !== turn);
    const announcement = changed && announceTurn(before.get(changed.id), changed, previous.isBusy);
    if (announcement) return announcement;
  }
  if (next.notice !== undefined && next.notice !== previous.notice) return { text: next.notice, isAssertive: false };
  return undefined;
}

function announceTurn(before: TurnView | undefined, { state }: TurnView, wasBusy: boolean): Announcement | undefined {
  const was = before?.state;
  switch (state.kind) {
    case 'waiting':
      if (was?.kind === 'waiting' && was.title === state.title) return undefined;
      return { text: state.title, isAssertive: false };
    case 'streaming':
      return was?.kind === 'streaming' ? undefined : { text: strings.isAnswering, isAssertive: false };
    case 'done':
      // An answer nobody saw being given, as in a restored conversation, is no news.
      if (was === undefined || was.kind === 'done') return undefined;
      return { text: strings.answerComplete, isAssertive: false };
    case 'failed':
      break;
  }
  // While busy, a second attempt has failed as the first one did.
  if (was?.kind === 'failed' && was.title === state.title && !wasBusy) return undefined;
  return { text: strings.failed(state.title, state.detail), isAssertive: true };
}
