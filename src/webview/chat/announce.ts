import type { AttachmentView, ChatSnapshot, TurnView } from '../../protocol/chat';
import { strings } from './strings';

export interface Announcement {
  readonly text: string;
  /** Interrupts what is being read: only for what a person must act on. */
  readonly isAssertive: boolean;
}

/**
 * What changed between two states, in words for a screen reader; `undefined` when nothing worth saying did.
 *
 * @param removing the ids of what the person wants removed; those that are gone are taken out of it
 */
export function announceChange(
  previous: ChatSnapshot,
  next: ChatSnapshot,
  removing: Set<string> = new Set(),
): Announcement | undefined {
  if (previous.conversationId !== next.conversationId)
    return polite(strings.showingChat(next.title || strings.newChat));
  if (previous.turns !== next.turns) {
    const before = new Map(previous.turns.map((turn) => [turn.id, turn]));
    if (takeGone(removing, previous.turns, next.turns)) return polite(strings.deleted);
    const changed = next.turns.findLast((turn) => turn.role === 'assistant' && before.get(turn.id) !== turn);
    const announcement = changed && announceTurn(before.get(changed.id), changed, previous.isBusy);
    if (announcement) return announcement;
  }
  return announceStatus(previous, next, removing);
}

function polite(text: string): Announcement {
  return { text, isAssertive: false };
}

interface Named {
  readonly id: string;
}

/** Takes out of `removing` what is in the first list only. */
function takeGone(removing: Set<string>, before: readonly Named[], after: readonly Named[]): boolean {
  const left = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => removing.has(id) && !left.has(id));
  for (const { id } of gone) removing.delete(id);
  return gone.length > 0;
}

function announceStatus(previous: ChatSnapshot, next: ChatSnapshot, removing: Set<string>): Announcement | undefined {
  if (next.notice !== undefined && next.notice !== previous.notice) return polite(next.notice);
  if (next.isQueuePaused && !previous.isQueuePaused && next.queue.length > 0) return polite(strings.queuePaused);
  if (next.queue.length !== previous.queue.length) {
    return polite(next.queue.length === 0 ? strings.queueEmpty : strings.queued(next.queue.length));
  }
  // A wait is told when the message is sent; what can never be sent is told at once.
  if (next.fit?.kind === 'tooLarge' && previous.fit?.kind !== 'tooLarge') return polite(next.fit.text);
  return announceAttachments(previous.attachments, next.attachments, removing);
}

function announceAttachments(
  previous: readonly AttachmentView[],
  next: readonly AttachmentView[],
  removing: Set<string>,
): Announcement | undefined {
  const added = namesOfNew(previous, next);
  if (added !== '') return polite(strings.attached(added));
  const removed = namesOfNew(next, previous);
  // All of them go with the message they were added to, unless the person has removed the last one.
  const isAskedFor = takeGone(removing, previous, next);
  return removed === '' || (next.length === 0 && !isAskedFor) ? undefined : polite(strings.detached(removed));
}

function namesOfNew(before: readonly AttachmentView[], after: readonly AttachmentView[]): string {
  const known = new Set(before.map(({ id }) => id));
  return after
    .filter(({ id }) => !known.has(id))
    .map(({ name }) => name)
    .join(', ');
}

function announceTurn(before: TurnView | undefined, { state }: TurnView, wasBusy: boolean): Announcement | undefined {
  const was = before?.state;
  switch (state.kind) {
    case 'waiting':
      return was?.kind === 'waiting' && was.title === state.title ? undefined : polite(state.title);
    case 'streaming':
      return was?.kind === 'streaming' ? undefined : polite(strings.isAnswering);
    case 'done':
      // An answer nobody saw being given, as in a restored conversation, is no news.
      return was === undefined || was.kind === 'done' ? undefined : polite(strings.answerComplete);
    case 'failed':
      break;
  }
  // While busy, a second attempt has failed as the first one did.
  if (was?.kind === 'failed' && was.title === state.title && !wasBusy) return undefined;
  return { text: strings.failed(state.title, state.detail), isAssertive: true };
}
