import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../client/types';
import { Conversation, type ConversationChange } from '../../conversation/conversation';
import type { Attachment, Turn } from '../../conversation/turn';
import type { ActivityEntry } from '../activity';
import { NotReadyError, type ClientService } from '../clientService';
import type { Log } from '../log';
import { describeNotReady } from '../notReadyText';
import type { SluiceSettings } from '../settings';
import { canSendNow, describeWait } from '../waitText';
import { longestMessageCharacters } from './chatMessages';

export interface ChatSessionOptions {
  readonly clients: ClientService;
  readonly readSettings: () => SluiceSettings;
  readonly file: { load(): Promise<readonly Turn[]>; save(turns: readonly Turn[]): void };
  readonly log: Log;
}

/** What keeps a message from being sent. */
export interface Obstacle {
  /** A sentence for the person. */
  readonly text: string;
  /** Whether adding a key takes it away. */
  readonly needsKey: boolean;
}

export function describeBusy(): string {
  return l10n.t('Claude is still answering. Ask again when it is done.');
}

/**
 * This window's conversation, with or without a view on it: what is typed is accepted here, or refused with a notice and
 * left where it was typed. Listeners hear changes of the conversation (`change`) and of everything else (`undefined`).
 */
export class ChatSession implements Disposable {
  readonly #options: ChatSessionOptions;
  readonly #listeners = new Set<(change: ConversationChange | undefined) => void>();
  #conversation: Conversation;
  #notice: string | undefined;
  #wasBusy = false;
  #isSavedWanted = true;
  /** Until the saved turns are here nothing is added to them. */
  readonly #loaded: Promise<void>;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    this.#conversation = this.#open([]);
    this.#loaded = this.#load();
  }

  get turns(): readonly Turn[] {
    return this.#conversation.turns;
  }

  get isBusy(): boolean {
    return this.#conversation.isBusy;
  }

  /** Why the last thing asked for could not be sent; `undefined` once something was. */
  get notice(): string | undefined {
    return this.#notice;
  }

  /** Resolves when the saved conversation is shown. */
  whenLoaded(): Promise<void> {
    return this.#loaded;
  }

  onDidChange(listener: (change: ConversationChange | undefined) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Looked for before somebody is asked to type a message: reads the keychain once more. Never rejects. */
  async findObstacle(): Promise<Obstacle | undefined> {
    if (this.isBusy) return { text: describeBusy(), needsKey: false };
    try {
      await this.#options.clients.acquire();
      return undefined;
    } catch (error) {
      this.#options.log.error('Failed to get ready for a message', error);
      return { text: this.#describe(error), needsKey: NotReadyError.is(error) && error.reason === 'noKey' };
    }
  }

  /** True when it was taken over; false leaves it with the person, and `notice` says why. Never rejects. */
  async ask(text: string, attachment?: Attachment): Promise<boolean> {
    if (text.trim() === '') return false;
    if (text.length > longestMessageCharacters) {
      this.#setNotice(l10n.t('This message is too long to send. Put the text into a file and summarize it instead.'));
      return false;
    }
    return this.#start((client, options) => this.#conversation.ask(client, text, attachment, options));
  }

  retry(turnId: string): Promise<boolean> {
    return this.#start((client, options) => this.#conversation.retry(client, turnId, options));
  }

  stop(): void {
    this.#conversation.stop();
  }

  sendNow(): void {
    this.#conversation.sendNow();
  }

  /** The answer under way, for the queue view. */
  activities(): readonly ActivityEntry[] {
    const answer = this.turns.at(-1);
    if (!this.isBusy || answer?.role !== 'assistant') return [];
    const { state } = answer;
    const status = () => (state.kind === 'waiting' ? describeWait(state, Date.now()) : l10n.t('Claude is answering'));
    return [
      {
        label: l10n.t('Chat'),
        status,
        cancel: () => this.stop(),
        canSendNow: () => state.kind === 'waiting' && canSendNow(state, Date.now()),
        sendNow: () => this.sendNow(),
      },
    ];
  }

  /** Forgets the conversation; the saved one too, if it is still on its way. Returns what was there. */
  clear(): readonly Turn[] {
    const erased = this.turns;
    this.#notice = undefined;
    this.#isSavedWanted = false;
    this.#conversation.clear();
    this.#emit(undefined);
    return erased;
  }

  /** Puts back what `clear` returned. False, with nothing changed, when something new has begun. */
  restore(turns: readonly Turn[]): boolean {
    if (this.turns.length > 0) return false;
    this.#conversation = this.#open(turns);
    this.#options.file.save(this.turns);
    for (const turn of this.turns) this.#emit({ kind: 'turn', turn });
    return true;
  }

  /** A key or a setting changed: what could not be sent then may be sent now. */
  clearNotice(): void {
    if (this.#notice !== undefined) this.#setNotice(undefined);
  }

  dispose(): void {
    this.#listeners.clear();
    this.#conversation.stop();
  }

  async #start(
    begin: (
      client: Awaited<ReturnType<ClientService['acquire']>>,
      options: { model: string; maxTokens: number },
    ) => boolean,
  ): Promise<boolean> {
    try {
      await this.#loaded;
      const client = await this.#options.clients.acquire();
      const { model, maxTokens } = this.#options.readSettings();
      const isStarted = begin(client, { model, maxTokens });
      this.#setNotice(undefined);
      return isStarted;
    } catch (error) {
      this.#options.log.error('Failed to send a message', error);
      this.#setNotice(this.#describe(error));
      return false;
    }
  }

  #describe(error: unknown): string {
    return NotReadyError.is(error)
      ? describeNotReady(error.reason, this.#options.readSettings().baseUrl)
      : l10n.t('The message could not be sent. The log has the details.');
  }

  async #load(): Promise<void> {
    const turns = await this.#options.file.load();
    if (turns.length === 0) return;
    if (!this.#isSavedWanted) return this.#options.file.save([]);
    this.#conversation = this.#open(turns);
    this.#emit(undefined);
  }

  #open(turns: readonly Turn[]): Conversation {
    const conversation = new Conversation({ now: Date.now, newId: () => crypto.randomUUID() }, turns);
    conversation.onDidChange((change) => {
      this.#options.file.save(conversation.turns);
      this.#emit(change);
      if (conversation.isBusy === this.#wasBusy) return;
      this.#wasBusy = conversation.isBusy;
      this.#emit(undefined);
    });
    return conversation;
  }

  #setNotice(notice: string | undefined): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#emit(undefined);
  }

  #emit(change: ConversationChange | undefined): void {
    for (const listener of this.#listeners) listener(change);
  }
}
