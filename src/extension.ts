import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands, contextKeys, extensionId, views, type CommandId, type ContextKey } from './contributions';
import { askSelection } from './host/askSelection';
import type { Chat } from './host/chat/chat';
import type { ContextChoice } from './host/chat/contextSources';
import { LazyChat, withChat } from './host/chat/lazyChat';
import type { ClientService } from './host/clientService';
import { takeDemoKey } from './host/demoKey';
import { readEnvironmentKey } from './host/keys/environmentKey';
import { keyIdOf } from './host/keys/keyNode';
import { Meter } from './host/meter';
import { plainText } from './host/plainText';
import { showQuota } from './host/quotaCommands';
import { createServices } from './host/services';
import { findUnusableSettings, onDidChangeSettings, readSettings } from './host/settings';
import { SettingsNotice } from './host/settingsNotice';
import { LazySummaries } from './host/summarize/lazySummaries';
import type { Summaries } from './host/summarize/summaries';

/** What a test inside the extension host is given: VS Code hands the context to nobody else. */
export interface TestApi {
  readonly context: vscode.ExtensionContext;
  /** To send more at once than a person could ask for. */
  readonly clients: ClientService;
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
  const services = createServices(context, own, tellNoKeys);
  const { log, keyRing, clients, limitMemory, keys, leakGuard, clean, windowId } = services;
  const lazyChat: LazyChat = own(
    new LazyChat({ context, clients, keyRing, readSettings, clean, windowId, log }, ({ session }) => {
      session.onDidChange((change) => {
        if (change?.kind === 'text' || change?.kind === 'thinking') return;
        updateContext();
        summaries.loaded?.handleChange();
      });
      updateContext();
    }),
  );
  save = async () => {
    // First what is held is given up, for another window to go on with.
    await summaries.loaded?.close();
    await clients.close();
    lazyChat.loaded?.flush();
    await limitMemory.flush();
  };
  own(new Meter({ clients, keyRing, readModel: () => lazyChat.loaded?.session.model ?? readSettings().model }));
  const { globalStorageUri } = context;
  const summaries: LazySummaries = own(
    new LazySummaries({
      parts: {
        clients,
        readSettings,
        clean,
        windowId,
        folder: globalStorageUri.scheme === 'file' ? globalStorageUri.fsPath : undefined,
        activities: () => lazyChat.loaded?.session.activities() ?? [],
        chatText: async () => (await lazyChat.load()).text(),
        hasChat: () => (lazyChat.loaded?.session.turns.length ?? 0) > 0,
        hasUsableKey: () => (keyRing.active()?.health ?? 'invalid') !== 'invalid',
        log,
      },
      tell: tellNoSummaries,
      log,
    }),
  );
  const summarize = (work: (summaries: Summaries) => unknown) => summaries.run(work);

  const chat = (run: (chat: Chat) => unknown) => withChat(lazyChat, log, tellNoChat, run);
  const attach = (choices: readonly ContextChoice[] | undefined) =>
    chat(async ({ handlers, session, view }) => {
      // What could not be added is told in the chat.
      if ((await handlers.attach(choices)) || session.notice !== undefined) await view.focus();
    });
  const handlers: Record<CommandId, Handler> = {
    [commands.addKey]: () => keys.run((flows) => flows.addKey()),
    [commands.manageKeys]: () => vscode.commands.executeCommand(`${views.keys}.focus`),
    [commands.importKey]: () => keys.run((flows) => flows.importKey()),
    [commands.useKey]: (key) => keys.run((flows) => flows.use(keyIdOf(key))),
    [commands.rotateKey]: (key) => keys.run((flows) => flows.rotate(keyIdOf(key))),
    [commands.revokeKey]: (key) => keys.run((flows) => flows.revoke(keyIdOf(key))),
    [commands.setKeyBudget]: (key) => keys.run((flows) => flows.setBudget(keyIdOf(key))),
    [commands.exportKeyAudit]: () => keys.run((flows) => flows.exportAudit()),
    [commands.keyActions]: (key) => keys.run((flows) => flows.showActions(keyIdOf(key))),
    [commands.moveLeak]: (uri, id) => leakGuard.move(uri, id),
    [commands.ignoreLeak]: (uri, id) => leakGuard.ignore(uri, id),
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
    [commands.attachFile]: (...given) => {
      const [uri, uris] = readUris(...given);
      const open = vscode.window.activeTextEditor?.document.uri;
      const chosen = uri ? uris : open ? [open] : undefined;
      return attach(chosen?.map((each) => ({ kind: 'uri', uri: each })));
    },
    [commands.previewRequest]: () => chat(({ preview }) => preview()),
    [commands.acceptProposal]: (uri) => chat(({ proposals }) => proposals.accept(readUris(uri)[0])),
    [commands.discardProposal]: (uri) => chat(({ proposals }) => proposals.discard(readUris(uri)[0])),
    [commands.askSelection]: () => chat(({ session, view }) => askSelection(session, view)),
    [commands.summarize]: () => summarize((all) => all.commands.summarize()),
    [commands.summarizeSelection]: () => summarize((all) => all.commands.of('selection')),
    [commands.summarizeFile]: (uri) => summarize((all) => all.commands.file(readUris(uri)[0])),
    [commands.summarizeFolder]: (uri) => summarize((all) => all.commands.folder(readUris(uri)[0])),
    [commands.summarizeWorkspace]: () => summarize((all) => all.commands.of('workspace')),
    [commands.summarizeOpenEditors]: () => summarize((all) => all.commands.of('openEditors')),
    [commands.summarizeChanges]: () => summarize((all) => all.commands.of('changes')),
    [commands.summarizeTerminal]: () => summarize((all) => all.commands.of('terminal')),
    [commands.summarizeChat]: () => summarize((all) => all.commands.of('chat')),
    [commands.saveSummary]: (uri) => summarize((all) => all.save(readUris(uri)[0])),
    [commands.clearSummaries]: () => summarize(({ actions }) => actions.clear()),
    [commands.showQuota]: () => showQuota(clients),
    [commands.showQueue]: () => vscode.commands.executeCommand(`${views.queue}.focus`),
    [commands.openSummary]: (node) => summarize(({ actions }) => actions.open(node)),
    [commands.pauseJob]: (node) => summarize(({ actions }) => actions.pause(node)),
    [commands.resumeJob]: (node) => summarize(({ actions }) => actions.resume(node)),
    [commands.cancelJob]: (node) => summarize(({ actions }) => actions.cancel(node)),
    [commands.retryJob]: (node) => summarize(({ actions }) => actions.retry(node)),
    [commands.prioritizeJob]: (node) => summarize(({ actions }) => actions.prioritize(node)),
    [commands.easeJob]: (node) => summarize(({ actions }) => actions.ease(node)),
    [commands.removeJob]: (node) => summarize(({ actions }) => actions.remove(node)),
    [commands.jobActions]: (node) => summarize(({ actions }) => actions.show(node)),
  };
  for (const [id, run] of Object.entries(handlers)) {
    own(vscode.commands.registerCommand(id, run));
  }

