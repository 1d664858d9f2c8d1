import type { Disposable } from '../../client/types';
import { Conversation, type ConversationChange } from '../../conversation/conversation';
import type { Attachment, Digest, QueuedMessage, Turn } from '../../conversation/turn';
import type { ConversationStore, StoredConversation } from '../../store/conversationStore';
import type { Log } from '../log';
import { Lease } from './lease';
import { StoreError } from '../../store/storeError';
import { PendingWrites } from './pendingWrites';
import { titleOf } from './title';

export type LiveChatChange =
  | ConversationChange
  /** Something other than the turns: title, model, draft, digests, whether another window answers. */
  | { readonly kind: 'status' }
  /** An answer of this window has ended well, and the conversation is free. */
  | { readonly kind: 'answered' }
  /** Another window has deleted it. */
  | { readonly kind: 'gone' }
  /** Another window has changed it: everything is to be shown anew. */
  | { readonly kind: 'reloaded' };

export interface LiveChatOptions {
  readonly id: string;
  /** `undefined` for a new one, which is written with its first change. */
  readonly stored: StoredConversation | undefined;
  /** Of a new one. */
  readonly workspace: string | undefined;
  readonly store: ConversationStore;
  readonly windowId: string;
  readonly log: Log;
  /** Told when it is written for the first time. */
  readonly onCreated: () => void;
}

/** What of a conversation a person decides apart from its turns. */
interface Particulars {
  readonly title: string;
  readonly hasOwnTitle: boolean;
  readonly model: string | undefined;
  readonly drafts: readonly Attachment[];
  readonly digests: readonly Digest[];
}

const newParticulars: Particulars = { title: '', hasOwnTitle: false, model: undefined, drafts: [], digests: [] };

/**
 * A conversation that is open in this window, and its place in the store.
 *
 * The conversation is the truth of this window, the store that of all. What changes here is written at once, text that
 * streams once a second. One window answers at a time: it holds a lease on the conversation, and the others follow what
 * it writes. What another window has changed is taken over whenever no answer runs here. Never throws.
 */
export class LiveChat implements Disposable {
  readonly conversation: Conversation;
  readonly #options: LiveChatOptions;
  readonly #listeners = new Set<(change: LiveChatChange) => void>();
  readonly #writes: PendingWrites;
  readonly #lease: Lease;
  #particulars: Particulars;
  #isCreated: boolean;
  #wasBusy = false;
  /** Of the version this window knows: its last own write, or what it has read. */
  #revision: number | undefined;
  #busyBy: string | undefined;
  #saveError: unknown;
  #isAbandoned = false;
  #writtenHead: string | undefined;
  /** Messages of the queue that were once here: what is in the store besides is another window's. */
  readonly #seenQueued = new Set<string>();

