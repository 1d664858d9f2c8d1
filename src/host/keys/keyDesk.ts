import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { LaneSnapshot } from '../../client/types';
import type { Ledger } from '../usage/ledger';
import type { ImportSources } from './importKey';
import { createKeyFlows, type KeyFlows } from './keyFlows';
import type { KeyNode } from './keyNode';
import { hasBudget, type KeyGate } from './keyGate';
import type { KeyParts } from './keyParts';
import type { KeysSnapshot } from './keysSnapshot';
import { KeyTree } from './keyTree';
import type { NoticeMemento } from './noticeMemory';
import { createUsageReader } from './usageReader';
import { createKeyDialogs } from './vscodeKeyDialogs';

export interface KeyDeskOptions extends ImportSources {
  readonly parts: KeyParts;
  readonly gate: Pick<KeyGate, 'budgetOf'>;
  /** Of all organizations that something was sent to. */
  readonly lanes: () => readonly LaneSnapshot[];
  /** `undefined` before it is open. */
  readonly ledger: () => Ledger | undefined;
  readonly memento: NoticeMemento;
  readonly view: vscode.TreeView<KeyNode>;
}

/** All that a person does with keys, and sees of them. */
export interface KeyDesk extends vscode.Disposable {
  readonly flows: KeyFlows;
  readonly tree: KeyTree;
  /** To be called when keys, their use, their limits or the settings have changed. */
  readonly handleChange: () => void;
}

export function createKeyDesk({ parts, gate, lanes, ledger, memento, view, ...sources }: KeyDeskOptions): KeyDesk {
  // A bundle of its own has texts of its own.
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const { ring, readSettings, now } = parts;
  const readUsage = createUsageReader(now);
  const flows = createKeyFlows({ parts, dialogs: createKeyDialogs(), memento, ...sources });
  const readSnapshot = (): KeysSnapshot => {
    const keys = ring.list();
    const open = ledger();
    const budgets = keys.filter(hasBudget).flatMap((key) => {
      const state = gate.budgetOf(key);
      return state ? [[key.id, state] as const] : [];
    });
    return {
      keys,
      isUnreadable: ring.isUnreadable,
      usage: readUsage(open),
      budgets: new Map(budgets),
      lanes: lanes(),
      reminderDays: readSettings().keys.rotationReminderDays,
      activeBy: ring.activeBy(),
      missingLabel: ring.missingLabel(),
      usageKept: open === undefined ? 'unknown' : open.isKept ? 'onDisk' : 'inMemory',
      now: now(),
    };
  };
  const tree = new KeyTree({ readSnapshot });
  tree.attach(view);
  flows.notices.start();
  // What the keys have used is shown from the first look on, not from the first request.
  parts.ledger().then(
    () => {
      tree.handleChange();
      void flows.notices.handleUsage();
    },
    (error: unknown) => parts.log.error('Failed to open the account of the keys', error),
  );
  return {
    flows,
    tree,
    handleChange: () => {
      tree.handleChange();
      void flows.notices.handleUsage();
    },
    dispose: () => {
      flows.notices.dispose();
      tree.dispose();
    },
  };
}