  const updateContext = () => {
    setContext(contextKeys.hasKey, keyRing.active() !== undefined);
    setContext(contextKeys.hasEnvironmentKey, readEnvironmentKey(process.env) !== undefined);
    setContext(contextKeys.isBusy, lazyChat.loaded?.session.isBusy ?? false);
    setContext(contextKeys.hasTurns, (lazyChat.loaded?.session.turns.length ?? 0) > 0);
  };
  const handleChange = () => {
    clients.handleConfigurationChange();
    lazyChat.loaded?.session.clearNotice();
    updateContext();
  };
  own(
    keyRing.onDidChange(() => {
      handleChange();
      summaries.loaded?.handleKeys();
    }),
  );
  const handleSettings = () => {
    services.handleSettings();
    handleChange();
    lazyChat.loaded?.handleSettings();
    summaries.loaded?.handleSettings();
    void settingsNotice.tell();
  };
  const settingsNotice = new SettingsNotice({
    findUnusable: findUnusableSettings,
    warn: async (text, action) => (await vscode.window.showWarningMessage(plainText(text), action)) === action,
    openSettings: (query) => void vscode.commands.executeCommand('workbench.action.openSettings', query),
  });
  own(onDidChangeSettings(handleSettings));
  own(vscode.workspace.onDidGrantWorkspaceTrust(() => handleSettings()));
  void settingsNotice.tell();
  leakGuard.start();
  updateContext();

  keyRing
    .refresh()
    .then(() => takeDemoKey(context.extensionMode, keyRing, readSettings))
    .then(() => {
      services.handleKeysRead();
      summaries.resume();
    })
    .catch((error: unknown) => log.error('Failed to read the keys', error));
  log.info(`${extensionId} is active`, { version: String(context.extension.packageJSON['version']) });
  return context.extensionMode === vscode.ExtensionMode.Test ? { context, clients } : undefined;
}

/** VS Code waits for it, for a few seconds, before it disposes the rest. */
export async function deactivate(): Promise<void> {
  await save?.();
}

/** What VS Code, or another extension, hands a command: nothing of it is sure. */
type Handler = (first: unknown, second: unknown) => unknown;

/** A menu of files gives the one that was clicked, and all that are selected. */
function readUris(uri: unknown, all?: unknown): [vscode.Uri | undefined, readonly vscode.Uri[]] {
  if (!(uri instanceof vscode.Uri)) return [undefined, []];
  const uris = Array.isArray(all) ? all.filter((each): each is vscode.Uri => each instanceof vscode.Uri) : [];
  return [uri, uris.length > 0 ? uris : [uri]];
}

function tellNoChat(): void {
  void vscode.window.showErrorMessage(l10n.t('Failed to load the chat. The log of Sluice has the details.'));
}

function tellNoKeys(): void {
  void vscode.window.showErrorMessage(l10n.t('Failed to load the keys. The log of Sluice has the details.'));
}

function tellNoSummaries(): void {
  void vscode.window.showErrorMessage(l10n.t('Failed to load summaries. The log of Sluice has the details.'));
}

function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
