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

  /** The keychain may refuse, and a key may be gone while a person is asked about it. */
  const guarded = async <Result>(flow: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      // Right after the start it may not have been read yet; one that cannot be read is met by the flow itself.
      if (parts.ring.list().length === 0) await parts.ring.refresh().catch(() => {});
      return await flow();
    } catch (error) {
      parts.log.error('Failed to change a key', error);
      const message = l10n.t(
        'Failed to change the key. It may have been removed in another window, or the keychain is locked; the log has the details.',
      );
      void dialogs.tell('error', message);
      return undefined;
    }
  };
  const run = async (flow: () => Promise<void>) => {
    await guarded(flow);
  };
  const flows = {
    addKey: () => run(() => commands.addKey()),
    importKey: () => run(() => importing.importKey()),
    moveIn: (found: string) => guarded(() => importing.moveIn(found)),
    use: (id?: string) => run(() => choice.use(id)),
    rotate: (id?: string) => run(() => rotation.rotate(id)),
    revoke: (id?: string) => run(() => revocation.revoke(id)),
    setBudget: (id?: string) => run(() => budget.set(id)),
    exportAudit: () => run(() => audit.export()),
    showActions: (id?: string) => run(() => actions.show(id)),
  };
  const notices = new KeyNotices(parts, dialogs, memento, {
    rotate: flows.rotate,
    revoke: flows.revoke,
    setBudget: flows.setBudget,
    useInstead: (id) => run(() => choice.useInstead(id)),
  });
  return { ...flows, notices };
}
