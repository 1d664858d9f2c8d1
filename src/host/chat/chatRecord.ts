import type { Disposable } from '../../client/types';
import type { Conversation } from '../../conversation/conversation';
import type { Digest, QueuedMessage } from '../../conversation/turn';
import type { ConversationStore, StoredConversation } from '../../store/conversationStore';
import { StoreError } from '../../store/storeError';
import { isSameQueue, mergeQueues } from './mergeQueues';
import type { Particulars } from './particulars';
import { PendingWrites } from './pendingWrites';

export interface ChatRecordOptions {
  readonly id: string;
  /** Written as it is then, not as it was when that was asked for. */
  readonly conversation: Conversation;
  readonly particulars: () => Particulars;
  /** `undefined` for a new one, which is written with its first change. */
  readonly stored: StoredConversation | undefined;
  /** Of a new one. */
  readonly workspace: string | undefined;
  readonly store: ConversationStore;
  readonly windowId: string;
  /** Told when it is written for the first time. */
  readonly onCreated: () => void;
  /** Another window has deleted it. Not told while an answer runs here: then it is written once more. */
  readonly onGone: () => void;
  /** Told with the error when something could not be written, and with `undefined` once all is. */
  readonly onProblem: (error: unknown) => void;
}

const creation = 'conversation';

/**
 * The place of a conversation in the store. What is put there and cannot be written is kept and tried again; a change
 * that is not our own counts as news. Only what asks the store something throws, and that is always a `StoreError`.
 */
export class ChatRecord implements Disposable {
  readonly #options: ChatRecordOptions;
  readonly #writes: PendingWrites;
  #isCreated: boolean;
  /** Nothing is written any more: it was deleted. */
  #isAbandoned = false;
  /** Of the version this window knows: its last own write, or what it has read. */
  #revision: number | undefined;
  /** The right to answer is wanted until then. */
  #claimedUntil: number | undefined;
  #knownHead: string | undefined;
  #knownQueue: readonly QueuedMessage[];
  #store: ConversationStore;

  constructor(options: ChatRecordOptions) {
    const { stored, onProblem } = options;
    this.#options = options;
    this.#store = options.store;
    this.#isCreated = stored !== undefined;
    this.#revision = stored?.revision;
    this.#knownHead = stored?.headId;
    this.#knownQueue = stored?.queue ?? [];
    this.#writes = new PendingWrites({ onProblem, mend: (error) => this.#mend(error) });
  }

  /** Whether it has a place at all: a conversation in which nothing was done yet has none. */
  get isCreated(): boolean {
    return this.#isCreated;
  }

  /** Whether all that was put here is written. */
  get isWritten(): boolean {
    return this.#writes.isEmpty;
  }

