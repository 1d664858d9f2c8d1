import type { Disposable } from '../client/types';
import { chooseActive, type ActiveBy } from './activeKey';
import type { CheckOutcome, KeyBudget, KeyEnvironment, KeyInfo, NewKey } from './key';
import { KeyEntries } from './keyEntries';
import { fingerprintOf } from './keyShape';
import type { SecretVault } from './secretVault';
import { infoOf, tombstoneOf, withoutHold, type StoredKey } from './storedKey';

export interface KeyRingOptions {
  readonly vault: SecretVault;
  readonly now: () => number;
  /** This window's own choice, kept over a reload. */
  readonly windowChoice?: { get(): string | undefined; set(id: string | undefined): void } | undefined;
  /** The label a trusted workspace asks for; empty or `undefined` for none. */
  readonly workspaceLabel?: (() => string | undefined) | undefined;
}

/**
 * The keys of this person: all of them, which one is the default, and which one this window sends with.
 *
 * The vault is the only truth, shared by all windows; `KeyEntries` keeps in step with it. Only what was withdrawn here
 * counts before the vault has it, and without it. `onDidChange` fires only when something a listener can see did change.
 * What a person asks of a key that is gone rejects; what the machine has learned about one is dropped.
 */
export class KeyRing implements Disposable {
  readonly #options: KeyRingOptions;
  readonly #entries: KeyEntries;
  readonly #listeners = new Set<() => void>();
  #windowChoice: string | undefined;
  /** What the workspace names. Kept, for it comes from the settings, and is looked at before every request. */
  #label = '';
  #shown: string;

  constructor(options: KeyRingOptions) {
    this.#options = options;
    this.#entries = new KeyEntries(options.vault, () => this.#emitIfChanged());
    this.#windowChoice = options.windowChoice?.get();
    this.#label = this.#readLabel();
    this.#shown = this.#describe();
  }

  /** Reads the vault anew. Rejects when it cannot be read. */
  refresh(): Promise<void> {
    return this.#entries.refresh();
  }

  /** The last reading of the vault failed: what is known may be old, or nothing at all. */
  get isUnreadable(): boolean {
    return this.#entries.isUnreadable;
  }

  /** Oldest first, revoked ones last. */
  list(): readonly KeyInfo[] {
    const active = this.#choose()?.id;
    const infos = this.#entries.all().map(([id, stored]) => this.#infoOf(id, stored, active));
    const present = infos.filter(({ health }) => health !== 'revoked');
    return [...present, ...infos.filter(({ health }) => health === 'revoked')];
  }

  find(id: string): KeyInfo | undefined {
    const stored = this.#entries.get(id);
    return stored && this.#infoOf(id, stored, this.#choose()?.id);
  }

  /**
   * This window's choice, else what the workspace names, else the default, else the oldest usable key. A chosen key that
   * the API refuses stays the active one, so look at its health; a revoked one never is.
   */
  active(): KeyInfo | undefined {
    return this.list().find(({ isActive }) => isActive);
  }

  activeBy(): ActiveBy | undefined {
    return this.#choose()?.by;
  }

  /** What the workspace names, when no key has that label, or only one that the person has not chosen yet. */
  missingLabel(): string | undefined {
    const label = this.#label;
    const isThere = this.#entries
      .all()
      .some(([, key]) => key.label === label && key.health !== 'revoked' && !key.isHeld);
    return label === '' || isThere ? undefined : label;
  }

  /** Stored secrets only: `undefined` for the key of a command, for a revoked one, and when it is gone. */
  secretOf(id: string): string | undefined {
    const stored = this.#entries.get(id);
    return stored?.health === 'revoked' ? undefined : stored?.key;
  }

  /** For redaction only: all that was stored at some time of this session. */
  secrets(): readonly string[] {
    return this.#entries.seenSecrets;
  }

