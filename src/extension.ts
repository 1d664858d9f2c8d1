import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands, contextKeys, extensionId, type CommandId, type ContextKey } from './contributions';
import { ActivityList } from './host/activity';
import { askSelection } from './host/askSelection';
import { ConversationFile } from './host/chat/conversationFile';
import { ChatSession } from './host/chat/chatSession';
import { ChatView } from './host/chat/chatView';
import { startNewChat } from './host/chat/newChat';
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
  const file = own(new ConversationFile(context, log));
  save = () => Promise.all([file.flush(), limitMemory.flush()]);
  const session = own(new ChatSession({ clients, readSettings, file, log }));
  const view = own(new ChatView({ extensionUri: context.extensionUri, session, clients, keyRing, readSettings, log }));
  own(new Meter({ clients, keyRing, readModel: () => readSettings().model }));
  const keys = new KeyCommands({ keyRing, clients, readSettings, log });
  const summaries = new SummarizeCommands({ clients, readSettings, activities, log });

  const handlers: Record<CommandId, (uri?: vscode.Uri) => unknown> = {
    [commands.addKey]: () => keys.addKey(),
    [commands.manageKeys]: () => keys.manageKeys(),
    [commands.focusChat]: () => view.focus(),
    [commands.newChat]: () => startNewChat(session, view),
    [commands.stop]: () => session.stop(),
    [commands.askSelection]: () => askSelection(session, view),
    [commands.summarizeSelection]: () => summaries.summarizeSelection(),
    [commands.summarizeFile]: (uri) => summaries.summarizeFile(uri),
    [commands.summarizeFolder]: (uri) => summaries.summarizeFolder(uri),
    [commands.showQuota]: () => showQuota(clients),
    [commands.showQueue]: () => showQueue(() => [...session.activities(), ...activities.list()]),
  };
  for (const [id, run] of Object.entries(handlers)) {
    own(vscode.commands.registerCommand(id, (uri: unknown) => run(uri instanceof vscode.Uri ? uri : undefined)));
  }

  const updateContext = () => {
    setContext(contextKeys.hasKey, keyRing.active() !== undefined);
    setContext(contextKeys.isBusy, session.isBusy);
  };
  const handleChange = () => {
    clients.handleConfigurationChange();
    session.clearNotice();
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
  void settingsNotice.tell();
  own(session.onDidChange((change) => change === undefined && updateContext()));
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

function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
