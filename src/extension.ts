import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands, contextKeys, extensionId, type CommandId, type ContextKey } from './contributions';
import { ActivityList } from './host/activity';
import { askSelection } from './host/askSelection';
import type { Chat } from './host/chat/chat';
import type { ContextChoice } from './host/chat/contextSources';
import { LazyChat, withChat } from './host/chat/lazyChat';
import { ClientService } from './host/clientService';
import { takeDemoKey } from './host/demoKey';
import { createHostApproval } from './host/keys/hostApproval';
import { KeyCommands } from './host/keys/keyCommands';
import { LimitMemory } from './host/limitMemory';
import { createLog } from './host/log';
import { Meter } from './host/meter';
import { showQueue, showQuota } from './host/quotaCommands';
import { createSecretStorageVault } from './host/secretStorageVault';
import { findUnusableSettings, onDidChangeSettings, readSettings } from './host/settings';
import { SettingsNotice } from './host/settingsNotice';
import { SummarizeCommands } from './host/summarize/summarizeCommands';
import { KeyRing } from './keys/keyRing';

/** What a test inside the extension host is given: VS Code hands the context to nobody else. */
export interface TestApi {
  readonly context: vscode.ExtensionContext;
}

let save: (() => Promise<unknown>) | undefined;

/** The composition root: builds the services, registers them, awaits nothing from outside. */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

  // Disposed last to first: what is pushed first outlives everything that uses it.
  const own = <Owned extends { dispose(): unknown }>(owned: Owned): Owned => {
    context.subscriptions.unshift(owned);
    return owned;
  };
  const channel = own(vscode.window.createOutputChannel('Sluice', { log: true }));
  const keyRing = own(new KeyRing(createSecretStorageVault(context.secrets), Date.now));
  const log = createLog(channel, () => keyRing.secrets());
  const approveHost = createHostApproval(context.globalState);
  const keyIds = () => keyRing.list().map(({ id }) => id);
  const limitMemory = own(new LimitMemory({ memento: context.globalState, keyIds, log }));
  const clients = own(new ClientService({ keyRing, log, readSettings, approveHost, limitMemory }));
  const activities = new ActivityList();
  const lazyChat: LazyChat = own(
    new LazyChat({ context, clients, keyRing, readSettings, log }, ({ session }) => {
      session.onDidChange((change) => change?.kind !== 'text' && change?.kind !== 'thinking' && updateContext());
      updateContext();
    }),
  );
  save = async () => {
    lazyChat.loaded?.flush();
    await limitMemory.flush();
  };
  own(new Meter({ clients, keyRing, readModel: () => lazyChat.loaded?.session.model ?? readSettings().model }));
  const keys = new KeyCommands({ keyRing, clients, readSettings, log });
  const summaries = new SummarizeCommands({ clients, readSettings, activities, log });

  const chat = (run: (chat: Chat) => unknown) => withChat(lazyChat, log, tellNoChat, run);
  const attach = (choices: readonly ContextChoice[] | undefined) =>
    chat(async ({ handlers, session, view }) => {
      // What could not be added is told in the chat.
      if ((await handlers.attach(choices)) || session.notice !== undefined) await view.focus();
    });
  // A menu of files gives the one that was clicked, and all that are selected.
  const handlers: Record<CommandId, (uri: vscode.Uri | undefined, uris: readonly vscode.Uri[]) => unknown> = {
    [commands.addKey]: () => keys.addKey(),
    [commands.manageKeys]: () => keys.manageKeys(),
    [commands.focusChat]: () => chat(({ view }) => view.focus()),
    [commands.newChat]: () => chat((all) => all.commands.startNew()),
    [commands.showHistory]: () => chat((all) => all.commands.showHistory()),
    [commands.renameChat]: () => chat((all) => all.commands.rename()),
    [commands.exportChat]: () => chat((all) => all.commands.export()),
    [commands.deleteChat]: () => chat((all) => all.commands.delete()),
    [commands.clearHistory]: () => chat((all) => all.commands.clear()),
    [commands.stop]: () => lazyChat.loaded?.session.stop(),
    [commands.pickModel]: () => chat((all) => all.handlers.pickModel()),
    [commands.attach]: () => attach(undefined),
    [commands.attachSelection]: () => attach([{ kind: 'selection' }]),
    [commands.attachFile]: (uri, uris) => {
      const open = vscode.window.activeTextEditor?.document.uri;
      const chosen = uri ? uris : open ? [open] : undefined;
      return attach(chosen?.map((each) => ({ kind: 'uri', uri: each })));
    },
    [commands.previewRequest]: () => chat(({ preview }) => preview()),
    [commands.acceptProposal]: (uri) => chat(({ proposals }) => proposals.accept(uri)),
    [commands.discardProposal]: (uri) => chat(({ proposals }) => proposals.discard(uri)),
    [commands.askSelection]: () => chat(({ session, view }) => askSelection(session, view)),
    [commands.summarizeSelection]: () => summaries.summarizeSelection(),
    [commands.summarizeFile]: (uri) => summaries.summarizeFile(uri),
    [commands.summarizeFolder]: (uri) => summaries.summarizeFolder(uri),
    [commands.showQuota]: () => showQuota(clients),
    [commands.showQueue]: () =>
      showQueue(() => [...(lazyChat.loaded?.session.activities() ?? []), ...activities.list()]),
  };
  for (const [id, run] of Object.entries(handlers)) {
    own(vscode.commands.registerCommand(id, (uri: unknown, all: unknown) => run(...readUris(uri, all))));
  }

  const updateContext = () => {
    setContext(contextKeys.hasKey, keyRing.active() !== undefined);
    setContext(contextKeys.isBusy, lazyChat.loaded?.session.isBusy ?? false);
    setContext(contextKeys.hasTurns, (lazyChat.loaded?.session.turns.length ?? 0) > 0);
  };
  const handleChange = () => {
    clients.handleConfigurationChange();
    lazyChat.loaded?.session.clearNotice();
    updateContext();
  };
  own(keyRing.onDidChange(handleChange));
  const settingsNotice = new SettingsNotice({
    findUnusable: findUnusableSettings,
    warn: async (text, action) => (await vscode.window.showWarningMessage(text, action)) === action,
    openSettings: (query) => void vscode.commands.executeCommand('workbench.action.openSettings', query),
  });
  own(onDidChangeSettings(handleChange));
  own(onDidChangeSettings(() => void settingsNotice.tell()));
  own(onDidChangeSettings(() => lazyChat.loaded?.handleSettings()));
  void settingsNotice.tell();
  updateContext();

  keyRing
    .refresh()
    .then(() => takeDemoKey(context.extensionMode, keyRing, readSettings))
    .catch((error: unknown) => log.error('Failed to read the keys', error));
  log.info(`${extensionId} is active`, { version: String(context.extension.packageJSON['version']) });
  return context.extensionMode === vscode.ExtensionMode.Test ? { context } : undefined;
}

/** VS Code waits for it, for a few seconds, before it disposes the rest. */
export async function deactivate(): Promise<void> {
  await save?.();
}

/** What VS Code, or another extension, hands a command: nothing of it is sure. */
function readUris(uri: unknown, all: unknown): [vscode.Uri | undefined, readonly vscode.Uri[]] {
  if (!(uri instanceof vscode.Uri)) return [undefined, []];
  const uris = Array.isArray(all) ? all.filter((each): each is vscode.Uri => each instanceof vscode.Uri) : [];
  return [uri, uris.length > 0 ? uris : [uri]];
}

function tellNoChat(): void {
  void vscode.window.showErrorMessage(l10n.t('Failed to load the chat. The log of Sluice has the details.'));
}

function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
