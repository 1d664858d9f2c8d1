import * as v from 'valibot';
import type { Disposable } from '../client/types';
import { lastCharacters } from './keyShape';
import type { SecretVault } from './secretVault';

/** What may be shown of a key. */
export interface KeyInfo {
  readonly id: string;
  readonly label: string;
  readonly lastCharacters: string;
  /** Epoch milliseconds. */
  readonly addedAt: number;
  readonly isActive: boolean;
}

export interface ActiveKey {
  readonly id: string;
  readonly label: string;
  readonly secret: string;
}

const keyPrefix = 'sluice.key.';
const activeName = 'sluice.activeKey';

/** One secret per key; the label travels inside it, so that every window sees the same ring. */
const storedKeySchema = v.object({ key: v.pipe(v.string(), v.nonEmpty()), label: v.string(), addedAt: v.number() });

type StoredKey = v.InferOutput<typeof storedKeySchema>;

/**
 * The keys of this person, all of them and which one is active.
 *
 * The vault is the only truth: it is shared by all windows, so this class keeps a copy for quick reading and renews it
 * whenever the vault may have changed. Writes are serialized, start from what the vault holds then, and end with reading
 * it back, failed or not; `onDidChange` fires only when something a listener can see did change.
 */
export class KeyRing implements Disposable {
  readonly #vault: SecretVault;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  readonly #subscription: Disposable;
  #keys = new Map<string, StoredKey>();
  #activeId: string | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(vault: SecretVault, now: () => number) {
    this.#vault = vault;
    this.#now = now;
    // A vault that cannot be read now keeps the last known ring; whoever needs a key asks again and sees the error.
    this.#subscription = vault.onDidChange(() => void this.refresh().catch(() => {}));
  }

  /** Reads the vault anew. Rejects when it cannot be read. */
  refresh(): Promise<void> {
    return this.#enqueue(() => this.#read());
  }

  list(): readonly KeyInfo[] {
    const active = this.active()?.id;
    return [...this.#keys]
      .map(([id, { key, label, addedAt }]) => ({
        id,
        label,
        lastCharacters: lastCharacters(key),
        addedAt,
        isActive: id === active,
      }))
      .toSorted((a, b) => a.addedAt - b.addedAt);
  }

  /** The chosen key; when that one is gone, the oldest that is left. */
  active(): ActiveKey | undefined {
    const chosen = this.#activeId !== undefined && this.#keys.has(this.#activeId) ? this.#activeId : this.#oldestId();
    const stored = chosen === undefined ? undefined : this.#keys.get(chosen);
    return chosen === undefined || stored === undefined
      ? undefined
      : { id: chosen, label: stored.label, secret: stored.key };
  }

  /** `undefined` when the key was removed. */
  secretOf(id: string): string | undefined {
    return this.#keys.get(id)?.key;
  }

  /** For the redacting log only. */
  secrets(): readonly string[] {
    return [...this.#keys.values()].map(({ key }) => key);
  }

  /** The key that is already stored under another label, if there is one. */
  findDuplicate(key: string): KeyInfo | undefined {
    const id = [...this.#keys].find(([, stored]) => stored.key === key)?.[0];
    return this.list().find((info) => info.id === id);
  }

  /** Stores a key and makes it the active one. */
  async add(key: string, label: string): Promise<KeyInfo> {
    const id = crypto.randomUUID();
    await this.#change(async () => {
      await this.#write(id, { key, label, addedAt: this.#now() });
      await this.#vault.store(activeName, id);
    });
    return this.#infoOf(id);
  }

  /** Puts another secret under the same label. Rejects when the key is gone. */
  replace(id: string, key: string): Promise<void> {
    return this.#change(() => this.#write(id, { ...this.#require(id), key, addedAt: this.#now() }));
  }

  /** Rejects when the key is gone. */
  rename(id: string, label: string): Promise<void> {
    return this.#change(() => this.#write(id, { ...this.#require(id), label }));
  }

  remove(id: string): Promise<void> {
    return this.#change(async () => {
      await this.#vault.delete(keyPrefix + id);
      if (this.#activeId === id) await this.#vault.delete(activeName);
    });
  }

  /** Rejects when the key is gone: choosing it would silently choose another one. */
  activate(id: string): Promise<void> {
    return this.#change(async () => {
      this.#require(id);
      await this.#vault.store(activeName, id);
    });
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#listeners.clear();
    this.#keys.clear();
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => {});
    return done;
  }

  /** Another window may have been at the vault: its event can still be on the way. */
  #change(write: () => Promise<void>): Promise<void> {
    return this.#enqueue(async () => {
      await this.#read();
      try {
        await write();
      } finally {
        await this.#read();
      }
    });
  }

  #require(id: string): StoredKey {
    const stored = this.#keys.get(id);
    if (!stored) throw new Error('The key is no longer there');
    return stored;
  }

  async #read(): Promise<void> {
    const names = (await this.#vault.names()).filter((name) => name.startsWith(keyPrefix));
    const values = await Promise.all(names.map(async (name) => [name, await this.#vault.get(name)] as const));
    const keys = new Map<string, StoredKey>();
    for (const [name, value] of values) {
      const stored = value === undefined ? undefined : parseStoredKey(value);
      if (stored) keys.set(name.slice(keyPrefix.length), stored);
    }
    const before = this.#fingerprint();
    this.#keys = keys;
    this.#activeId = await this.#vault.get(activeName);
    if (this.#fingerprint() !== before) for (const listener of this.#listeners) listener();
  }

  #write(id: string, stored: StoredKey): Promise<void> {
    return this.#vault.store(keyPrefix + id, JSON.stringify(stored));
  }

  #oldestId(): string | undefined {
    return [...this.#keys].toSorted(([, a], [, b]) => a.addedAt - b.addedAt)[0]?.[0];
  }

  #infoOf(id: string): KeyInfo {
    const info = this.list().find((each) => each.id === id);
    if (!info) throw new Error('The key was stored but cannot be read back');
    return info;
  }

  #fingerprint(): string {
    return JSON.stringify([this.active()?.id, [...this.#keys].toSorted(([a], [b]) => a.localeCompare(b))]);
  }
}

/** A value that another program or an older version left there is skipped, not guessed at. */
function parseStoredKey(value: string): StoredKey | undefined {
  try {
    const parsed = v.safeParse(storedKeySchema, JSON.parse(value));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
