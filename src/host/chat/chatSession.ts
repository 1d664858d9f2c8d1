import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../client/types';
import type { Conversation } from '../../conversation/conversation';
import type { Attachment, Turn } from '../../conversation/turn';
import type { ActivityEntry } from '../activity';
import { NotReadyError } from '../notReady';
import { listActivities } from './chatActivities';
import { longestMessageCharacters } from './chatMessages';
import { ChatSender, type Begin, type ChatSenderOptions } from './chatSender';
import type { LiveChat } from './liveChat';
import type { OpenChats, OpenChatsChange } from './openChats';

export interface ChatSessionOptions extends Omit<ChatSenderOptions, 'isShown' | 'keep' | 'setNotice'> {
  readonly chats: OpenChats;
}

/** What keeps a message from being sent. */
export interface Obstacle {
  /** A sentence for the person. */
  readonly text: string;
  /** Whether adding a key takes it away. */
  readonly needsKey: boolean;
}

/**
 * What a person does with the conversation that is shown, with or without a view on it. What is typed is taken over here
 * (sent, or queued while an answer runs), or refused with a notice and left where it was typed. Never rejects.
 */
export class ChatSession implements Disposable {
  readonly #options: ChatSessionOptions;
  readonly #listeners = new Set<(change: OpenChatsChange | undefined) => void>();
  readonly #subscription: Disposable;
  readonly #sender: ChatSender;
  #notice: string | undefined;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    this.#sender = new ChatSender({
      ...options,
      isShown: (chat) => chat === this.chat,
      keep: (chat) => options.chats.keep(chat),
      setNotice: (notice) => this.setNotice(notice),
    });
    this.#subscription = options.chats.onDidChange((chat, change) => this.#onChange(chat, change));
  }

  /** The conversation that is shown; `undefined` until it is loaded. */
  get chat(): LiveChat | undefined {
    return this.#options.chats.current;
  }

  get turns(): readonly Turn[] {
    return this.chat?.turns ?? [];
  }

  get isBusy(): boolean {
    return this.chat?.isBusy ?? false;
  }

  /** The model that answers next in the conversation that is shown. */
  get model(): string {
    return this.#sender.modelOf(this.chat);
  }

  /** Why the last thing asked for could not be done; `undefined` once something was. */
  get notice(): string | undefined {
    if (this.#notice !== undefined) return this.#notice;
    return this.chat?.saveError === undefined
      ? undefined
      : l10n.t('The conversation could not be saved: it is kept in this window, and saving is tried again.');
  }

  async whenLoaded(): Promise<void> {
    try {
      await this.#options.chats.whenLoaded();
    } catch (error) {
      this.#options.log.error('Failed to open the conversations', error);
    }
  }

  /** Hears changes of the conversation that is shown, and `undefined` for everything else. */
  onDidChange(listener: (change: OpenChatsChange | undefined) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Looked for before somebody is asked to type a message: reads the keychain once more. */
  async findObstacle(): Promise<Obstacle | undefined> {
    try {
      await this.#options.clients.acquire();
      return undefined;
    } catch (error) {
      this.#options.log.error('Failed to get ready for a message', error);
      return { text: this.#sender.describe(error), needsKey: NotReadyError.is(error) && error.reason === 'noKey' };
    }
  }

  /** True when it was sent or queued; false leaves it with the person, and `notice` says why. */
  async ask(text: string, attachments: readonly Attachment[] = []): Promise<boolean> {
    if (!this.#canSend(text, attachments)) return false;
    const chat = await this.#loadedChat();
    if (!chat) return false;
    chat.sync();
    if (chat.isBusy || this.#sender.isInHand(chat)) {
      chat.conversation.enqueue(text, attachments);
      this.setNotice(undefined);
      return true;
    }
    const enqueue = () => chat.conversation.enqueue(text, attachments) !== undefined;
    const ask: Begin = ({ conversation }, client, options) =>
      conversation.isBusy ? enqueue() : conversation.ask(client, text, attachments, options);
    return this.#sender.begin(chat, ask, enqueue);
  }

  /** The draft with its attachments, which are taken along. */
  async send(text: string): Promise<boolean> {
    await this.whenLoaded();
    const { chat } = this;
    const sent = chat?.drafts ?? [];
    const isTaken = await this.ask(text, sent);
    // What was attached meanwhile belongs to the next message.
    if (isTaken && sent.length > 0) chat?.setDrafts(without(chat.drafts, sent));
    return isTaken;
  }

  async edit(turnId: string, text: string): Promise<boolean> {
    const turn = this.turns.find(({ id }) => id === turnId);
    const attachments = turn?.role === 'user' ? turn.attachments : [];
    if (!this.#canSend(text, attachments)) return false;
    return this.#begin(({ conversation }, client, options) =>
      conversation.edit(client, turnId, text, attachments, options),
    );
  }

  retry(turnId: string): Promise<boolean> {
    return this.#begin((chat, client, options) =>
      this.#andGoOn(chat, chat.conversation.retry(client, turnId, options)),
    );
  }

  continueAnswer(turnId: string): Promise<boolean> {
    return this.#begin((chat, client, options) =>
      this.#andGoOn(chat, chat.conversation.continueAnswer(client, turnId, options)),
    );
  }

  showBranch(turnId: string, step: -1 | 1): void {
    this.#changeTurns((conversation) => conversation.showBranch(turnId, step));
  }

  remove(turnId: string): void {
    this.#changeTurns((conversation) => conversation.remove(turnId));
  }

  stop(): void {
    this.chat?.conversation.stop();
  }

  sendNow(): void {
    this.chat?.conversation.sendNow();
  }

  editQueued(id: string, text: string): void {
    const message = this.chat?.conversation.queue.find((each) => each.id === id);
    if (!message || !this.#isShortEnough(text, message.attachments)) return;
    if (text.trim() === '' && message.attachments.length === 0) this.removeQueued(id);
    else this.chat?.conversation.editQueued(id, text);
  }

  removeQueued(id: string): void {
    this.chat?.conversation.removeQueued(id);
  }

  /** While a queued message is edited, it is not sent; `undefined` when none is any more. */
  holdQueued(id: string | undefined): void {
    const { chat } = this;
    chat?.holdQueued(id);
    if (id === undefined && chat?.hasMoreToSend) void this.#sender.goOn(chat);
  }

  /** Sends what is queued behind an answer that has not ended well. */
  resumeQueue(): void {
    const { chat } = this;
    if (!chat || chat.isBusy) return;
    chat.resumeQueue();
    void this.#sender.goOn(chat);
  }

  /** Stops the answer that runs and sends this message instead. */
  async sendQueuedNow(id: string): Promise<void> {
    const { chat } = this;
    const find = () => chat?.conversation.queue.find((each) => each.id === id);
    if (!chat || !find()) return;
    const ask: Begin = ({ conversation }, client, options) => {
      const message = find();
      if (!message || !conversation.ask(client, message.text, message.attachments, options)) return false;
      // Asked before it is taken: a crash in between must not lose it.
      conversation.removeQueued(id);
      return this.#andGoOn(chat, true);
    };
    await this.#sender.beginInstead(chat, () => find() !== undefined, ask);
  }

  /** The model of this conversation from now on; an answer that still waits is asked of it at once. */
  async setModel(model: string, waitingTurnId?: string): Promise<void> {
    const { chat } = this;
    if (!chat) return;
    chat.setModel(model);
    const { conversation } = chat;
    const findWaiting = () => {
      const turn = conversation.running;
      return turn?.role === 'assistant' && turn.id === waitingTurnId && turn.state.kind === 'waiting'
        ? turn
        : undefined;
    };
    const waiting = findWaiting();
    if (!waiting) return;
    await this.#sender.beginInstead(
      chat,
      () => findWaiting() !== undefined,
      (_, client, options) => {
        // One that waits to go on has text, and goes on with it.
        if (conversation.continueAnswer(client, waiting.id, options)) return true;
        // One that was asked for in place of another has made room for that again, wherever on the path it is.
        const again = conversation.turns.findLast(
          ({ id, parentId }) => id === waiting.id || parentId === waiting.parentId,
        );
        return again !== undefined && conversation.retry(client, again.id, options);
      },
    );
  }

  /** The answers under way, for the queue view. */
  activities(): readonly ActivityEntry[] {
    return listActivities(this.#options.chats.all, this.#options.historyOf);
  }

  /** A key or a setting changed: what could not be sent then may be sent now. */
  clearNotice(): void {
    this.setNotice(undefined);
  }

  setNotice(notice: string | undefined): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#emit(undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#listeners.clear();
  }

  #canSend(text: string, attachments: readonly Attachment[]): boolean {
    return (text.trim() !== '' || attachments.length > 0) && this.#isShortEnough(text, attachments);
  }

  #isShortEnough(text: string, attachments: readonly Attachment[]): boolean {
    const characters = attachments.reduce((sum, each) => sum + each.text.length, text.length);
    if (characters <= longestMessageCharacters) return true;
    this.setNotice(l10n.t('This message is too long to send. Put the text into a file and summarize it instead.'));
    return false;
  }

  /** What a person gets going again takes what is queued behind it along. */
  #andGoOn(chat: LiveChat, isStarted: boolean): boolean {
    if (isStarted) chat.resumeQueue();
    return isStarted;
  }

  #changeTurns(change: (conversation: Conversation) => boolean): void {
    const { chat } = this;
    if (chat && !chat.conversation.isBusy) this.#sender.change(chat, () => change(chat.conversation));
  }

  async #begin(begin: Begin): Promise<boolean> {
    const chat = await this.#loadedChat();
    return chat !== undefined && this.#sender.begin(chat, begin);
  }

  async #loadedChat(): Promise<LiveChat | undefined> {
    await this.whenLoaded();
    if (!this.chat) this.setNotice(l10n.t('The chat could not be opened. The log has the details.'));
    return this.chat;
  }

  #onChange(chat: LiveChat, change: OpenChatsChange): void {
    // Notices are about the conversation that was shown.
    if (change.kind === 'opened') this.#notice = undefined;
    if (change.kind === 'gone' && chat === this.chat) {
      queueMicrotask(() => this.setNotice(l10n.t('This chat was deleted in another window.')));
    }
    if (chat === this.chat) this.#emit(change);
    const hasEnded = change.kind === 'answered' || (change.kind === 'reloaded' && chat.hasMoreToSend && !chat.isBusy);
    if (hasEnded) void this.#sender.goOn(chat);
  }

  #emit(change: OpenChatsChange | undefined): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function without(attachments: readonly Attachment[], sent: readonly Attachment[]): readonly Attachment[] {
  const isSent = (one: Attachment) =>
    sent.some(({ kind, name, text }) => one.kind === kind && one.name === name && one.text === text);
  return attachments.filter((one) => !isSent(one));
}
