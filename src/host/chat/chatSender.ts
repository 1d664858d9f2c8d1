import * as l10n from '@vscode/l10n';
import type { Client, Disposable } from '../../client/types';
import type { AnswerOptions } from '../../conversation/conversation';
import type { ClientService } from '../clientService';
import { NotReadyError } from '../notReady';
import type { Log } from '../log';
import { describeNotReady } from '../notReadyText';
import type { SluiceSettings } from '../settings';
import type { HistoryKeeper } from './historyKeeper';
import type { BeginOutcome, LiveChat } from './liveChat';

export interface ChatSenderOptions {
  readonly clients: Pick<ClientService, 'acquire'>;
  readonly readSettings: () => SluiceSettings;
  readonly historyOf: (chat: LiveChat) => HistoryKeeper;
  /** Keeps the conversation from being let go of before something has begun there. */
  readonly keep: (chat: LiveChat) => Disposable;
  /** Whether the person has this conversation before them. */
  readonly isShown: (chat: LiveChat) => boolean;
  /** Tells why something was not done, and takes it back once something is. */
  readonly setNotice: (notice: string | undefined) => void;
  readonly log: Log;
}

/** Starts an answer; false when there is nothing to start it for any more. */
export type Begin = (chat: LiveChat, client: Client, options: AnswerOptions) => boolean;

/**
 * Gets answers on their way, in any conversation: finds the client, claims the conversation, and after an answer goes on
 * with what is queued. One thing at a time is got ready in a conversation. Never rejects.
 */
export class ChatSender {
  readonly #options: ChatSenderOptions;
  /** For which something is about to be sent. */
  readonly #inHand = new Set<LiveChat>();

  constructor(options: ChatSenderOptions) {
    this.#options = options;
  }

  /** Something is about to be sent there: whatever else is asked meanwhile has to queue behind it. */
  isInHand(chat: LiveChat): boolean {
    return this.#inHand.has(chat);
  }

  modelOf(chat: LiveChat | undefined): string {
    return chat?.model ?? this.#options.readSettings().model;
  }

  /** What needs no answer; with a notice when another window keeps it from being done. */
  change(chat: LiveChat, change: () => boolean): void {
    this.#tell(chat, chat.begin(change));
  }

  /** @param elsewhere what is done while another window answers; by default nothing */
  begin(chat: LiveChat, begin: Begin, elsewhere?: () => boolean): Promise<boolean> {
    return this.#beginIn(chat, begin, { elsewhere });
  }

  /** Stops what runs there, once all is ready for what is to run instead. */
  async beginInstead(chat: LiveChat, isStillWanted: () => boolean, begin: Begin): Promise<void> {
    if (this.#inHand.has(chat)) return;
    this.#inHand.add(chat);
    const prepare = async () => {
      if (!isStillWanted()) return false;
      chat.conversation.stop();
      await chat.conversation.whenIdle();
      return true;
    };
    const isStarted = await this.#beginIn(chat, begin, { prepare });
    this.#inHand.delete(chat);
    if (!isStarted && chat.hasMoreToSend) void this.goOn(chat);
  }

  async #beginIn(
    chat: LiveChat,
    begin: Begin,
    more: { readonly elsewhere?: (() => boolean) | undefined; readonly prepare?: () => Promise<boolean> },
  ): Promise<boolean> {
    const kept = this.#options.keep(chat);
    try {
      const client = await this.#options.clients.acquire();
      if (more.prepare && !(await more.prepare())) return false;
      const outcome = chat.begin(() => begin(chat, client, this.#optionsFor(chat)));
      const isDone = outcome === 'elsewhere' ? more.elsewhere?.() : outcome === 'started';
      this.#tell(chat, isDone ? 'started' : outcome);
      return isDone ?? false;
    } catch (error) {
      this.#options.log.error('Failed to send a message', error);
      this.#options.setNotice(this.describe(error));
      return false;
    } finally {
      kept.dispose();
    }
  }

  #tell(chat: LiveChat, outcome: BeginOutcome): void {
    if (outcome === 'elsewhere') this.#options.setNotice(describeElsewhere());
    else if (outcome === 'gone') this.#options.setNotice(describeGone());
    else if (this.#options.isShown(chat)) this.#options.setNotice(undefined);
  }

  /** After an answer: what is queued goes next, and the history is looked after meanwhile. */
  async goOn(chat: LiveChat): Promise<void> {
    if (this.#inHand.has(chat) || chat.conversation.isBusy || chat.turns.at(-1)?.role !== 'assistant') return;
    this.#inHand.add(chat);
    try {
      const client = await this.#options.clients.acquire();
      this.#inHand.delete(chat);
      if (chat.hasMoreToSend) this.#sendQueued(chat, client);
      if (!chat.isBusy) await this.#options.historyOf(chat).condenseIfDue(client, this.modelOf(chat));
    } catch (error) {
      this.#inHand.delete(chat);
      this.#options.log.error('Failed to send the next message', error);
      if (this.#options.isShown(chat)) this.#options.setNotice(this.describe(error));
    }
  }

  #sendQueued(chat: LiveChat, client: Client): void {
    const { conversation } = chat;
    chat.begin(() => {
      const [next] = conversation.queue;
      if (!next || !chat.hasMoreToSend) return false;
      // Asked before it is taken: a crash in between must not lose it.
      const isAsked = conversation.ask(client, next.text, next.attachments, this.#optionsFor(chat));
      if (isAsked) conversation.removeQueued(next.id);
      return isAsked;
    });
  }

  /** For the person; the log has more. */
  describe(error: unknown): string {
    return NotReadyError.is(error)
      ? describeNotReady(error.reason, this.#options.readSettings().baseUrl)
      : l10n.t('The message could not be sent. The log has the details.');
  }

  /** The options of the next request of a conversation. */
  #optionsFor(chat: LiveChat): AnswerOptions {
    const { readSettings, historyOf } = this.#options;
    const { maxTokens, thinking } = readSettings();
    const model = this.modelOf(chat);
    return { model, maxTokens, thinking, compose: (path) => historyOf(chat).compose(path, model) };
  }
}

function describeElsewhere(): string {
  return l10n.t('Another window is answering in this conversation. Try again when it is done.');
}

function describeGone(): string {
  return l10n.t('This conversation has been deleted or closed meanwhile. Your message was not sent.');
}