  /** The key that is stored already, whatever its label. */
  findDuplicate(key: string): KeyInfo | undefined {
    const wanted = fingerprintOf(key);
    return this.list().find(({ id }) => {
      const stored = this.secretOf(id);
      return stored !== undefined && fingerprintOf(stored) === wanted;
    });
  }

  /** Stores a key that was just checked; made active, it is the default, and this window's choice where it had one. */
  async add({ key, label, environment, source, organization, isMadeActive = true }: NewKey): Promise<KeyInfo> {
    const id = crypto.randomUUID();
    const now = this.#options.now();
    const checked = { organization, health: 'good', checkedAt: now, lastError: undefined } as const;
    const settings = { budget: { dailyUsd: undefined, monthlyUsd: undefined }, remindAt: undefined };
    await this.#entries.change(async () => {
      const entry = { key, label, environment, source, addedAt: now, since: now, ...checked, ...settings };
      await this.#entries.write(id, isMadeActive ? entry : { ...entry, isHeld: true });
      if (!isMadeActive) return;
      await this.#entries.writeDefault(id);
      if (this.#windowChoice !== undefined) this.#setWindowChoice(id);
    });
    const info = this.find(id);
    if (!info) throw new Error('The key was stored but cannot be read back');
    return info;
  }

  /**
   * Rotation: another secret, typed in and checked just now, under the same label and id; a revoked key is in use again
   * with it. Rejects when the key is gone.
   */
  replace(id: string, key: string, organization: string | undefined): Promise<void> {
    return this.#entries.change(async () => {
      const before = this.#entries.require(id);
      const now = this.#options.now();
      // Never the same time twice: it tells this secret from a former one, with which another window may still write.
      const since = Math.max(now, before.since + 1);
      const checked = { organization, health: 'good', checkedAt: now, lastError: undefined } as const;
      const source = { kind: 'typed' } as const;
      await this.#entries.rotate(id, { ...withoutHold(before), key, source, since, ...checked, remindAt: undefined });
    });
  }

  /** Rejects when the key is gone. */
  rename(id: string, label: string): Promise<void> {
    return this.#update(id, { label });
  }

  /** Rejects when the key is gone. */
  setEnvironment(id: string, environment: KeyEnvironment): Promise<void> {
    return this.#update(id, { environment });
  }

  /** Rejects when the key is gone. */
  setBudget(id: string, { dailyUsd, monthlyUsd }: KeyBudget): Promise<void> {
    return this.#update(id, { budget: { dailyUsd, monthlyUsd } });
  }

  /** `KeyInfo.remindAt` tells what the values mean. Rejects when the key is gone. */
  setReminder(id: string, remindAt: number | null | undefined): Promise<void> {
    return this.#update(id, { remindAt });
  }

  /** As a response has named it. Does nothing when it is known already. */
  async setOrganization(id: string, organization: string): Promise<void> {
    const known = this.#entries.get(id);
    if (!known || known.organization === organization) return;
    await this.#entries.change(async () => {
      await this.#learn(id, known, { organization });
    });
  }

  /** What a check has found out about the secret that is the key's when this is called. */
  markChecked(id: string, { health, error, organization, since }: CheckOutcome): Promise<void> {
    const known = this.#entries.get(id);
    if (since !== undefined && since !== known?.since) return Promise.resolve();
    const found = { health, checkedAt: this.#options.now(), lastError: error };
    return this.#entries.change(async () => {
      const isSame = await this.#learn(id, known, organization === undefined ? found : { ...found, organization });
      if (isSame && health === 'good') this.#entries.absolve(id);
    });
  }

  /** The API refuses the secret: in memory before this returns, then in the vault. A rejection does not undo it. */
  markInvalid(id: string, error: string): Promise<void> {
    const known = this.#entries.get(id);
    if (!known || known.health === 'revoked') return Promise.resolve();
    const at = this.#options.now();
    return this.#entries.withdraw(id, { kind: 'invalid', error, at }, async () => {
      await this.#learn(id, known, { health: 'invalid', checkedAt: at, lastError: error });
    });
  }

  /**
   * The secret is given up: in memory before this returns, then in the vault, where label and metadata stay. A rejection
   * does not undo it, and the vault is asked again when it is next read. Says nothing when the key is gone.
   */
  revoke(id: string): Promise<void> {
    this.#entries.buryNow(id);
    return this.#entries.withdraw(id, { kind: 'revoked' }, async (pending) => {
      const stored = this.#entries.storedOf(id);
      if (!stored) return;
      // What was buried already says nothing about what it was done to.
      if (stored.key !== undefined) pending.bind(stored);
      await this.#entries.write(id, tombstoneOf(stored));
    });
  }

  /** With all that is known about it. */
  remove(id: string): Promise<void> {
    return this.#entries.change(async () => {
      await this.#entries.delete(id);
      if (this.#windowChoice === id) this.#setWindowChoice(undefined);
    });
  }

  /** For all windows without a choice of their own; this one gives up its own. Rejects when the key is gone or revoked. */
  makeDefault(id: string): Promise<void> {
    return this.#entries.change(async () => {
      this.#requireSecret(id);
      await this.#entries.write(id, withoutHold(this.#entries.require(id)));
      await this.#entries.writeDefault(id);
      this.#setWindowChoice(undefined);
    });
  }

  /** For this window only; `undefined` to go with the others again. @throws when the key is gone or revoked */
  chooseForWindow(id: string | undefined): void {
    if (id !== undefined) this.#requireSecret(id);
    this.#setWindowChoice(id);
    this.#emitIfChanged();
    if (id === undefined || !this.#entries.get(id)?.isHeld) return;
    // What the vault refuses here, this window's choice makes up for.
    this.#entries.change(() => this.#entries.write(id, withoutHold(this.#entries.require(id)))).catch(() => {});
  }

  /** The workspace names another label, or is trusted now. */
  handleWorkspaceChange(): void {
    this.#label = this.#readLabel();
    this.#emitIfChanged();
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#entries.dispose();
    this.#listeners.clear();
  }

  #update(id: string, change: Partial<StoredKey>): Promise<void> {
    return this.#entries.change(() => this.#entries.write(id, { ...this.#entries.require(id), ...change }));
  }

  /** Dropped when the secret that it was learned with is no longer the key's. */
  async #learn(id: string, known: StoredKey | undefined, change: Partial<StoredKey>): Promise<boolean> {
    const stored = this.#entries.get(id);
    const isSame = stored && known && stored.key === known.key && stored.since === known.since;
    if (!isSame || stored.health === 'revoked') return false;
    await this.#entries.write(id, { ...stored, ...change });
    return true;
  }

  #requireSecret(id: string): void {
    if (this.#entries.require(id).health === 'revoked') throw new Error('The key is no longer there: it was revoked');
  }

  #readLabel(): string {
    return this.#options.workspaceLabel?.()?.trim() ?? '';
  }

  #infoOf(id: string, stored: StoredKey, active: string | undefined): KeyInfo {
    const isDefault = id === this.#entries.defaultId && stored.health !== 'revoked';
    return infoOf(id, stored, { isActive: id === active, isDefault });
  }

  #choose(): ReturnType<typeof chooseActive> {
    const keys = this.#entries.all().map(([id, key]) => ({ id, ...key }));
    const { defaultId } = this.#entries;
    return chooseActive(keys, { windowChoice: this.#windowChoice, label: this.#label, defaultId });
  }

  #setWindowChoice(id: string | undefined): void {
    if (this.#windowChoice === id) return;
    this.#windowChoice = id;
    this.#options.windowChoice?.set(id);
  }

  #describe(): string {
    const entries = this.#entries;
    const shown = [entries.all(), entries.defaultId, this.#choose(), this.missingLabel(), entries.isUnreadable];
    return JSON.stringify(shown);
  }

  #emitIfChanged(): void {
    const now = this.#describe();
    if (now === this.#shown) return;
    this.#shown = now;
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        // Whoever shows the ring may fail; what is done to a key goes on. The process reports it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
