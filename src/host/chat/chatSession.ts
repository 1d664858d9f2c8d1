import * as l10n from '@vscode/l10n';
import type { Client, Disposable } from '../../client/types';
import type { AnswerOptions } from '../../conversation/conversation';
import type { Attachment, Turn } from '../../conversation/turn';
import type { ActivityEntry } from '../activity';
import { NotReadyError, type ClientService } from '../clientService';
import type { Log } from '../log';
import { describeNotReady } from '../notReadyText';
import type { SluiceSettings } from '../settings';
import { canSendNow, describeWait } from '../waitText';
import { longestMessageCharacters } from './chatMessages';
import type { HistoryKeeper } from './historyKeeper';
import type { LiveChat } from './liveChat';
import type { OpenChats, OpenChatsChange } from './openChats';

export interface ChatSessionOptions {
  readonly chats: OpenChats;
  readonly clients: Pick<ClientService, 'acquire'>;
  readonly readSettings: () => SluiceSettings;
  readonly historyOf: (chat: LiveChat) => HistoryKeeper;
  readonly log: Log;
}

/** What keeps a message from being sent. */
export interface Obstacle {
  /** A sentence for the person. */
  readonly text: string;
  /** Whether adding a key takes it away. */
  readonly needsKey: boolean;
}

type Begin = (chat: LiveChat, client: Client, options: AnswerOptions) => boolean;

/**
 * What a person does with the conversation that is shown, with or without a view on it. What is typed is taken over here
 * (sent, or queued while an answer runs), or refused with a notice and left where it was typed. Never rejects.
 */
