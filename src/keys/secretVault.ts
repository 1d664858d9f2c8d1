import type { Disposable } from '../client/types';

/** Where secrets live. `host` implements it with SecretStorage; nothing else ever holds a key. */
export interface SecretVault {
  get(name: string): Promise<string | undefined>;
  store(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
  /** May fire without a change, twice, or not in the window that wrote: listeners re-read and compare. */
  onDidChange(listener: () => void): Disposable;
}
