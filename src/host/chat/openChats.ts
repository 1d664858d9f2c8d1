import type { Disposable } from '../../client/types';
import type { StoredConversation } from '../../store/stored';
import type { Store } from '../../store/store';
import type { Log } from '../log';
import { LiveChat, type LiveChatChange } from './liveChat';

/** How soon a window shows what another one has written. */
const watchMs = 1_000;

/** The conversation that this workspace was in last. */
interface ChatMemory {
  readonly known: string | undefined;
  /** `undefined` for a new one that is still empty. */
  remember(id: string | undefined): void;
}

export interface OpenChatsOptions {
  /** Asked at first use, and again when it failed. */
  readonly openStore: () => Promise<Store>;
  readonly memory: ChatMemory;
  /** Which workspace new conversations belong to; `undefined` in an empty window. */
  readonly workspace: string | undefined;
  readonly windowId: string;
  readonly log: Log;
}

export type OpenChatsChange = LiveChatChange | { readonly kind: 'opened' };

/**
 * The conversations of this window: the one that is shown, and those that are still answered behind it.
 *
 * Nothing is read before the first `whenLoaded`. A conversation that is left while it answers goes on, and is let go of
 * when it is done, its queue is empty and all of it is saved.
 */
export class OpenChats implements Disposable {
  readonly #options: OpenChatsOptions;
  readonly #listeners = new Set<(chat: LiveChat, change: OpenChatsChange) => void>();
  readonly #live = new Map<string, LiveChat>();
  readonly #kept = new Set<{ readonly chat: LiveChat }>();
  #loading: Promise<void> | undefined;
  #store: Store | undefined;
  #current: LiveChat | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #isDisposed = false;
  #isReopening = false;

  constructor(options: OpenChatsOptions) {
    this.#options = options;
  }

  /** Resolves when the conversation of last time is shown. Rejects when not even an empty store could be opened. */
  whenLoaded(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      // The next one who asks tries again.
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** `undefined` before `whenLoaded` has resolved. */
  get current(): LiveChat | undefined {
    return this.#current;
  }

  /** `undefined` before `whenLoaded` has resolved. */
  get store(): Store | undefined {
    return this.#store;
  }

  /** The one that is shown and those that answer behind it. */
  get all(): readonly LiveChat[] {
    return [...this.#live.values()];
  }

  /** The one that is shown first hears of the change itself, then this. */
  onDidChange(listener: (chat: LiveChat, change: OpenChatsChange) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Shows another conversation. False, with nothing changed, when there is none with this id. */
  open(id: string): boolean {
    const known = this.#live.get(id);
    const stored = known ? undefined : this.#read(id);
    if (!known && !stored) return false;
    // Behind another one it was not looked after, and may be found deleted now.
    known?.sync();
    if (known && !this.#live.has(id)) return false;
    this.#show(known ?? this.#bring(id, stored));
    return true;
  }

  /** Shows an empty one, which becomes a conversation with its first message. */
  startNew(): LiveChat {
    const chat = this.#bring(crypto.randomUUID(), undefined);
    this.#show(chat);
    return chat;
  }

  /** Lets go of a conversation that is deleted; the one that is shown is followed by an empty one. */
  forget(id: string): void {
    const chat = this.#live.get(id);
    if (!chat) return;
    this.#live.delete(id);
    chat.abandon();
    if (chat === this.#current) this.startNew();
  }

  /** Until it is disposed of, the conversation is not let go of: something is about to begin there. */
  keep(chat: LiveChat): Disposable {
    const kept = { chat };
    this.#kept.add(kept);
    return {
      dispose: () => {
        this.#kept.delete(kept);
        this.#letGoIfDone(chat);
      },
    };
  }

  /** While somebody looks, what other windows write is taken over every second. */
  setWatched(isWatched: boolean): void {
    clearInterval(this.#watch);
    this.#watch = isWatched && !this.#isDisposed ? setInterval(() => this.#look(), watchMs) : undefined;
    if (isWatched) this.#look();
  }

  flush(): void {
    for (const chat of this.#live.values()) chat.flush();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearInterval(this.#watch);
    for (const chat of this.#live.values()) chat.dispose();
    this.#live.clear();
    this.#listeners.clear();
    this.#store?.close();
  }

  async #load(): Promise<void> {
    const store = await this.#options.openStore();
    if (this.#isDisposed) return store.close();
    this.#store = store;
    const { known } = this.#options.memory;
    if (known === undefined || !this.open(known)) this.startNew();
  }

  #read(id: string): StoredConversation | undefined {
    try {
      return this.#store?.conversations.load(id);
    } catch (error) {
      this.#options.log.error('Failed to read a conversation', error);
      return undefined;
    }
  }

  #bring(id: string, stored: StoredConversation | undefined): LiveChat {
    const { workspace, windowId, log, memory } = this.#options;
    if (!this.#store) throw new Error('The store is not open yet');
    const chat = new LiveChat({
      id,
      stored,
      workspace,
      store: this.#store.conversations,
      windowId,
      log,
      onCreated: () => {
        if (chat === this.#current) memory.remember(id);
      },
    });
    this.#live.set(id, chat);
    chat.onDidChange((change) => {
      this.#emit(chat, change);
      if (change.kind === 'status' || change.kind === 'reloaded') this.#letGoIfDone(chat);
      if (change.kind === 'gone') this.forget(id);
    });
    return chat;
  }

  #show(chat: LiveChat): void {
    const before = this.#current;
    this.#current = chat;
    this.#options.memory.remember(chat.isCreated ? chat.id : undefined);
    this.#emit(chat, { kind: 'opened' });
    if (before && before !== chat) this.#letGoIfDone(before);
  }

  #letGoIfDone(chat: LiveChat): void {
    if (chat === this.#current || chat.conversation.isBusy || chat.hasMoreToSend) return;
    // What could not be saved is nowhere else.
    if (chat.saveError !== undefined || [...this.#kept].some((kept) => kept.chat === chat)) return;
    this.#live.delete(chat.id);
    chat.dispose();
  }

  /** Another window has set the database aside, since it was damaged: all goes on in the new one. */
  async #reopen(): Promise<void> {
    const before = this.#store;
    this.#store = await this.#options.openStore();
    before?.close();
    for (const chat of this.all) chat.moveTo(this.#store.conversations);
  }

  #look(): void {
    if (this.#isReopening) return;
    if (this.#store?.isMoved() === true) {
      this.#isReopening = true;
      void this.#reopen()
        .catch((error: unknown) => this.#options.log.error('Failed to open the conversations again', error))
        .finally(() => (this.#isReopening = false));
      return;
    }
    try {
      const hasNews = this.#store?.hasChanged() === true;
      // A lease runs out without a change.
      for (const chat of this.all) if (hasNews || chat.isBusyElsewhere) chat.sync();
    } catch (error) {
      this.#options.log.error('Failed to look for changes of other windows', error);
    }
  }

  #emit(chat: LiveChat, change: OpenChatsChange): void {
    for (const listener of this.#listeners) listener(chat, change);
  }
}