export class ChatSession implements Disposable {
  readonly #options: ChatSessionOptions;
  readonly #listeners = new Set<(change: OpenChatsChange | undefined) => void>();
  readonly #subscription: Disposable;
  #notice: string | undefined;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
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
    return this.#modelOf(this.chat);
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
      return { text: this.#describe(error), needsKey: NotReadyError.is(error) && error.reason === 'noKey' };
    }
  }

  /** True when it was sent or queued; false leaves it with the person, and `notice` says why. */
  async ask(text: string, attachments: readonly Attachment[] = []): Promise<boolean> {
    if (text.trim() === '' && attachments.length === 0) return false;
    const characters = attachments.reduce((sum, each) => sum + each.text.length, text.length);
    if (characters > longestMessageCharacters) {
      this.setNotice(l10n.t('This message is too long to send. Put the text into a file and summarize it instead.'));
      return false;
    }
    await this.whenLoaded();
    const { chat } = this;
    if (chat?.isBusy) {
      chat.conversation.enqueue(text, attachments);
      this.setNotice(undefined);
      return true;
    }
    return this.#begin(
      ({ conversation }, client, options) => conversation.ask(client, text, attachments, options),
      ({ conversation }) => conversation.enqueue(text, attachments) !== undefined,
    );
  }

  /** The draft with its attachments, which are taken along. */
  async send(text: string): Promise<boolean> {
    const attachments = this.chat?.drafts ?? [];
    const isTaken = await this.ask(text, attachments);
    if (isTaken && attachments.length > 0) this.chat?.setDrafts([]);
    return isTaken;
  }

  edit(turnId: string, text: string): Promise<boolean> {
    const turn = this.turns.find(({ id }) => id === turnId);
    const attachments = turn?.role === 'user' ? turn.attachments : [];
    return this.#begin(({ conversation }, client, options) =>
      conversation.edit(client, turnId, text, attachments, options),
    );
  }

  retry(turnId: string): Promise<boolean> {
    return this.#begin(({ conversation }, client, options) => conversation.retry(client, turnId, options));
  }

  continueAnswer(turnId: string): Promise<boolean> {
    return this.#begin(({ conversation }, client, options) => conversation.continueAnswer(client, turnId, options));
  }

  showBranch(turnId: string, step: -1 | 1): void {
    this.chat?.conversation.showBranch(turnId, step);
  }

  remove(turnId: string): void {
    this.chat?.conversation.remove(turnId);
  }

  stop(): void {
    this.chat?.conversation.stop();
  }

  sendNow(): void {
    this.chat?.conversation.sendNow();
  }

  editQueued(id: string, text: string): void {
    if (text.trim() === '') this.chat?.conversation.removeQueued(id);
    else this.chat?.conversation.editQueued(id, text);
  }

  removeQueued(id: string): void {
    this.chat?.conversation.removeQueued(id);
  }

  /** Stops the answer that runs and sends this message instead. */
  async sendQueuedNow(id: string): Promise<void> {
    const { chat } = this;
    if (!chat || chat.isBusyElsewhere) return;
    const message = chat.conversation.removeQueued(id);
    if (!message) return;
    if (chat.conversation.isBusy) {
      chat.conversation.stop();
      await chat.conversation.whenIdle();
    }
    const isSent = await this.#begin(({ conversation }, client, options) =>
      conversation.ask(client, message.text, message.attachments, options),
    );
    if (!isSent) chat.conversation.enqueue(message.text, message.attachments);
  }

  /** The model of this conversation from now on; a waiting answer is asked of it at once. */
  async setModel(model: string, waitingTurnId?: string): Promise<void> {
    const { chat } = this;
    if (!chat) return;
    chat.setModel(model);
    if (waitingTurnId === undefined || chat.conversation.running?.id !== waitingTurnId) return;
    chat.conversation.stop();
    await chat.conversation.whenIdle();
    await this.retry(chat.turns.at(-1)?.id ?? waitingTurnId);
  }

  /** The answers under way, for the queue view. */
  activities(): readonly ActivityEntry[] {
    return this.#options.chats.all.flatMap((chat) => {
      const { conversation } = chat;
      const answer = conversation.running;
      if (answer?.role !== 'assistant') return [];
      const { state } = answer;
      const status = () => (state.kind === 'waiting' ? describeWait(state, Date.now()) : l10n.t('Claude is answering'));
      return [
        {
          label: l10n.t('Chat'),
          status,
          cancel: () => conversation.stop(),
          canSendNow: () => state.kind === 'waiting' && canSendNow(state, Date.now()),
          sendNow: () => void conversation.sendNow(),
        },
      ];
    });
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

  /** The options of the next request of a conversation. */
  optionsFor(chat: LiveChat): AnswerOptions {
    const { readSettings, historyOf } = this.#options;
    const { maxTokens, thinking } = readSettings();
    const model = this.#modelOf(chat);
    return { model, maxTokens, thinking, compose: (path) => historyOf(chat).compose(path, model) };
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#listeners.clear();
  }

  #modelOf(chat: LiveChat | undefined): string {
    return chat?.model ?? this.#options.readSettings().model;
  }

  /** @param elsewhere what is done while another window answers; by default nothing */
  async #begin(begin: Begin, elsewhere?: (chat: LiveChat) => boolean): Promise<boolean> {
    try {
      await this.whenLoaded();
      const { chat } = this;
      if (!chat) return false;
      const client = await this.#options.clients.acquire();
      const outcome = chat.begin(() => begin(chat, client, this.optionsFor(chat)));
      this.setNotice(outcome === 'elsewhere' && !elsewhere ? describeElsewhere() : undefined);
      return outcome === 'elsewhere' ? (elsewhere?.(chat) ?? false) : outcome === 'started';
    } catch (error) {
      this.#options.log.error('Failed to send a message', error);
      this.setNotice(this.#describe(error));
      return false;
    }
  }

  /** After an answer: what is queued goes next, and the history is looked after meanwhile. */
  async #goOn(chat: LiveChat): Promise<void> {
    if (chat.conversation.isBusy || chat.turns.at(-1)?.role !== 'assistant') return;
    try {
      const client = await this.#options.clients.acquire();
      if (chat.hasMoreToSend) this.#sendQueued(chat, client);
      else await this.#options.historyOf(chat).condenseIfDue(client, this.#modelOf(chat));
    } catch (error) {
      this.#options.log.error('Failed to send the next message', error);
      if (chat === this.chat) this.setNotice(this.#describe(error));
    }
  }

  #sendQueued(chat: LiveChat, client: Client): void {
    const { conversation } = chat;
    chat.begin(() => {
      const [next] = conversation.queue;
      if (!next || !chat.hasMoreToSend) return false;
      // Asked before it is taken: a crash in between must not lose it.
      const isAsked = conversation.ask(client, next.text, next.attachments, this.optionsFor(chat));
      if (isAsked) conversation.takeQueued();
      return isAsked;
    });
  }

  #describe(error: unknown): string {
    return NotReadyError.is(error)
      ? describeNotReady(error.reason, this.#options.readSettings().baseUrl)
      : l10n.t('The message could not be sent. The log has the details.');
  }

  #onChange(chat: LiveChat, change: OpenChatsChange): void {
    if (chat === this.chat) this.#emit(change);
    const hasEnded = change.kind === 'answered' || (change.kind === 'reloaded' && chat.hasMoreToSend && !chat.isBusy);
    if (hasEnded) void this.#goOn(chat);
  }

  #emit(change: OpenChatsChange | undefined): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function describeElsewhere(): string {
  return l10n.t('Another window is answering in this conversation. Try again when it is done.');
}
