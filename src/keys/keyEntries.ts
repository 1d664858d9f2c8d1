import type { Disposable } from '../client/types';
import type { SecretVault } from './secretVault';
import { parseStoredKey, tombstoneOf, writeStoredKey, type StoredKey } from './storedKey';
import { Withdrawals, type PendingWithdrawal, type Withdrawal } from './withdrawals';

const keyPrefix = 'sluice.key.';
const defaultName = 'sluice.activeKey';

/**
 * The vault's entries, as this window knows them: a copy of the vault with what was withdrawn here laid over it.
 *
 * Everything that touches the vault is done one after the other. Writes start from what the vault holds then, and end with
 * reading it back, failed or not. `onRead` is called after each reading, failed or not, and whenever a withdrawal begins or
 * ends; it must not throw.
 */
export class KeyEntries implements Disposable {
  readonly #vault: SecretVault;
  readonly #onRead: () => void;
  readonly #subscription: Disposable;
  readonly #withdrawals = new Withdrawals();
  /** Every secret of this session: one that was rotated or revoked can still turn up in an error or an answer. */
  readonly #seenSecrets = new Set<string>();
  /** As the vault has it. */
  #stored: ReadonlyMap<string, StoredKey> = new Map();
  #defaultId: string | undefined;
  #isUnreadable = false;
  #work: Promise<void> = Promise.resolve();
  #nextRefresh: Promise<void> | undefined;
  #isDisposed = false;

  constructor(vault: SecretVault, onRead: () => void) {
    this.#vault = vault;
    this.#onRead = onRead;
    // A vault that cannot be read now keeps what is known; whoever needs a key asks again and sees the error.
    this.#subscription = vault.onDidChange(() => void this.refresh().catch(() => {}));
  }

  get defaultId(): string | undefined {
    return this.#defaultId;
  }

  /** The last reading failed: what is known may be old, or nothing at all. */
  get isUnreadable(): boolean {
    return this.#isUnreadable;
  }

  /** All that was stored at some time of this session. */
  get seenSecrets(): readonly string[] {
    return [...this.#seenSecrets];
  }

  /** Oldest first; those of one moment in an order that all windows share. */
  all(): readonly (readonly [id: string, stored: StoredKey])[] {
    return [...this.#stored.keys()]
      .flatMap((id) => {
        const stored = this.get(id);
        return stored ? [[id, stored] as const] : [];
      })
      .toSorted(([a, { addedAt: first }], [b, { addedAt: second }]) => first - second || (a < b ? -1 : 1));
  }

  get(id: string): StoredKey | undefined {
    const stored = this.#stored.get(id);
    return stored && this.#withdrawals.apply(id, stored);
  }

  /** @throws when it is gone */
  require(id: string): StoredKey {
    const stored = this.get(id);
    if (!stored) throw new Error('The key is no longer there');
    return stored;
  }

  /** Reads the vault anew; calls that come before the reading has begun share it. Rejects when it cannot be read. */
  refresh(): Promise<void> {
    this.#nextRefresh ??= this.#enqueue(async () => {
      this.#nextRefresh = undefined;
      await this.#read();
      await this.#repair();
    });
    return this.#nextRefresh;
  }

  /** Another window may have been at the vault: its event can still be on the way. */
  change(write: () => Promise<void>): Promise<void> {
    return this.#enqueue(() => this.#changeNow(write));
  }

  /** Counts before this returns, whatever the vault says to it. `write` reaches the vault in its turn. */
  withdraw(id: string, withdrawal: Withdrawal, write: (pending: PendingWithdrawal) => Promise<void>): Promise<void> {
    const pending = this.#withdrawals.begin(id, withdrawal, this.#stored.get(id));
    const done = this.#enqueue(async () => {
      try {
        await this.#changeNow(() => write(pending));
      } finally {
        pending.settle();
        this.#onRead();
      }
    });
    this.#onRead();
    return done;
  }

  /**
   * Sends the tombstone on its way before anything else, out of turn: reading the vault, and all that follows from the
   * withdrawal, can take seconds. Whoever calls this withdraws in turn as well, which has the last word.
   */
  buryNow(id: string): void {
    const stored = this.#stored.get(id);
    if (stored?.key !== undefined)
      this.#vault.store(keyPrefix + id, writeStoredKey(tombstoneOf(stored))).catch(() => {});
  }

  /** Within `change` only, as all that follow. Nothing is written that is there already. */
  async write(id: string, stored: StoredKey): Promise<void> {
    const before = this.#stored.get(id);
    const text = writeStoredKey(stored);
    if (before && writeStoredKey(before) === text) return;
    await this.#vault.store(keyPrefix + id, text);
  }

  /** The secret takes the place of the one that is there. */
  async rotate(id: string, to: StoredKey): Promise<void> {
    const seen = this.#stored.get(id);
    await this.write(id, to);
    this.#withdrawals.record(id, { kind: 'rotated', to }, seen);
  }

  async delete(id: string): Promise<void> {
    const seen = this.#stored.get(id);
    await this.#vault.delete(keyPrefix + id);
    this.#withdrawals.record(id, { kind: 'removed' }, seen);
    if (this.#defaultId === id) await this.#vault.delete(defaultName);
  }

  async writeDefault(id: string): Promise<void> {
    if (this.#defaultId !== id) await this.#vault.store(defaultName, id);
  }

  /** As the vault has it, without what was withdrawn here. */
  storedOf(id: string): StoredKey | undefined {
    return this.#stored.get(id);
  }

  /** The API accepts the key after all. */
  absolve(id: string): void {
    this.#withdrawals.absolve(id);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#subscription.dispose();
    this.#withdrawals.clear();
    this.#seenSecrets.clear();
    this.#stored = new Map();
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => {});
    return done;
  }

  async #changeNow(write: () => Promise<void>): Promise<void> {
    await this.#read();
    try {
      await write();
    } finally {
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    const { names, defaultId, values } = await this.#readVault();
    if (this.#isDisposed) return;
    this.#isUnreadable = false;
    const stored = new Map<string, StoredKey>();
    for (const [index, name] of names.entries()) {
      const id = name.slice(keyPrefix.length);
      const value = values[index];
      // A name without a value is a vault that cannot read it right now: what is known of it holds.
      const entry = value === undefined ? this.#stored.get(id) : parseStoredKey(value);
      if (entry) stored.set(id, entry);
      if (entry?.key !== undefined) this.#seenSecrets.add(entry.key);
    }
    this.#stored = stored;
    this.#defaultId = defaultId;
    this.#onRead();
  }

  async #readVault() {
    try {
      const names = (await this.#vault.names()).filter((name) => name.startsWith(keyPrefix));
      const all = [defaultName, ...names].map(async (name) => this.#vault.get(name));
      const [defaultId, ...values] = await Promise.all(all);
      return { names, defaultId, values };
    } catch (error) {
      this.#isUnreadable = true;
      if (!this.#isDisposed) this.#onRead();
      throw error;
    }
  }

  /**
   * Brings the vault to what was withdrawn here, where it says otherwise: it refused then, or a window that did not know
   * wrote afterwards. A vault that refuses again is asked again at the next reading.
   */
  async #repair(): Promise<void> {
    let hasWritten = false;
    for (const [id, stored] of this.#stored) {
      const known = this.#withdrawals.apply(id, stored);
      if (known === stored || this.#withdrawals.isPending(id)) continue;
      try {
        if (known) await this.write(id, known);
        else await this.#vault.delete(keyPrefix + id);
        hasWritten = true;
      } catch {
        // What counts is in memory.
      }
    }
    if (hasWritten) await this.#read();
  }
}
