import type { Disposable } from '../../client/types';
import { Conversation, type ConversationChange } from '../../conversation/conversation';
import type { Attachment, Digest, Turn } from '../../conversation/turn';
import type { Log } from '../log';
import { ChatRecord, type ChatRecordOptions } from './chatRecord';
import { Lease } from './lease';
import { particularsOf, type Particulars } from './particulars';
import { titleOf } from './title';

export type LiveChatChange =
  | ConversationChange
  /** Something other than the turns: title, model, draft, digests, whether another window answers. */
  | { readonly kind: 'status' }
  /** An answer of this window has ended well, and the conversation is free. */
  | { readonly kind: 'answered' }
  /** Another window has deleted it: nothing is done or written here any more. */
  | { readonly kind: 'gone' }
  /** Another window has changed it: everything is to be shown anew. */
  | { readonly kind: 'reloaded' };

/** `gone`: it was deleted, or this window has let go of it. */
export type BeginOutcome = 'started' | 'refused' | 'elsewhere' | 'gone';

export interface LiveChatOptions extends Omit<
  ChatRecordOptions,
  'conversation' | 'particulars' | 'onGone' | 'onProblem'
> {
  readonly log: Log;
}

/**
 * A conversation that is open in this window.
 *
 * The conversation is the truth of this window, the store that of all. What changes here is written at once, text that
 * streams once a second. One window answers at a time: it holds a lease on the conversation, and the others follow what
 * it writes. What another window has changed is taken over whenever no answer runs here, and what it has done to the
 * queue meanwhile as well. Never throws.
 */
export class LiveChat implements Disposable {
  readonly conversation: Conversation;
  readonly #options: LiveChatOptions;
  readonly #listeners = new Set<(change: LiveChatChange) => void>();
  readonly #record: ChatRecord;
  readonly #lease: Lease;
  #particulars: Particulars;
  #runningId: string | undefined;
  #busyBy: string | undefined;
  #saveError: unknown;
  #isOver = false;
  #isPaused: boolean;
  /** A queued message that is being edited: it is not sent meanwhile. */
  #heldId: string | undefined;

