import * as vscode from 'vscode';
import { views } from '../../contributions';
import type { Turn } from '../../conversation/turn';
import type { KeyRing } from '../../keys/keyRing';
import { dispatch, type HandlersOf } from '../../protocol/channel';
import type { ChatCommands, ChatNotification, ChatStatus, TurnView } from '../../protocol/chat';
import { laneFor, toBucketViews } from '../buckets';
import type { ClientService } from '../clientService';
import type { Log } from '../log';
import type { SluiceSettings } from '../settings';
import { chatResources, renderChatHtml } from './chatHtml';
import { parseChatCommand } from './chatMessages';
import { describeNotice } from './chatNotice';
import type { ChatSession } from './chatSession';
import { presentChat } from './chatStatus';
import { DeltaSender } from './deltaSender';
import { modelName } from './modelPresenter';
import type { OpenChatsChange } from './openChats';
import { presentTurn } from './turnPresenter';

/** The bar of budgets follows the levels at the pace of the meter. */
const statusMs = 500;

export interface ChatViewOptions {
  readonly extensionUri: vscode.Uri;
  readonly session: ChatSession;
  readonly clients: Pick<ClientService, 'quota' | 'isKeyRefused' | 'onDidChange' | 'warmUp'>;
  readonly keyRing: Pick<KeyRing, 'active' | 'onDidChange'>;
  readonly readSettings: () => SluiceSettings;
  /** What the view asks for, apart from `ready` and the drafts, which are its own. */
  readonly handlers: Omit<HandlersOf<ChatCommands>, 'ready' | 'send' | 'edit' | 'draft' | 'attach' | 'attachUris'> &
    AttachHandlers;
  /** What would be sent with the draft, how full the window is then, and whether it fits. */
  readonly outlook: (draft: string) => Pick<ChatStatus, 'context' | 'fit' | 'history'>;
  readonly countTokens: (text: string) => number;
  /** What of a message the webview may get. */
  readonly clean: <Value>(value: Value) => Value;
  /** Called when the view appears or goes. */
  readonly onVisible: (isVisible: boolean) => void;
  readonly log: Log;
}

/** Resolve with whether something was attached. */
interface AttachHandlers {
  readonly attach: (payload: ChatCommands['attach']) => Promise<boolean>;
  readonly attachUris: (payload: ChatCommands['attachUris']) => Promise<boolean>;
}

const noOutlook = { context: undefined, fit: undefined, history: undefined } as const;
const noChat = { title: '', isBusy: false, attachments: [], queue: [], isQueuePaused: false } as const;

/**
 * The chat in the side bar: translates between the session and a webview that comes and goes. The session is the truth;
 * the webview gets one snapshot when it is ready and numbered deltas after that.
 */
export class ChatView implements vscode.Disposable {
  readonly #options: ChatViewOptions;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  readonly #handlers: HandlersOf<ChatCommands>;
  #view: vscode.WebviewView | undefined;
  #sender: DeltaSender | undefined;
  #statusTimer: ReturnType<typeof setTimeout> | undefined;
  #shownStatus: string | undefined;
  #wantsFocus = false;
  #draft = '';
  #hasWarmedUp = false;

