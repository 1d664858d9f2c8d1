import type { Disposable } from '../../client/types';
import type { KeyEvent, KeyEventFilter } from '../../keys/keyEvent';
import { openDatabase } from '../../store/database';
import { openInMemory } from '../../store/memory';
import type { Store } from '../../store/store';
import { StoreError, type StoreErrorReason } from '../../store/storeError';
import type { UsageStore } from '../../store/usageStore';
import type { UsageEntry } from '../../usage/usageEntry';
import type { KeyUsage, Spent } from '../../usage/usageTotals';
import type { Log } from '../log';
import { addSpent, SpentCache } from './spentCache';

const dayMs = 86_400_000;
/** A year and a month: long enough to compare a month with the same one of last year. */
const keptDays = 400;
/** What other windows spend is looked for no more often. */
const lookEveryMs = 2_000;
/** Sums of the same amounts, added up in another order. */
const sameUsd = 1e-9;
/** What cannot be written for now waits in memory, up to so many records. */
const mostUnwritten = 1_000;
/** Those after which it is worth to try again. */
const passingFailures: ReadonlySet<string> = new Set<StoreErrorReason>([
  'full',
  'busy',
  'unwritable',
  'corrupt',
  'moved',
  'closed',
]);

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
  /** Whether the records are on disk; otherwise they end with the window. */
  readonly isKept: boolean;
  record(entry: UsageEntry): void;
  /** Quick: may be asked before every request. What other windows spend is seen within two seconds. */
  spentOf(keyId: string): Spent;
  /** Of every key that has ever been used, also of those that are gone by now. */
  usageOf(): readonly KeyUsage[];
  addEvent(event: Omit<KeyEvent, 'at' | 'windowId'>): void;
  /** Newest first. */
  events(filter?: KeyEventFilter): readonly KeyEvent[];
  /**
   * Whether this window is the one that tells it: of all windows, the first that asks. `undefined` when nothing on disk
   * can decide it.
   *
   * @param againAfterMs after so long it may be told once more; never, without it
   */
  claim(notice: string, againAfterMs?: number): boolean | undefined;
  /** Something was recorded here, or seen that another window has recorded. */
  onDidChange(listener: () => void): Disposable;
}

/** Opens it; where the database cannot be used, records are kept in memory. */
export function openLedger(options: LedgerOptions): Ledger {
  return new StoredLedger(options);
}

type Unwritten =
  | { readonly kind: 'use'; readonly entry: UsageEntry }
  | { readonly kind: 'event'; readonly event: KeyEvent };

/**
 * Owns a connection to the database, apart from that of the chat. A record is written when it is made; what cannot be
 * written, the disk being full for one, counts all the same and is written with the next one.
 */