  constructor(options: LiveChatOptions) {
    this.#options = options;
    const { stored } = options;
    this.#particulars = particularsOf(stored);
    this.#busyBy = stored?.busyBy;
    this.#isPaused = (stored?.queue.length ?? 0) > 0 && stored?.busyBy === undefined;
    this.conversation = new Conversation({ now: Date.now, newId: () => crypto.randomUUID() }, stored);
    this.#record = new ChatRecord({
      ...options,
      conversation: this.conversation,
      particulars: () => this.#particulars,
      onGone: () => this.#onGone(),
      onProblem: (error) => this.#onWriteProblem(error),
    });
    this.#lease = new Lease(
      (until) => this.#record.claim(until),
      () => this.#record.release(),
    );
    this.conversation.onDidChange((change) => this.#onChange(change));
  }

  get id(): string {
    return this.#options.id;
  }

  /** Empty while there is nothing to name it after. */
  get title(): string {
    return this.#particulars.title;
  }

  /** `undefined` where the setting decides. */
  get model(): string | undefined {
    return this.#particulars.model;
  }

  get drafts(): readonly Attachment[] {
    return this.#particulars.drafts;
  }

  get digests(): readonly Digest[] {
    return this.#particulars.digests;
  }

  get isSummaryUndone(): boolean {
    return this.#particulars.isSummaryUndone;
  }

  get turns(): readonly Turn[] {
    return this.conversation.turns;
  }

  get isBusy(): boolean {
    return this.conversation.isBusy || this.isBusyElsewhere;
  }

  /** Another window is answering. */
  get isBusyElsewhere(): boolean {
    return !this.conversation.isBusy && this.#busyBy !== undefined && this.#busyBy !== this.#options.windowId;
  }

  /** Whether it is in the store: an empty one is not. */
  get isCreated(): boolean {
    return this.#record.isCreated;
  }

  /** A message waits for its turn, and nothing keeps it. */
  get hasMoreToSend(): boolean {
    const [next] = this.conversation.queue;
    return next !== undefined && !this.conversation.isBusy && !this.#isPaused && next.id !== this.#heldId;
  }

  /** After a failed or stopped answer, and after a start, a person decides whether what is queued is sent. */
  get isQueuePaused(): boolean {
    return this.#isPaused && this.conversation.queue.length > 0;
  }

  /** Why the last changes are not on disk; `undefined` while all are. */
  get saveError(): unknown {
    return this.#saveError;
  }

  onDidChange(listener: (change: LiveChatChange) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /**
   * Does something to the turns, such as beginning an answer, unless another window is answering: then nothing is
   * changed. What other windows have added until now is there when `start` is called.
   */
  begin(start: () => boolean): BeginOutcome {
    if (this.#hasEnded()) return 'gone';
    this.#record.create();
    this.#record.flush();
    const isMine = !this.#hasEnded() && this.#lease.claim();
    this.sync();
    if (this.#hasEnded()) return 'gone';
    if (!isMine) return 'elsewhere';
    const isStarted = start();
    if (!this.conversation.isBusy) this.#lease.release();
    return isStarted ? 'started' : 'refused';
  }

  /** What is queued may be sent after all. */
  resumeQueue(): void {
    this.#isPaused = false;
    this.#emit({ kind: 'status' });
  }

  /** This message is not sent until it is let go of; `undefined` lets go of all. */
  holdQueued(id: string | undefined): void {
    this.#heldId = id;
  }

  rename(title: string): void {
    this.#particulars = { ...this.#particulars, title, hasOwnTitle: true };
    this.#record.putTitle();
    this.#emit({ kind: 'status' });
  }

  setModel(model: string | undefined): void {
    this.#particulars = { ...this.#particulars, model };
    this.#record.putModel();
    this.#emit({ kind: 'status' });
  }

  setDrafts(drafts: readonly Attachment[]): void {
    this.#particulars = { ...this.#particulars, drafts };
    this.#record.putDrafts();
    this.#emit({ kind: 'status' });
  }

  setSummaryUndone(isSummaryUndone: boolean): void {
    if (isSummaryUndone === this.isSummaryUndone) return;
    this.#particulars = { ...this.#particulars, isSummaryUndone };
    this.#record.putSummaryUndone();
  }

  addDigest(digest: Digest): void {
    this.#setDigests([...this.digests.filter(({ upToTurnId }) => upToTurnId !== digest.upToTurnId), digest]);
    this.#record.putDigest(digest);
  }

  removeDigests(): void {
    for (const { upToTurnId } of this.digests) this.#record.removeDigest(upToTurnId);
    this.#setDigests([]);
  }

  /** Takes over what another window has written; while an answer runs here, only what it has done to the queue. */
  sync(): void {
    if (this.#isOver || !this.isCreated) return;
    try {
      if (!this.conversation.isBusy) this.#takeOver();
      else if (this.#record.mergeQueue()) this.#emit({ kind: 'queue', queue: this.conversation.queue });
    } catch (error) {
      this.#options.log.error('Failed to read the conversation again', error);
    }
  }

  /** The database was set aside, and there is a new one. */
  moveTo(store: LiveChatOptions['store']): void {
    this.#record.moveTo(store);
  }

  /** Writes what is not written yet. */
  flush(): void {
    this.#record.flush();
  }

  /** The answer that runs is ended. What arrived of it is kept, and reads as cut off by the end of the window. */
  dispose(): void {
    this.#isOver = true;
    this.conversation.stop();
    this.#record.dispose();
    this.#lease.release();
    this.#listeners.clear();
  }

  /** Its place in the store is gone: nothing more is written. */
  abandon(): void {
    this.#record.abandon();
    this.dispose();
  }

  #hasEnded(): boolean {
    return this.#isOver;
  }

  #takeOver(): void {
    // What is not written yet would be lost.
    if (!this.#record.isWritten) return;
    const state = this.#record.look();
    if (state === 'gone') return this.#onGone();
    const wasBusyElsewhere = this.isBusyElsewhere;
    // A lease runs out without a change.
    if (state === 'same' && !wasBusyElsewhere) return;
    const stored = this.#record.load();
    if (!stored) return;
    this.#busyBy = stored.busyBy;
    if (state === 'same' && this.isBusyElsewhere) return;
    this.#record.accept(stored);
    this.#particulars = particularsOf(stored);
    this.conversation.replaceWith(stored);
    this.#pauseAfterFailure();
    this.#emit({ kind: 'reloaded' });
  }

  /** An answer of another window has not ended well: what is queued behind it waits for a person there and here. */
  #pauseAfterFailure(): void {
    const last = this.turns.at(-1);
    const isUnwell = last?.role === 'assistant' && last.state.kind === 'failed';
    this.#isPaused ||= isUnwell && this.conversation.queue.length > 0;
  }

  #onChange(change: ConversationChange): void {
    if (this.#isOver) return;
    this.#save(change);
    this.#record.putHead();
    this.#emit(change);
    const runningId = this.conversation.running?.id;
    if (runningId === this.#runningId) return;
    const ended = this.#runningId === undefined ? undefined : this.conversation.find(this.#runningId);
    this.#runningId = runningId;
    const hasEndedWell = ended?.role === 'assistant' && ended.state.kind === 'done';
    if (runningId === undefined) {
      this.#isPaused ||= !hasEndedWell && this.conversation.queue.length > 0;
      this.#settle();
    }
    this.#emit({ kind: 'status' });
    // One that was stopped may have left an older one in its place: that has not ended now.
    if (hasEndedWell) this.#emit({ kind: 'answered' });
  }

  #save(change: ConversationChange): void {
    switch (change.kind) {
      case 'turn':
        this.#record.putTurn(change.turn.id);
        return this.#nameAfter(change.turn);
      case 'text':
      case 'thinking':
        return this.#record.putTurnSoon(change.turnId);
      case 'removed':
        return this.#record.removeTurns(change.turnIds);
      case 'queue':
        this.#isPaused &&= change.queue.length > 0;
        return this.#record.putQueue();
      case 'path':
        // Whatever changed it, the head is looked at after each change.
        return undefined;
    }
  }

  /** An answer has ended: the others may go on, and what they did meanwhile is taken over. */
  #settle(): void {
    this.flush();
    this.#lease.release();
    this.#busyBy = undefined;
    this.sync();
  }

  #nameAfter(turn: Turn): void {
    if (turn.role !== 'user' || this.#particulars.hasOwnTitle || this.title !== '') return;
    this.#particulars = { ...this.#particulars, title: titleOf(turn) };
    this.#record.putTitle();
  }

  #setDigests(digests: readonly Digest[]): void {
    this.#particulars = { ...this.#particulars, digests };
    this.#emit({ kind: 'status' });
  }

  #onGone(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#record.abandon();
    this.#emit({ kind: 'gone' });
  }

  #onWriteProblem(error: unknown): void {
    // It is tried again every few seconds: the log need not hear the same each time.
    if (error !== undefined && this.#saveError === undefined) {
      this.#options.log.error('Failed to save the conversation', error);
    }
    this.#saveError = error;
    this.#emit({ kind: 'status' });
  }

  #emit(change: LiveChatChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
