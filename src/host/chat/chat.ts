import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { KeyRing } from '../../keys/keyRing';
import type { ClientService } from '../clientService';
import type { Log } from '../log';
import { plainText } from '../plainText';
import type { SluiceSettings } from '../settings';
import { ChatCommands } from './chatCommands';
import { ChatHandlers } from './chatHandlers';
import { ChatSession } from './chatSession';
import { dayMs, openChatStorage, pruneChats } from './chatStorage';
import { ChatView } from './chatView';
import { CodeActions } from './codeActions';
import { ContextSources } from './contextSources';
import { composeExport } from './exportMarkdown';
import { HistoryKeeper } from './historyKeeper';
import { readPolicy } from './historyPolicy';
import type { LiveChat } from './liveChat';
import { OpenChats } from './openChats';
import { Proposals } from './proposals';
import { RequestPreview } from './requestPreview';
import { composeDraft, presentOutlook, roomFor } from './sendOutlook';
import { TokenCounter } from './tokenCounter';

const chatIdKey = 'sluice.conversationId';

export interface ChatParts {
  readonly context: Pick<vscode.ExtensionContext, 'extensionUri' | 'globalStorageUri' | 'workspaceState'>;
  readonly clients: ClientService;
  readonly keyRing: KeyRing;
  readonly readSettings: () => SluiceSettings;
  /** What may be stored and shown of what is said: no key that stands in it. */
  readonly clean: <Value>(value: Value) => Value;
  readonly windowId: string;
  readonly log: Log;
}

/** The chat as the commands see it. */
export interface Chat extends vscode.Disposable {
  readonly session: ChatSession;
  readonly view: ChatView;
  readonly commands: ChatCommands;
  readonly handlers: ChatHandlers;
  readonly proposals: Proposals;
  readonly preview: () => Promise<void>;
  /** The chat that is shown, as a document; empty while nothing was said in it. */
  readonly text: () => { readonly title: string; readonly text: string };
  /** Writes what is not written yet. */
  readonly flush: () => void;
  /** To be called when a setting has changed. */
  readonly handleSettings: () => void;
}

/** Puts the chat together: conversations and their store, the session, the view, and what a person can do there. */
export function createChat({ context, clients, keyRing, readSettings, clean, windowId, log }: ChatParts): Chat {
  // A bundle of its own has texts of its own.
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const tokens = new TokenCounter();
  /** What held when the store was opened; `undefined` before. */
  let isSaved: boolean | undefined;
  const workspace = (vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri)?.toString();
  const chats = new OpenChats({
    openStore: async () => {
      const { history } = readSettings();
      ({ isSaved } = history);
      const { scheme, fsPath } = context.globalStorageUri;
      return openChatStorage({
        folder: scheme === 'file' ? fsPath : undefined,
        windowId,
        isSaved,
        retentionDays: history.retentionDays,
        warn: (sentence) => void vscode.window.showWarningMessage(plainText(sentence)),
        redact: clean,
        log,
      });
    },
    memory: rememberIn(context.workspaceState, log),
    workspace,
    windowId,
    log,
  });
  const prune = () => pruneChats(chats.store, readSettings().history.retentionDays, log);
  const pruning = setInterval(prune, dayMs);
  const roomOf = (model: string) => roomFor(model, readSettings().maxTokens, clients.quota());
  const keepers = new WeakMap<LiveChat, HistoryKeeper>();
  const historyOf = (chat: LiveChat): HistoryKeeper => {
    const known = keepers.get(chat);
    if (known) return known;
    const keeper = new HistoryKeeper({
      chat,
      readPolicy: () => readPolicy(readSettings().history),
      roomFor: roomOf,
      countTokens: (text) => tokens.count(text, session.model),
      log,
    });
    keepers.set(chat, keeper);
    return keeper;
  };
  const session = new ChatSession({ chats, clients, readSettings, historyOf, log });
  const proposals = new Proposals();
  const requestPreview = new RequestPreview();
  const handlers = new ChatHandlers({
    session,
    clients,
    sources: new ContextSources({ readModel: () => session.model, log }),
    codeActions: new CodeActions(proposals),
    historyOf,
    readSettings,
    draft: () => view.draft,
    log,
  });
  const draftOf = (chat: LiveChat, draft: string) => {
    const { model } = session;
    const { maxTokens } = readSettings();
    return { chat, history: historyOf(chat), draft, model, maxTokens, room: roomOf(model), now: Date.now() };
  };
  const view: ChatView = new ChatView({
    extensionUri: context.extensionUri,
    session,
    clients,
    keyRing,
    readSettings,
    handlers: handlers.create(),
    outlook: (draft) => {
      const { chat } = session;
      if (!chat) return { context: undefined, fit: undefined, history: undefined };
      return presentOutlook({ ...draftOf(chat, draft), forecast: clients.forecaster() });
    },
    countTokens: (text) => tokens.count(text, session.model),
    clean,
    onVisible: (isVisible) => chats.setWatched(isVisible),
    log,
  });
  const chatCommands = new ChatCommands({ chats, workspace, focus: () => view.focus(), log });
  const owned = [chats, session, proposals, requestPreview, view];
  return {
    session,
    view,
    commands: chatCommands,
    handlers,
    proposals,
    preview: async () => {
      await session.whenLoaded();
      const { chat } = session;
      if (!chat) return;
      const input = draftOf(chat, view.draft);
      const composed = composeDraft(input);
      if (composed.messages.length === 0) {
        void vscode.window.showInformationMessage(l10n.t('Write a message first: there is nothing to send yet.'));
        return;
      }
      const { maxTokens, thinking } = readSettings();
      await requestPreview.show({ ...composed, model: input.model, maxTokens, thinking });
    },
    text: () => {
      const { chat } = session;
      if (!chat || chat.turns.length === 0) return { title: '', text: '' };
      return { title: chat.title || l10n.t('Untitled chat'), text: composeExport(chat) };
    },
    flush: () => chats.flush(),
    handleSettings: () => {
      prune();
      if (isSaved === undefined || readSettings().history.isSaved === isSaved) return;
      void offerReload();
    },
    dispose: () => {
      clearInterval(pruning);
      for (const each of owned.toReversed()) each.dispose();
    },
  };
}

async function offerReload(): Promise<void> {
  const reload = l10n.t('Reload Window');
  const answer = await vscode.window.showInformationMessage(
    l10n.t('Whether chats are kept on this machine changes with the next load of the window.'),
    reload,
  );
  if (answer === reload) await vscode.commands.executeCommand('workbench.action.reloadWindow');
}

function rememberIn(state: vscode.Memento, log: Log) {
  const known = state.get<unknown>(chatIdKey);
  return {
    known: typeof known === 'string' && /^[\w-]{1,100}$/.test(known) ? known : undefined,
    remember: (id: string | undefined) => {
      state.update(chatIdKey, id).then(undefined, (error: unknown) => log.error('Failed to remember the chat', error));
    },
  };
}
