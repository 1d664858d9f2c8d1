import type { LaneSnapshot } from '../../client/types';
import type { ActiveBy } from '../../keys/activeKey';
import type { KeyInfo } from '../../keys/key';
import type { BudgetState } from '../../usage/budgetState';
import type { KeyUsage } from '../../usage/usageTotals';

/** All that the keys view shows, as it was at one moment. */
export interface KeysSnapshot {
  /** Oldest first, revoked ones last. */
  readonly keys: readonly KeyInfo[];
  /** The keychain could not be read: there may be other keys by now, or keys at all. */
  readonly isUnreadable: boolean;
  /** By the key's id; without an entry the key has not been used. */
  readonly usage: ReadonlyMap<string, KeyUsage>;
  /** By the key's id; without an entry there is no cap, or nobody knows yet what was spent. */
  readonly budgets: ReadonlyMap<string, BudgetState>;
  /** Of all organizations. */
  readonly lanes: readonly LaneSnapshot[];
  /** Age at which a key is due for rotation; `null` for never. */
  readonly reminderDays: number | null;
  readonly activeBy: ActiveBy | undefined;
  /** The workspace names a label that no key has. */
  readonly missingLabel: string | undefined;
  /** Where use is written down: not known before the ledger is open, and in memory where the database cannot be used. */
  readonly usageKept: 'unknown' | 'onDisk' | 'inMemory';
  /** Epoch milliseconds. */
  readonly now: number;
}