  constructor(options: LiveChatOptions) {
    this.#options = options;
    const { id, stored, store } = options;
    this.#particulars = stored ?? newParticulars;
    this.#isCreated = stored !== undefined;
    this.#revision = stored?.revision;
    this.#busyBy = stored?.busyBy;
    this.#writtenHead = stored?.headId;
    this.#sawQueue(stored?.queue ?? []);
    this.#writes = new PendingWrites({ onProblem: (error) => this.#onWriteProblem(error) });
    this.#lease = new Lease(
      (until) => this.#writeOwn(() => store.claim(id, until)),
      () => this.#writeOwn(() => store.release(id)),
    );
    this.conversation = new Conversation({ now: Date.now, newId: () => crypto.randomUUID() }, stored);
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
    return this.#isCreated;
  }

  /** A message waits for its turn, and nothing keeps it: after a failed or stopped answer a person decides. */
  get hasMoreToSend(): boolean {
    const last = this.turns.at(-1);
    const isHeld = last?.role === 'assistant' && last.state.kind !== 'done';
    return this.conversation.queue.length > 0 && !isHeld;
  }

  /** Why the last changes are not on disk; `undefined` while all are. */
  get saveError(): unknown {
    return this.#saveError;
  }

  onDidChange(listener: (change: LiveChatChange) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Begins an answer, unless another window is answering: then nothing is changed. */
  begin(start: () => boolean): 'started' | 'refused' | 'elsewhere' {
    this.#ensureCreated();
    if (!this.#lease.claim()) {
      this.sync();
      return 'elsewhere';
    }
    // What another window has added belongs to the path that is answered.
    this.sync();
    const isStarted = start();
    if (!this.conversation.isBusy) this.#lease.release();
    return isStarted ? 'started' : 'refused';
  }

  rename(title: string): void {
    this.#particulars = { ...this.#particulars, title, hasOwnTitle: true };
    this.#write('title', () => this.#options.store.setTitle(this.id, title, true));
    this.#emit({ kind: 'status' });
  }

  setModel(model: string | undefined): void {
    this.#particulars = { ...this.#particulars, model };
    this.#write('model', () => this.#options.store.setModel(this.id, model));
    this.#emit({ kind: 'status' });
  }

  setDrafts(drafts: readonly Attachment[]): void {
    this.#particulars = { ...this.#particulars, drafts };
    this.#write('drafts', () => this.#options.store.setDrafts(this.id, drafts));
    this.#emit({ kind: 'status' });
  }

  addDigest(digest: Digest): void {
    this.#setDigests([...this.digests.filter(({ upToTurnId }) => upToTurnId !== digest.upToTurnId), digest]);
    this.#write(`digest ${digest.upToTurnId}`, () => this.#options.store.putDigest(this.id, digest));
  }

  removeDigests(): void {
    for (const { upToTurnId } of this.digests) {
      this.#write(`digest ${upToTurnId}`, () => this.#options.store.removeDigest(this.id, upToTurnId));
    }
    this.#setDigests([]);
  }

  /** Takes over what another window has written, unless an answer runs here. */
  sync(): void {
    if (this.conversation.isBusy || !this.#isCreated || !this.#writes.isEmpty) return;
    try {
      const found = this.#options.store.revisionOf(this.id);
      if (!found) return this.#emit({ kind: 'gone' });
      if (found.revision === this.#revision && !this.isBusyElsewhere) return;
      const stored = this.#options.store.load(this.id);
      if (!stored) return;
      const wasBusyElsewhere = this.isBusyElsewhere;
      this.#busyBy = stored.busyBy;
      if (stored.revision === this.#revision && wasBusyElsewhere === this.isBusyElsewhere) return;
      this.#revision = stored.revision;
      this.#particulars = stored;
      this.#writtenHead = stored.headId;
      this.#sawQueue(stored.queue);
      this.conversation.replaceWith(stored);
      this.#emit({ kind: 'reloaded' });
    } catch (error) {
      this.#options.log.error('Failed to read the conversation again', error);
    }
  }

  /** Writes what is not written yet. */
  flush(): void {
    this.#writes.flush();
  }

  /** The answer that runs is ended, what arrived is kept. */
  dispose(): void {
    this.conversation.stop();
    this.#writes.dispose();
    this.#lease.release();
    this.#listeners.clear();
  }

  /** Its place in the store is gone: nothing more is written. */
  abandon(): void {
    this.#isAbandoned = true;
    this.dispose();
  }

  #onChange(change: ConversationChange): void {
    if (this.#isAbandoned) return;
    const { store } = this.#options;
    switch (change.kind) {
      case 'turn': {
        const { id } = change.turn;
        this.#writes.drop(`turn ${id}`);
        this.#write(`turn ${id}`, () => this.#putTurn(id));
        this.#nameAfter(change.turn);
        break;
      }
      case 'text':
      case 'thinking':
        this.#writes.soon(`turn ${change.turnId}`, () => this.#putTurn(change.turnId));
        break;
      case 'removed':
        for (const id of change.turnIds) this.#writes.drop(`turn ${id}`);
        this.#write(`removed ${change.turnIds.join(' ')}`, () => store.removeTurns(this.id, change.turnIds));
        break;
      case 'path':
        break;
      case 'queue':
        this.#write('queue', () => this.#putQueue());
        break;
    }
    this.#writeHead();
    this.#emit(change);
    if (this.conversation.isBusy === this.#wasBusy) return;
    this.#wasBusy = this.conversation.isBusy;
    if (!this.#wasBusy) this.#settle();
    this.#emit({ kind: 'status' });
    const last = this.turns.at(-1);
    if (!this.#wasBusy && last?.role === 'assistant' && last.state.kind === 'done') this.#emit({ kind: 'answered' });
  }

  /** An answer has ended: the others may go on, and what they did meanwhile is taken over. */
  #settle(): void {
    this.flush();
    this.#lease.release();
    this.#busyBy = undefined;
    this.sync();
  }

  #putTurn(id: string): void {
    const turn = this.conversation.find(id);
    if (turn) this.#options.store.putTurn(this.id, turn);
  }

  /** What another window has put into the queue meanwhile stays in it. */
  #putQueue(): void {
    const { store } = this.#options;
    const { conversation } = this;
    this.#sawQueue(conversation.queue);
    if (store.revisionOf(this.id)?.revision !== this.#revision) {
      const others = store.load(this.id)?.queue.filter(({ id }) => !this.#seenQueued.has(id)) ?? [];
      const queue = [...conversation.queue, ...others];
      this.#sawQueue(others);
      if (others.length > 0) conversation.replaceWith({ turns: conversation.all, headId: conversation.headId, queue });
    }
    store.setQueue(this.id, conversation.queue);
  }

  #sawQueue(queue: readonly QueuedMessage[]): void {
    for (const { id } of queue) this.#seenQueued.add(id);
  }

  #writeHead(): void {
    const { headId } = this.conversation;
    if (headId === this.#writtenHead) return;
    this.#writtenHead = headId;
    this.#write('head', () => this.#options.store.setHead(this.id, headId));
  }

  #nameAfter(turn: Turn): void {
    if (turn.role !== 'user' || this.#particulars.hasOwnTitle || this.title !== '') return;
    const title = titleOf(turn);
    this.#particulars = { ...this.#particulars, title };
    this.#write('title', () => this.#options.store.setTitle(this.id, title, false));
  }

  #setDigests(digests: readonly Digest[]): void {
    this.#particulars = { ...this.#particulars, digests };
    this.#emit({ kind: 'status' });
  }

  #write(thing: string, write: () => void): void {
    this.#ensureCreated();
    this.#writes.now(thing, () => this.#writeOwn(write));
  }

  /** Keeps count of what is our own: a revision further on is another window's. */
  #writeOwn<Result>(write: () => Result): Result {
    const { store } = this.#options;
    const before = store.revisionOf(this.id)?.revision;
    const result = write();
    if (before === this.#revision) this.#revision = store.revisionOf(this.id)?.revision;
    return result;
  }

  #ensureCreated(): void {
    if (this.#isCreated) return;
    this.#isCreated = true;
    this.#writes.now('conversation', () => this.#create());
    this.#options.onCreated();
  }

  #create(): void {
    const { store, workspace } = this.#options;
    store.create({ id: this.id, workspace, at: Date.now() });
    this.#revision = store.revisionOf(this.id)?.revision;
  }

  /** Deleted by another window, while this one goes on with it: all of it is written once more. */
  #createAgain(): void {
    const { store } = this.#options;
    const { title, hasOwnTitle, model, drafts, digests } = this.#particulars;
    this.#writes.now('conversation', () => {
      this.#create();
      for (const turn of this.conversation.all) store.putTurn(this.id, turn);
      store.setHead(this.id, this.conversation.headId);
      store.setTitle(this.id, title, hasOwnTitle);
      store.setModel(this.id, model);
      store.setQueue(this.id, this.conversation.queue);
      store.setDrafts(this.id, drafts);
      for (const digest of digests) store.putDigest(this.id, digest);
      if (this.conversation.isBusy) this.#lease.claim();
      this.#revision = store.revisionOf(this.id)?.revision;
    });
  }

  #onWriteProblem(error: unknown): void {
    if (StoreError.is(error, 'gone')) return this.#createAgain();
    if (error !== undefined) this.#options.log.error('Failed to save the conversation', error);
    this.#saveError = error;
    this.#emit({ kind: 'status' });
  }

  #emit(change: LiveChatChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
