import * as vscode from 'vscode';
import type { ConversationChange } from '../../conversation/conversation';
import { commands, extensionId, views } from '../../contributions';
import type { KeyRing } from '../../keys/keyRing';
import { dispatch, type HandlersOf } from '../../protocol/channel';
import type { ChatCommands, ChatNotification, ChatSnapshot } from '../../protocol/chat';
import { laneFor, toBucketViews } from '../buckets';
import type { ClientService } from '../clientService';
import type { Log } from '../log';
import type { SluiceSettings } from '../settings';
import { chatResources, renderChatHtml } from './chatHtml';
import { parseChatCommand, parseLink } from './chatMessages';
import { describeNotice } from './chatNotice';
import type { ChatSession } from './chatSession';
import { DeltaSender } from './deltaSender';
import { presentTurn } from './turnPresenter';

/** The bar of budgets follows the levels at the pace of the meter. */
const statusMs = 500;

export interface ChatViewOptions {
  readonly extensionUri: vscode.Uri;
  readonly session: ChatSession;
  readonly clients: ClientService;
  readonly keyRing: KeyRing;
  readonly readSettings: () => SluiceSettings;
  readonly log: Log;
}

/**
 * The chat in the side bar: translates between the session and a webview that comes and goes. The session is the truth;
 * the webview gets one snapshot when it is ready and numbered deltas after that.
 */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  readonly #handlers: HandlersOf<ChatCommands>;
  #view: vscode.WebviewView | undefined;
  #sender: DeltaSender | undefined;
  #statusTimer: ReturnType<typeof setTimeout> | undefined;
  #shownStatus: string | undefined;
  #wantsFocus = false;

  constructor(options: ChatViewOptions) {
    this.#options = options;
    const { session, clients, keyRing } = options;
    this.#handlers = this.#createHandlers();
    this.#subscriptions = [
      session.onDidChange((change) => this.#onSessionChange(change)),
      clients.onDidChange(() => this.#sendStatusSoon()),
      keyRing.onDidChange(() => this.#sendStatus()),
      vscode.window.registerWebviewViewProvider(views.chat, this),
    ];
  }

  /** Shows the view and puts the cursor into the message box, now or as soon as it is there. */
  async focus(): Promise<void> {
    this.#wantsFocus = true;
    await vscode.commands.executeCommand(`${views.chat}.focus`);
    this.#focusIfReady();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const sender = new DeltaSender((message) => this.#post(message));
    this.#sender = sender;
    view.webview.options = { enableScripts: true, localResourceRoots: [...chatResources(this.#options.extensionUri)] };
    view.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
    view.onDidChangeVisibility(() => {
      if (!view.visible) sender.suspend();
    });
    view.onDidDispose(() => {
      sender.suspend();
      if (this.#view === view) this.#view = undefined;
    });
    view.webview.html = renderChatHtml(view.webview, this.#options.extensionUri);
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
    const { session, log } = this.#options;
    return {
      ready: async () => {
        await session.whenLoaded();
        this.#sendSnapshot();
        this.#focusIfReady();
      },
      send: async ({ draftId, text }) => {
        const isAccepted = await session.ask(text);
        this.#post({ type: 'sendResult', payload: { draftId, isAccepted } });
      },
      stop: () => session.stop(),
      act: async ({ turnId, action }) => {
        switch (action) {
          case 'retry':
            await session.retry(turnId);
            return;
          case 'cancel':
            return session.stop();
          case 'sendNow':
            return session.sendNow();
          case 'addKey':
            await vscode.commands.executeCommand(commands.addKey);
            return;
          case 'manageKeys':
            await vscode.commands.executeCommand(commands.manageKeys);
            return;
          case 'openSettings':
            await vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${extensionId}`);
            return;
          case 'showLog':
            return log.show();
        }
      },
      copy: async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
      },
      openLink: async ({ url }) => {
        const link = parseLink(url);
        if (link) await vscode.env.openExternal(vscode.Uri.parse(link.href, true));
        else log.warn('The chat view asked for a link that may not be opened');
      },
      addKey: async () => {
        await vscode.commands.executeCommand(commands.addKey);
      },
      reportError: ({ message }) => log.warn('The chat view reported an error', { message: message.slice(0, 2_000) }),
    };
  }

  #onSessionChange(change: ConversationChange | undefined): void {
    const sender = this.#sender;
    if (!sender?.isReady) return;
    switch (change?.kind) {
      case 'turn':
        return sender.send({ kind: 'turn', turn: presentTurn(change.turn, Date.now()) });
      case 'text':
        return sender.appendText(change.turnId, change.text);
      case 'removed':
        return sender.send({ kind: 'remove', turnIds: change.turnIds });
      case undefined:
        return this.#sendStatus();
    }
  }

  #sendSnapshot(): void {
    const now = Date.now();
    const status = this.#status();
    this.#shownStatus = JSON.stringify(status);
    this.#sender?.sendSnapshot({ ...status, turns: this.#options.session.turns.map((turn) => presentTurn(turn, now)) });
    this.#sendStatusSoon();
  }

  #sendStatusSoon(): void {
    if (this.#sender?.isReady) this.#statusTimer ??= setTimeout(() => this.#sendStatus(), statusMs);
  }

  #sendStatus(): void {
    clearTimeout(this.#statusTimer);
    this.#statusTimer = undefined;
    const status = this.#status();
    const shown = JSON.stringify(status);
    if (shown !== this.#shownStatus) {
      this.#shownStatus = shown;
      this.#sender?.send({ kind: 'status', status });
    }
    // Levels rise by themselves; while one is below its limit the bars follow it.
    if (status.buckets.some(({ share }) => share < 1)) this.#sendStatusSoon();
  }

  #status(): Omit<ChatSnapshot, 'revision' | 'turns'> {
    const { session, clients, keyRing, readSettings } = this.#options;
    const { model, baseUrl } = readSettings();
    const hasKey = keyRing.active() !== undefined;
    return {
      hasKey,
      isBusy: session.isBusy,
      model,
      buckets: hasKey ? toBucketViews(laneFor(clients.quota(), model)) : [],
      notice: describeNotice({
        refusal: session.notice,
        isKeyRefused: clients.isKeyRefused,
        hasKey,
        hasTurns: session.turns.length > 0,
        baseUrl,
      }),
    };
  }

  #post(message: ChatNotification): void {
    void this.#view?.webview.postMessage(message);
  }

  #focusIfReady(): void {
    if (!this.#wantsFocus || !this.#sender?.isReady || !this.#view?.visible) return;
    this.#wantsFocus = false;
    this.#post({ type: 'focusInput', payload: undefined });
  }
}
