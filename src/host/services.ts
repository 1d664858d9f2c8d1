import * as vscode from 'vscode';
import { KeyRing } from '../keys/keyRing';
import { KeySecrets } from '../keys/keySecrets';
import { redactKeysIn } from '../keys/redact';
import { rotationDue } from '../keys/rotation';
import { ClientService } from './clientService';
import { createHostApproval } from './keys/hostApproval';
import { recordKeyEvent } from './keys/keyAudit';
import { KeyGate } from './keys/keyGate';
import { LazyKeys } from './keys/lazyKeys';
import { createSecretCommands } from './keys/secretCommand';
import { Lazy } from './lazy';
import { LeakGuard } from './leakGuard/leakGuard';
import { LimitMemory } from './limitMemory';
import { createLog, type Log } from './log';
import { createSecretStorageVault } from './secretStorageVault';
import { readSettings } from './settings';
import type { Ledger } from './usage/ledger';

const windowKeyName = 'sluice.windowKey';

/** All that a key has used is read for it: not after every answer. */
const unusualEveryMs = 60_000;

export interface Services {
  readonly log: Log;
  readonly keyRing: KeyRing;
  readonly clients: ClientService;
  readonly limitMemory: LimitMemory;
  readonly keys: LazyKeys;
  readonly leakGuard: LeakGuard;
  /** Of this window, from its start to its end. */
  readonly windowId: string;
  /** The one place where keys are taken out of what is said: before it is sent, stored or shown. */
  readonly clean: <Value>(value: Value) => Value;
  /** To be called when the key ring has been read for the first time. */
  readonly handleKeysRead: () => void;
  /** To be called when a setting has changed, or the workspace is trusted now. */
  readonly handleSettings: () => void;
}

/** What VS Code keeps for the extension, as far as it is needed here. */
export type ServicesContext = Pick<
  vscode.ExtensionContext,
  'globalState' | 'workspaceState' | 'globalStorageUri' | 'secrets'
>;

/**
 * Builds what keys and requests need, in the order in which each leans on the one before. `own` takes what is to be
 * disposed of, last to first.
 */
export function createServices(
  context: ServicesContext,
  own: <Owned extends { dispose(): unknown }>(owned: Owned) => Owned,
  tellNoKeys: () => void,
): Services {
  const { globalState, workspaceState, globalStorageUri } = context;
  const channel = own(vscode.window.createOutputChannel('Sluice', { log: true }));
  const keyRing = own(
    new KeyRing({
      vault: createSecretStorageVault(context.secrets),
      now: Date.now,
      windowChoice: {
        get: () => readText(workspaceState.get(windowKeyName)),
        set: (id) => void workspaceState.update(windowKeyName, id),
      },
      workspaceLabel: () => (isTrusted() ? readSettings().keys.label : undefined),
    }),
  );
  const log = createLog(channel, () => secrets.known());
  const commands = createSecretCommands({ readCommands: () => readSettings().keys.commands, isTrusted, log });
  const secrets = new KeySecrets({ ring: keyRing, commands, now: Date.now, ttlMs: commandTtlMs });
  const clean = <Value>(value: Value): Value => redactKeysIn(value, secrets.known());
  const windowId = crypto.randomUUID();
  const ledger = own(
    new Lazy(async () => {
      const { openLedger } = await import('./usage/ledger');
      const folder = globalStorageUri.scheme === 'file' ? globalStorageUri.fsPath : undefined;
      const opened = openLedger({ folder, windowId, now: Date.now, log, redact: clean });
      gate.useLedger(opened);
      opened.onDidChange(() => (keys.loaded ? keys.loaded.handleChange() : watchUse(opened)));
      return opened;
    }),
  );
  let usageLookedAt = 0;
  /** Somebody who only chats is told of unusual use, too. */
  const watchUse = (opened: Ledger) => {
    if (Date.now() - usageLookedAt < unusualEveryMs) return;
    usageLookedAt = Date.now();
    if (opened.usageOf().some(({ unusual }) => unusual)) void keys.run(({ notices }) => notices.handleUsage());
  };
  const gate = new KeyGate({
    ring: keyRing,
    now: Date.now,
    askOverBudget: async (key, state) => (await keys.run(({ notices }) => notices.askOverBudget(key, state))) ?? 'no',
    onLifted: () => clients.handleConfigurationChange(),
    onBudget: (key, state) => {
      if (state.kind === 'near' || state.kind === 'reached')
        void keys.run(({ notices }) => notices.onBudget(key, state));
    },
  });
  const limitMemory = own(
    new LimitMemory({ memento: globalState, keyIds: () => keyRing.list().map(({ id }) => id), log }),
  );
  const clients = own(
    new ClientService({
      keyRing,
      secrets,
      gate,
      log,
      readSettings,
      approveHost: createHostApproval(globalState),
      limitMemory,
      openLedger: () => ledger.load(),
      onKeyInvalid: (keyId) => void keys.run(({ notices }) => notices.onKeyInvalid(keyId)),
      onSecretUnavailable: (keyId, reason) =>
        void keys.run(({ notices }) => notices.onSecretUnavailable(keyId, reason, () => clients.tryAgain())),
    }),
  );
  const parts = { ring: keyRing, secrets, clients, ledger: () => ledger.load(), readSettings, log, now: Date.now };
  const keys: LazyKeys = own(
    new LazyKeys({
      desk: {
        parts,
        gate,
        lanes: () => clients.lanes(),
        ledger: () => ledger.loaded,
        memento: globalState,
        commands,
        isTrusted,
        environment: () => process.env,
      },
      tell: tellNoKeys,
      log,
    }),
  );
  own(keyRing.onDidChange(() => keys.loaded?.handleChange()));
  own(clients.onDidChange(() => keys.loaded?.handleChange()));
  const leakGuard = own(
    new LeakGuard({
      isEnabled: () => readSettings().isLeakGuardEnabled,
      moveIn: (key) => keys.run((flows) => flows.moveIn(key)),
      memento: workspaceState,
      log,
      audit: (key, detail) => recordKeyEvent(parts, key, 'leakMoved', detail),
    }),
  );
  let knownCommands = JSON.stringify(readSettings().keys.commands);
  return {
    log,
    keyRing,
    clients,
    limitMemory,
    keys,
    leakGuard,
    windowId,
    clean,
    handleSettings: () => {
      const commandsNow = JSON.stringify(readSettings().keys.commands);
      // What another command gave may be another key.
      if (commandsNow !== knownCommands) secrets.forget();
      knownCommands = commandsNow;
      keyRing.handleWorkspaceChange();
      clients.tryAgain();
      keys.loaded?.handleChange();
      leakGuard.handleSettings();
    },
    handleKeysRead: () => {
      const { rotationReminderDays: reminderDays } = readSettings().keys;
      const all = keyRing.list();
      const isDue = rotationDue(all, { reminderDays, now: Date.now() }).length > 0;
      const isRefused = all.some(({ health }) => health === 'invalid');
      // With its notices and the number on the icon; without anything to say it need not be loaded.
      if (isDue || isRefused || keyRing.missingLabel() !== undefined) void keys.run(() => {});
    },
  };
}

function isTrusted(): boolean {
  return vscode.workspace.isTrusted;
}

function commandTtlMs(): number {
  return readSettings().keys.commandTtlMs;
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
