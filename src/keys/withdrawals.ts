import type { StoredKey } from './storedKey';
import { tombstoneOf } from './storedKey';

/** What this window did to a key's secret. */
export type Withdrawal =
  | { readonly kind: 'invalid'; readonly error: string; readonly at: number }
  | { readonly kind: 'revoked' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'rotated'; readonly to: StoredKey };

interface Entry {
  readonly withdrawal: Withdrawal;
  /** The vault's entry it was done to; `undefined` while none has been read. */
  seen: StoredKey | undefined;
  /** The vault has not answered yet. */
  isPending: boolean;
}

/** A withdrawal that the vault does not have yet. */
export interface PendingWithdrawal {
  /** This is what it is done to. */
  bind(seen: StoredKey): void;
  /** The vault has taken it, or refused to. */
  settle(): void;
}

/**
 * What this window has withdrawn, laid over what the vault says.
 *
 * A withdrawal counts from the moment it is asked for. It stands when the vault refuses to write it, and when another
 * window, which had read the entry before, writes the old secret back: the vault has no transactions. It ends when the
 * vault holds something newer than what it was done to.
 */
export class Withdrawals {
  readonly #entries = new Map<string, Entry>();

  /** `seen` is the entry as the vault has it. */
  begin(id: string, withdrawal: Withdrawal, seen: StoredKey | undefined): PendingWithdrawal {
    const entry: Entry = { withdrawal, seen, isPending: true };
    this.#entries.set(id, entry);
    return {
      bind: (stored) => (entry.seen = stored),
      settle: () => (entry.isPending = false),
    };
  }

  /** One that the vault has already. What was asked for meanwhile and is still pending goes before it. */
  record(id: string, withdrawal: Withdrawal, seen: StoredKey | undefined): void {
    if (!this.isPending(id)) this.#entries.set(id, { withdrawal, seen, isPending: false });
  }

  /** The API accepts the key after all. */
  absolve(id: string): void {
    if (this.#entries.get(id)?.withdrawal.kind === 'invalid') this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }

  isPending(id: string): boolean {
    return this.#entries.get(id)?.isPending === true;
  }

  /** The vault's entry as this window knows it; `undefined` for one that it removed. */
  apply(id: string, stored: StoredKey): StoredKey | undefined {
    const entry = this.#entries.get(id);
    if (!entry || !concerns(entry, stored)) return stored;
    const { withdrawal } = entry;
    switch (withdrawal.kind) {
      case 'invalid':
        return { ...stored, health: 'invalid', checkedAt: withdrawal.at, lastError: withdrawal.error };
      case 'revoked':
        return tombstoneOf(stored);
      case 'removed':
        return undefined;
      case 'rotated': {
        const { key, source, since, health, checkedAt, lastError, organization, remindAt } = withdrawal.to;
        return { ...stored, key, source, since, health, checkedAt, lastError, organization, remindAt };
      }
    }
  }
}

function concerns({ withdrawal, seen, isPending }: Entry, stored: StoredKey): boolean {
  // Revoking is said of the key, whatever its secret is by the time the vault is reached.
  if (withdrawal.kind === 'revoked' && isPending) return true;
  if (!seen || seen.key !== stored.key || seen.since !== stored.since) return false;
  // Whoever checked the same secret later knows better.
  return withdrawal.kind !== 'invalid' || (stored.checkedAt === seen.checkedAt && stored.health !== 'revoked');
}