  create(): void {
    if (this.#isCreated || this.#isAbandoned) return;
    this.#isCreated = true;
    this.#writes.now(creation, () => this.#create());
    this.#options.onCreated();
  }

  /** A turn that is not there any more when it is written is left out. */
  putTurn(turnId: string): void {
    // What streamed of it until now goes with it.
    this.#writes.drop(`turn ${turnId}`);
    this.#put(`turn ${turnId}`, () => this.#writeTurn(turnId));
  }

  /** Within a second, together with what else streams. */
  putTurnSoon(turnId: string): void {
    if (!this.#isAbandoned) this.#writes.soon(`turn ${turnId}`, () => this.#writeTurn(turnId));
  }

  removeTurns(turnIds: readonly string[]): void {
    for (const turnId of turnIds) this.#writes.drop(`turn ${turnId}`);
    this.#put(`without ${turnIds.join(' ')}`, () => this.#store.removeTurns(this.#id, turnIds));
  }

  /** Which branch is shown, if that is another one now. */
  putHead(): void {
    const { headId } = this.#options.conversation;
    if (headId === this.#knownHead) return;
    this.#knownHead = headId;
    this.#put('head', () => this.#store.setHead(this.#id, headId));
  }

  /** What other windows have done to the queue stays done. */
  putQueue(): void {
    this.#put('queue', () => {
      const written = this.#store.changeQueue(this.#id, (theirs) => this.#mergeWith(theirs));
      this.#takeQueue(written);
      this.#knownQueue = written;
    });
  }

  putTitle(): void {
    this.#put('title', () => {
      const { title, hasOwnTitle } = this.#options.particulars();
      this.#store.setTitle(this.#id, title, hasOwnTitle);
    });
  }

  putModel(): void {
    this.#put('model', () => this.#store.setModel(this.#id, this.#options.particulars().model));
  }

  putDrafts(): void {
    this.#put('drafts', () => this.#store.setDrafts(this.#id, this.#options.particulars().drafts));
  }

  putDigest(digest: Digest): void {
    this.#put(`digest ${digest.upToTurnId}`, () => this.#store.putDigest(this.#id, digest));
  }

  removeDigest(upToTurnId: string): void {
    this.#put(`digest ${upToTurnId}`, () => this.#store.removeDigest(this.#id, upToTurnId));
  }

  /** The right to answer until then. False while another window has it, and when the conversation is gone. */
  claim(until: number): boolean {
    this.#claimedUntil = until;
    // What could not be created yet is nobody else's.
    return this.#writes.has(creation) || this.#writeOwn(() => this.#store.claim(this.#id, until));
  }

  release(): void {
    this.#claimedUntil = undefined;
    this.#writeOwn(() => this.#store.release(this.#id));
  }

  /** What became of it since this window last knew. */
  look(): 'same' | 'changed' | 'gone' {
    const found = this.#store.revisionOf(this.#id);
    if (!found) return 'gone';
    return found.revision === this.#revision ? 'same' : 'changed';
  }

  load(): StoredConversation | undefined {
    return this.#store.load(this.#id);
  }

  /** This is what the window knows from now on. */
  accept({ revision, headId, queue }: StoredConversation): void {
    this.#revision = revision;
    this.#knownHead = headId;
    this.#knownQueue = queue;
  }

  /** Takes over what other windows have done to the queue; true when that is something. */
  mergeQueue(): boolean {
    if (this.look() !== 'changed') return false;
    const theirs = this.load()?.queue;
    if (!theirs) return false;
    const queue = this.#mergeWith(theirs);
    this.#knownQueue = theirs;
    return this.#takeQueue(queue);
  }

  putSummaryUndone(): void {
    this.#put('undone', () => this.#store.setSummaryUndone(this.#id, this.#options.particulars().isSummaryUndone));
  }

  flush(): void {
    this.#writes.flush();
  }

  /** The database was set aside, and there is a new one: all of the conversation is written there. */
  moveTo(store: ConversationStore): void {
    this.#store = store;
    if (!this.#isCreated || this.#isAbandoned) return;
    // Whatever was still to be written is part of it.
    this.#writes.clear();
    this.#writes.now(creation, () => this.#create());
    this.#putAll();
  }

  dispose(): void {
    this.#writes.dispose();
  }

  /** It is deleted: nothing more is written. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#writes.abandon();
  }

  get #id(): string {
    return this.#options.id;
  }

  #put(thing: string, write: () => void): void {
    if (this.#isAbandoned) return;
    this.create();
    this.#writes.now(thing, () => this.#writeOwn(write));
  }

  #mergeWith(theirs: readonly QueuedMessage[]): readonly QueuedMessage[] {
    return mergeQueues({ known: this.#knownQueue, mine: this.#options.conversation.queue, theirs });
  }

  /** True when it is another one than the conversation has. */
  #takeQueue(queue: readonly QueuedMessage[]): boolean {
    const { conversation } = this.#options;
    if (isSameQueue(conversation.queue, queue)) return false;
    conversation.replaceWith({ turns: conversation.all, headId: conversation.headId, queue });
    return true;
  }

  #writeTurn(turnId: string): void {
    const turn = this.#options.conversation.find(turnId);
    if (turn) this.#writeOwn(() => this.#store.putTurn(this.#id, turn));
  }

  /** Keeps count of what is our own: with a step that is not, there is news, until it is read. */
  #writeOwn<Result>(write: () => Result): Result {
    const before = this.look();
    const result = write();
    const after = before === 'same' ? this.#store.revisionOf(this.#id) : undefined;
    const isOurs = after?.writer === this.#options.windowId && after.revision - (this.#revision ?? 0) <= 1;
    if (after && isOurs) this.#revision = after.revision;
    return result;
  }

  #create(): void {
    const { workspace } = this.#options;
    this.#store.create({ id: this.#id, workspace, at: Date.now() });
    if (this.#claimedUntil !== undefined) this.#store.claim(this.#id, this.#claimedUntil);
    this.#revision = this.#store.revisionOf(this.#id)?.revision;
  }

  #mend(error: unknown): boolean {
    if (this.#isAbandoned || !StoreError.is(error, 'gone')) return false;
    if (this.#options.conversation.isBusy) {
      this.#createAgain();
      return true;
    }
    this.#options.onGone();
    return false;
  }

  /** Deleted by another window, while this one goes on with it: all of it is written once more. */
  #createAgain(): void {
    this.#create();
    this.#putAll();
  }

  #putAll(): void {
    const { conversation, particulars } = this.#options;
    this.#knownHead = undefined;
    this.#knownQueue = [];
    for (const { id } of conversation.all) this.putTurn(id);
    this.putHead();
    this.putTitle();
    this.putModel();
    this.putQueue();
    this.putDrafts();
    for (const digest of particulars().digests) this.putDigest(digest);
    if (particulars().isSummaryUndone) this.putSummaryUndone();
  }
}
