import * as l10n from '@vscode/l10n';
import { AuditExport } from './auditExport';
import { ImportKey, type ImportSources, type MovedIn } from './importKey';
import { KeyActions } from './keyActions';
import { KeyBudgetFlow } from './keyBudget';
import { KeyChoice } from './keyChoice';
import { KeyCommands } from './keyCommands';
import type { KeyDialogs } from './keyDialogs';
import { KeyEntry } from './keyEntry';
import { KeyNotices } from './keyNotices';
import type { KeyParts } from './keyParts';
import { describeFlowFailure, type FlowPurpose } from './keyProblemText';
import type { NoticeMemento } from './noticeMemory';
import { RevokeKey } from './revokeKey';
import { RotateKey } from './rotateKey';

export interface KeyFlowsOptions extends ImportSources {
  readonly parts: KeyParts;
  readonly dialogs: KeyDialogs;
  /** The same for all windows. */
  readonly memento: NoticeMemento;
}

/** All that is done with keys. Each takes the id of a key, or asks for one, and none of them rejects. */
export interface KeyFlows {
  addKey(): Promise<void>;
  importKey(): Promise<void>;
  /** A key that was found in a file. */
  moveIn(found: string): Promise<MovedIn>;
  use(id?: string): Promise<void>;
  rotate(id?: string): Promise<void>;
  revoke(id?: string): Promise<void>;
  setBudget(id?: string): Promise<void>;
  exportAudit(): Promise<void>;
  showActions(id?: string): Promise<void>;
  readonly notices: KeyNotices;
}

export function createKeyFlows({ parts, dialogs, memento, ...sources }: KeyFlowsOptions): KeyFlows {
  const choice = new KeyChoice(parts, dialogs);
  const entry = new KeyEntry(parts, dialogs, choice);
  const commands = new KeyCommands(parts, dialogs, entry, choice);
  const importing = new ImportKey(parts, dialogs, entry, sources);
  const rotation = new RotateKey(parts, dialogs, entry);
  const revocation = new RevokeKey(parts, dialogs, choice);
  const budget = new KeyBudgetFlow(parts, dialogs);
  const audit = new AuditExport(parts, dialogs);
  const actions = new KeyActions(parts, dialogs, { commands, choice, rotation, revocation, budget });

  /**
   * Right after the start they may not have been read yet, and a locked keychain is not an empty one. What is known of keys
   * is enough to do something with them: a key can be revoked while the keychain is locked.
   */
  const areKeysRead = async (): Promise<boolean> => {
    const { ring, log } = parts;
    while (ring.list().length === 0 || ring.isUnreadable) {
      try {
        await ring.refresh();
        return true;
      } catch (error) {
        log.error('Failed to read the keys', error);
        if (ring.list().length > 0) return true;
        const again = l10n.t('Try Again');
        const message = l10n.t('Failed to read the keys: the keychain refused. Unlock it, then try again.');
        if ((await dialogs.tell('error', message, again)) !== again) return false;
      }
    }
    return true;
  };
  /** The keychain may refuse, and a key may be gone while a person is asked about it. */
  const guarded = async <Result>(purpose: FlowPurpose, flow: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      // What has happened to keys can be told without them.
      return purpose === 'export' || (await areKeysRead()) ? await flow() : undefined;
    } catch (error) {
      parts.log.error('Failed to do what was asked of a key', error, { purpose });
      void dialogs.tell('error', describeFlowFailure(purpose));
      return undefined;
    }
  };
  const run = async (purpose: FlowPurpose, flow: () => Promise<void>) => {
    await guarded(purpose, flow);
  };
  const flows = {
    addKey: () => run('add', () => commands.addKey()),
    importKey: () => run('import', () => importing.importKey()),
    moveIn: (found: string) => guarded('import', () => importing.moveIn(found)),
    use: (id?: string) => run('change', () => choice.use(id)),
    rotate: (id?: string) => run('change', () => rotation.rotate(id)),
    revoke: (id?: string) => run('change', () => revocation.revoke(id)),
    setBudget: (id?: string) => run('change', () => budget.set(id)),
    exportAudit: () => run('export', () => audit.export()),
    showActions: (id?: string) => run('change', () => actions.show(id)),
  };
  const notices = new KeyNotices(parts, dialogs, memento, {
    rotate: flows.rotate,
    revoke: flows.revoke,
    setBudget: flows.setBudget,
    useInstead: (id) => run('change', () => choice.useInstead(id)),
  });
  return { ...flows, notices };
}
