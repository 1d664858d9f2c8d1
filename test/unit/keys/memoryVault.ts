import type { Disposable } from '../../../src/client/types';
import type { SecretVault } from '../../../src/keys/secretVault';

type VaultAccess = 'get' | 'names' | 'store' | 'delete';

/** A vault in memory, as noisy as the real one: every write tells everybody, the writer included. */
export class MemoryVault implements SecretVault {
  readonly values = new Map<string, string>();
  /** How many writes succeed before the vault refuses; reading fails too once `isLocked`. */
  writesLeft = Number.POSITIVE_INFINITY;
  isLocked = false;
  /** Another window's write can arrive before its event does. */
  isSilent = false;
  /** The real one answers from another process: awaited before each access, which may be held up here. */
  beforeAccess: (access: VaultAccess) => Promise<void> | undefined = () => undefined;
  /** How many times something was written or deleted. */
  writeCount = 0;
  readonly #listeners = new Set<() => void>();

  async get(name: string): Promise<string | undefined> {
    await this.beforeAccess('get');
    this.#unlock();
    return this.values.get(name);
  }

  async names(): Promise<readonly string[]> {
    await this.beforeAccess('names');
    this.#unlock();
    return [...this.values.keys()];
  }

  async store(name: string, value: string): Promise<void> {
    await this.beforeAccess('store');
    this.#beginWrite();
    this.values.set(name, value);
    this.fire();
  }

  async delete(name: string): Promise<void> {
    await this.beforeAccess('delete');
    this.#beginWrite();
    this.values.delete(name);
    this.fire();
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  fire(): void {
    if (!this.isSilent) for (const listener of this.#listeners) listener();
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  #unlock(): void {
    if (this.isLocked) throw new Error('The keychain is locked');
  }

  #beginWrite(): void {
    this.#unlock();
    if (this.writesLeft <= 0) throw new Error('The keychain is full');
    this.writesLeft -= 1;
    this.writeCount += 1;
  }
}
