import type { Disposable } from '../../client/types';
import type { KeyEvent, KeyEventFilter } from '../../keys/keyEvent';
import type { UsageEntry } from '../../usage/usageEntry';
import type { KeyUsage, Spent } from '../../usage/usageTotals';
import type { Log } from '../log';

export interface LedgerOptions {
  /** Where the database lies; `undefined` where there is no disk. */
  readonly folder: string | undefined;
  readonly windowId: string;
  readonly now: () => number;
  readonly log: Log;
  /** What of a text may be stored. */
  readonly redact: (text: string) => string;
}

/** What the keys of all windows have used, and what has happened to them. Nothing here ever throws. */
export interface Ledger extends Disposable {
  record(entry: UsageEntry): void;
  /** Quick: may be asked before every request. What other windows spend is seen within two seconds. */
  spentOf(keyId: string): Spent;
  /** Of every key that has ever been used, also of those that are gone by now. */
  usageOf(): readonly KeyUsage[];
  addEvent(event: Omit<KeyEvent, 'at' | 'windowId'>): void;
  /** Newest first. */
  events(filter?: KeyEventFilter): readonly KeyEvent[];
  /** Something was recorded here, or seen that another window has recorded. */
  onDidChange(listener: () => void): Disposable;
}
