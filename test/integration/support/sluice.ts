import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { commands, extensionId, type CommandId } from '../../../src/contributions';
import type { TestApi } from '../../../src/extension';
import { demoKey } from '../../simulator/simulator';
import { api } from './api';
import { ChatWebview } from './chatWebview';
import { Dialogs } from './dialogs';
import { noteLeftovers } from './sweep';
import { until } from './waiting';

const load = createRequire(__filename);

interface ExtensionModule {
  activate(context: vscode.ExtensionContext): TestApi | undefined;
  deactivate(): Promise<void>;
}

/** The extension as it runs in this window, with its edges in the test's hand. */
export interface Sluice {
  readonly context: vscode.ExtensionContext;
  /** Through which all that is sent goes. */
  readonly clients: TestApi['clients'];
  readonly dialogs: Dialogs;
  readonly chat: ChatWebview;
  readonly meter: vscode.StatusBarItem;
  /** From the call of `activate()` to its return. */
  readonly activationMs: number;
  /** The loading of its bundle, which a person waits for as well. */
  readonly loadMs: number;
  readonly run: (command: CommandId, ...args: readonly unknown[]) => Promise<void>;
}

export interface SetupOptions {
  /** Default: true. The key of the simulated API, stored by the command that a person would use. */
  readonly hasKey?: boolean;
}

let dialogs: Dialogs | undefined;
let running: ExtensionModule | undefined;

/** A fresh start: no keys, no conversation, the simulated API as new. */
export async function setup({ hasKey = true }: SetupOptions = {}): Promise<Sluice> {
  await api.reset();
  const context = await findContext();
  await stop(context);
  for (const name of await context.secrets.keys()) await context.secrets.delete(name);
  await context.workspaceState.update('sluice.windowKey', undefined);
  await noteLeftovers(context.globalStorageUri.fsPath);
  await deleteConversations(context);
  const sluice = await start(context);
  if (hasKey) {
    await addKey(sluice, demoKey);
    sluice.dialogs.messages.length = 0;
  }
  return sluice;
}

/** What a reload of the window does to the extension: the end of it, its module loaded anew, its start. */
export async function restart({ context }: Sluice, meanwhile?: () => Promise<void>): Promise<Sluice> {
  await stop(context);
  await meanwhile?.();
  return start(context);
}

/** As a person adds one. Resolves when the command has ended, whatever came of it. */
export async function addKey({ dialogs, run }: Sluice, key: string, label = 'Test'): Promise<void> {
  dialogs.type(key, label);
  await run(commands.addKey);
}

/** To be called after each test: gives the window its real dialogs back. */
export function restoreDialogs(): void {
  dialogs?.dispose();
  dialogs = undefined;
}

export function isSdkLoaded(): boolean {
  return Object.hasOwn(load.cache, join(extension().extensionPath, 'dist/sdk.js'));
}

async function start(context: vscode.ExtensionContext): Promise<Sluice> {
  restoreDialogs();
  const person = new Dialogs();
  dialogs = person;
  const { window } = vscode;
  const { createStatusBarItem, registerWebviewViewProvider } = window;
  let meter: vscode.StatusBarItem | undefined;
  let provider: vscode.WebviewViewProvider | undefined;
  Object.assign(window, {
    createStatusBarItem: (id: string, alignment: vscode.StatusBarAlignment, priority: number) => {
      meter = createStatusBarItem(id, alignment, priority);
      return meter;
    },
    registerWebviewViewProvider: (_id: string, registered: vscode.WebviewViewProvider) => {
      provider = registered;
      return { dispose: () => {} };
    },
  });
  try {
    const file = load.resolve(join(extension().extensionPath, 'dist/extension.js'));
    // What is loaded later belongs to it: a module that stayed would remember the window before.
    const parts = ['chatHost.js', 'keysHost.js', 'leakMove.js', 'ledger.js', 'summariesHost.js'].map((name) =>
      join(dirname(file), name),
    );
    for (const part of [file, ...parts]) delete load.cache[part];
    const startedAt = performance.now();
    const loaded: ExtensionModule = load(file);
    const loadedAt = performance.now();
    const exported = loaded.activate(context);
    const activationMs = performance.now() - loadedAt;
    running = loaded;
    assert.ok(meter && provider, 'activate() made no meter or registered no chat view');
    assert.ok(exported, 'the extension does not run in test mode');
    return {
      context,
      clients: exported.clients,
      dialogs: person,
      chat: new ChatWebview(provider),
      meter,
      activationMs,
      loadMs: loadedAt - startedAt,
      run: async (command, ...args) => {
        await vscode.commands.executeCommand(command, ...args);
      },
    };
  } finally {
    Object.assign(window, { createStatusBarItem, registerWebviewViewProvider });
  }
}

async function stop(context: vscode.ExtensionContext): Promise<void> {
  // VS Code keeps a log channel that is closed before it was open, and hands the closed one out again.
  await until('the log to be open', () => exists(vscode.Uri.joinPath(context.logUri, 'Sluice.log')));
  await running?.deactivate();
  running = undefined;
  for (const subscription of context.subscriptions.splice(0)) subscription.dispose();
}

function extension(): vscode.Extension<TestApi | undefined> {
  const found = vscode.extensions.getExtension<TestApi | undefined>(extensionId);
  assert.ok(found, `${extensionId} is not installed`);
  return found;
}

async function findContext(): Promise<vscode.ExtensionContext> {
  const exported = await extension().activate();
  assert.ok(exported, 'the extension does not run in test mode');
  return exported.context;
}

async function deleteConversations({ globalStorageUri }: vscode.ExtensionContext): Promise<void> {
  // There is none before the first message.
  await vscode.workspace.fs.delete(globalStorageUri, { recursive: true }).then(undefined, () => {});
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** What the meter says, once it says that. It is drawn twice a second at most. */
export async function meterShows({ meter }: Sluice, pattern: RegExp): Promise<string> {
  const what = () => `a meter like ${pattern}, instead of "${meter.text}"`;
  return until(what, () => pattern.test(meter.text) && meter.text);
}

/** The tooltip's markdown. */
export function tooltipOf({ meter }: Sluice): string {
  return meter.tooltip instanceof vscode.MarkdownString ? meter.tooltip.value : (meter.tooltip ?? '');
}