class StoredLedger implements Ledger {
  readonly #options: LedgerOptions;
  readonly #listeners = new Set<() => void>();
  readonly #spent = new SpentCache();
  /** In the order they were made. */
  #unwritten: Unwritten[] = [];
  /** `undefined` where there is no SQLite, and when it is over. */
  #store: Store | undefined;
  #isKept = false;
  #isDisposed = false;
  #lookedAt = 0;
  /** Told once, not with every request. */
  #lastFailure: string | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#open();
  }

  get isKept(): boolean {
    return this.#isKept;
  }

  record(entry: UsageEntry): void {
    this.#spent.add(entry, this.#options.now());
    this.#write({ kind: 'use', entry });
  }

  addEvent(event: Omit<KeyEvent, 'at' | 'windowId'>): void {
    const { now, windowId } = this.#options;
    this.#write({ kind: 'event', event: { ...event, at: now(), windowId } });
  }

  spentOf(keyId: string): Spent {
    const now = this.#options.now();
    this.#look(now);
    return this.#spent.get(keyId, now) ?? this.#readSpent(keyId, now);
  }

  usageOf(): readonly KeyUsage[] {
    this.#flush();
    return this.#use((usage) => usage.usageOf(undefined, this.#options.now()), []);
  }

  events(filter?: KeyEventFilter): readonly KeyEvent[] {
    this.#flush();
    return this.#use((usage) => usage.events(filter), []);
  }

  claim(notice: string, againAfterMs?: number): boolean | undefined {
    if (!this.#isKept) return undefined;
    return this.#use<boolean | undefined>((usage) => usage.claim(notice, againAfterMs), undefined);
  }

  onDidChange(listener: () => void): Disposable {
    // Two that are the same function are two listeners.
    const own = () => listener();
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  }

  dispose(): void {
    this.#flush();
    this.#isDisposed = true;
    this.#listeners.clear();
    this.#store?.close();
    this.#store = undefined;
  }

  #write(record: Unwritten): void {
    if (this.#isDisposed) return;
    this.#unwritten.push(record);
    this.#flush();
    this.#emit();
  }

  #flush(): void {
    while (this.#unwritten[0]) {
      const [first] = this.#unwritten;
      const isWritten = this.#use((usage) => {
        if (first.kind === 'use') usage.record(first.entry);
        else usage.addEvent(first.event);
        return true;
      }, false);
      if (!isWritten && !this.#isHopeless) break;
      this.#unwritten.shift();
    }
    if (this.#unwritten.length > mostUnwritten) this.#unwritten = this.#unwritten.slice(-mostUnwritten);
  }

  /** The last record was refused for what it is, not for the state of the disk: it would stand in the way for ever. */
  get #isHopeless(): boolean {
    return this.#lastFailure !== undefined && !passingFailures.has(this.#lastFailure);
  }

  /** Remembers it, too. */
  #readSpent(keyId: string, now: number): Spent {
    this.#flush();
    let spent = this.#use((usage) => usage.spentOf(keyId, now), { todayUsd: 0, monthUsd: 0 });
    for (const record of this.#unwritten) {
      if (record.kind === 'use' && record.entry.keyId === keyId) spent = addSpent(spent, record.entry, now);
    }
    this.#spent.set(keyId, spent, now);
    return spent;
  }

  /** Whether others have written, the chat of this window included, costs next to nothing to ask. */
  #look(now: number): void {
    const sinceMs = now - this.#lookedAt;
    if (sinceMs >= 0 && sinceMs < lookEveryMs) return;
    this.#lookedAt = now;
    if (!this.#store?.hasChanged()) return;
    let isOther = false;
    for (const [keyId, before] of this.#spent.clear()) {
      const { monthUsd } = this.#readSpent(keyId, now);
      isOther ||= Math.abs(monthUsd - before.monthUsd) > sameUsd;
    }
    // Whoever asks is in the middle of something.
    if (isOther) queueMicrotask(() => this.#emit());
  }

  /** A database that has been moved, or is found to be damaged, is opened anew, once. */
  #use<Result>(work: (usage: UsageStore) => Result, otherwise: Result): Result {
    if (this.#store?.isMoved()) this.#reopen();
    try {
      return this.#tryTo(work, otherwise);
    } catch (error) {
      if (!StoreError.is(error, 'moved') && !StoreError.is(error, 'corrupt')) return this.#fail(error, otherwise);
    }
    this.#reopen();
    try {
      return this.#tryTo(work, otherwise);
    } catch (error) {
      return this.#fail(error, otherwise);
    }
  }

  /** @throws {StoreError} */
  #tryTo<Result>(work: (usage: UsageStore) => Result, otherwise: Result): Result {
    if (!this.#store) return otherwise;
    const result = work(this.#store.usage);
    this.#lastFailure = undefined;
    return result;
  }

  #fail<Result>(error: unknown, otherwise: Result): Result {
    const failure = StoreError.is(error) ? error.reason : String(error);
    if (failure !== this.#lastFailure) this.#options.log.error('The records of use cannot be reached', error);
    this.#lastFailure = failure;
    return otherwise;
  }

  #reopen(): void {
    this.#store?.close();
    this.#open();
    this.#spent.clear();
  }

  #open(): void {
    const opened = openStore(this.#options);
    this.#store = opened?.store;
    this.#isKept = opened?.isKept ?? false;
  }

  #emit(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#options.log.error('A listener of the records of use failed', error);
      }
    }
  }
}

interface Opened {
  readonly store: Store;
  readonly isKept: boolean;
}

function openStore({ folder, windowId, now, log, redact }: LedgerOptions): Opened | undefined {
  try {
    const opened = folder === undefined ? undefined : openDatabase({ folder, windowId, now, log, redact });
    if (opened?.kind === 'unusable') log.warn('Use of keys is kept in memory only', { reason: opened.reason });
    if (opened?.kind !== 'ready') return { store: openInMemory({ windowId, now, log, redact }), isKept: false };
    prune(opened.store, now(), log);
    return { store: opened.store, isKept: true };
  } catch (error) {
    log.error('Use of keys cannot be kept', error);
    return undefined;
  }
}

function prune(store: Store, now: number, log: Log): void {
  try {
    store.usage.prune(now - keptDays * dayMs);
  } catch (error) {
    log.error('Failed to delete old records of use', error);
  }
}