  constructor(options: ChatViewOptions) {
    this.#options = options;
    const { session, clients, keyRing } = options;
    this.#handlers = this.#createHandlers();
    this.#subscriptions = [
      session.onDidChange((change) => this.#onSessionChange(change)),
      clients.onDidChange(() => this.#sendStatusSoon()),
      keyRing.onDidChange(() => this.#sendStatus()),
    ];
  }

  /** What is written in the message box, as far as the view has told. */
  get draft(): string {
    return this.#draft;
  }

  /** Shows the view and puts the cursor into the message box, now or as soon as it is there. */
  async focus(): Promise<void> {
    this.#wantsFocus = true;
    await vscode.commands.executeCommand(`${views.chat}.focus`);
    this.#focusIfReady();
  }

  /** Replaces what is written in the message box. */
  setDraft(text: string): void {
    this.#draft = text;
    this.#post({ type: 'setDraft', payload: { text } });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const sender = new DeltaSender((message) => this.#post(message));
    this.#sender = sender;
    view.webview.options = { enableScripts: true, localResourceRoots: [...chatResources(this.#options.extensionUri)] };
    view.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
    view.onDidChangeVisibility(() => {
      this.#options.onVisible(view.visible);
      if (!view.visible) sender.suspend();
    });
    view.onDidDispose(() => {
      sender.suspend();
      if (this.#view !== view) return;
      this.#view = undefined;
      this.#options.onVisible(false);
    });
    view.webview.html = renderChatHtml(view.webview, this.#options.extensionUri);
    this.#options.onVisible(view.visible);
  }

  dispose(): void {
    clearTimeout(this.#statusTimer);
    this.#sender?.suspend();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #receive(message: unknown): Promise<void> {
    const { log } = this.#options;
    const command = parseChatCommand(message);
    if (!command) return log.warn('The chat view sent a message of an unknown shape');
    try {
      await dispatch(this.#handlers, command);
    } catch (error) {
      log.error(`Failed to handle "${command.type}" of the chat view`, error);
    }
  }

  #createHandlers(): HandlersOf<ChatCommands> {
    const { session, clients, handlers } = this.#options;
    return {
      ...handlers,
      ready: async () => {
        await session.whenLoaded();
        this.#sendSnapshot();
        this.#focusIfReady();
      },
      send: async ({ draftId, text }) => {
        const isAccepted = await session.send(text);
        if (isAccepted) this.#draft = '';
        this.#post({ type: 'sendResult', payload: { draftId, isAccepted } });
        this.#sendStatus();
      },
      edit: async ({ turnId, draftId, text }) => {
        const isAccepted = await session.edit(turnId, text);
        this.#post({ type: 'sendResult', payload: { draftId, isAccepted } });
      },
      draft: async ({ text }) => {
        this.#draft = text;
        this.#sendStatus();
        if (this.#hasWarmedUp) return;
        this.#hasWarmedUp = true;
        await clients.warmUp();
        this.#sendStatus();
      },
      attach: async (payload) => {
        const isPicked = await handlers.attach(payload);
        this.#post({ type: 'attached', payload: { via: payload.via, isPicked } });
      },
      attachUris: async (payload) => {
        const isPicked = await handlers.attachUris(payload);
        this.#post({ type: 'attached', payload: { via: 'drop', isPicked } });
      },
    };
  }

  #onSessionChange(change: OpenChatsChange | undefined): void {
    const sender = this.#sender;
    if (!sender?.isReady) return;
    switch (change?.kind) {
      case 'turn':
        // A turn off the path is not shown; one that was put before another comes with the path.
        if (this.#options.session.turns.some(({ id }) => id === change.turn.id)) {
          sender.send({ kind: 'turn', turn: this.#present(change.turn) });
        }
        return;
      case 'text':
      case 'thinking':
        return sender.append(change.kind, change.turnId, change.text);
      case 'removed':
        return sender.send({ kind: 'remove', turnIds: change.turnIds });
      case 'path':
      case 'reloaded':
      case 'opened':
        return this.#sendSnapshot();
      case 'queue':
      case 'status':
      case 'gone':
      case 'answered':
      case undefined:
        return this.#sendStatus();
    }
  }

  #present(turn: Turn): TurnView {
    const { session, countTokens } = this.#options;
    return presentTurn(turn, {
      now: Date.now(),
      branch: session.chat?.conversation.branchOf(turn.id),
      isElsewhere: session.chat?.isBusyElsewhere ?? false,
      countTokens,
    });
  }

  #sendSnapshot(): void {
    const { session } = this.#options;
    const status = this.#status();
    this.#shownStatus = JSON.stringify(status);
    this.#sender?.sendSnapshot({
      ...status,
      conversationId: session.chat?.id ?? '',
      turns: session.turns.map((turn) => this.#present(turn)),
    });
    this.#sendStatusSoon();
  }

  #sendStatusSoon(): void {
    if (this.#sender?.isReady) this.#statusTimer ??= setTimeout(() => this.#sendStatus(), statusMs);
  }

  #sendStatus(): void {
    clearTimeout(this.#statusTimer);
    this.#statusTimer = undefined;
    if (!this.#sender?.isReady) return;
    const status = this.#status();
    const shown = JSON.stringify(status);
    if (shown !== this.#shownStatus) {
      this.#shownStatus = shown;
      this.#sender.send({ kind: 'status', status });
    }
    // Levels rise by themselves; while one is below its limit the bars follow it.
    if (status.buckets.some(({ share }) => share < 1)) this.#sendStatusSoon();
  }

  #status(): ChatStatus {
    const { session, clients, keyRing, readSettings, outlook, countTokens } = this.#options;
    const { model, chat } = session;
    const hasKey = keyRing.active() !== undefined;
    return {
      hasKey,
      model: modelName(model),
      ...(chat ? presentChat(chat, countTokens) : noChat),
      buckets: hasKey ? toBucketViews(laneFor(clients.quota(), model)) : [],
      notice: describeNotice({
        refusal: session.notice,
        isKeyRefused: clients.isKeyRefused,
        hasKey,
        turns: session.turns,
        baseUrl: readSettings().baseUrl,
      }),
      ...(chat && hasKey ? outlook(this.#draft) : noOutlook),
    };
  }

  #post(message: ChatNotification): void {
    void this.#view?.webview.postMessage(this.#options.clean(message));
  }

  #focusIfReady(): void {
    if (!this.#wantsFocus || !this.#sender?.isReady || !this.#view?.visible) return;
    this.#wantsFocus = false;
    this.#post({ type: 'focusInput', payload: undefined });
  }
}
