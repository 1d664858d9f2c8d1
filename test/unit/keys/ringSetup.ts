import type { NewKey } from '../../../src/keys/key';
import { KeyRing, type KeyRingOptions } from '../../../src/keys/keyRing';
import { MemoryVault } from './memoryVault';

export const first = 'demo-key-of-the-first-team';
export const second = 'demo-key-of-the-second-team';
export const third = 'demo-key-of-the-third-team';

/** A key that a person has typed in. */
export function typed(key: string, label: string): NewKey {
  return { key, label, environment: 'other', source: { kind: 'typed' }, organization: undefined };
}

export function ofCommand(name: string, label = 'Vaulted'): NewKey {
  return { ...typed('', label), key: undefined, source: { kind: 'command', name } };
}

export function setupRing(vault = new MemoryVault(), options: Partial<KeyRingOptions> = {}) {
  let now = 1_000;
  let changes = 0;
  const ring = new KeyRing({ vault, now: () => (now += 1), ...options });
  ring.onDidChange(() => (changes += 1));
  return {
    vault,
    ring,
    changeCount: () => changes,
    labels: () => ring.list().map(({ label }) => label),
    activeLabel: () => ring.active()?.label,
    activeSecret: () => ring.secretOf(ring.active()?.id ?? ''),
  };
}

/** Two windows on the same keychain. */
export function setupTwoWindows() {
  const vault = new MemoryVault();
  return { vault, here: setupRing(vault), there: setupRing(vault) };
}

/** Resolves with the first change after now. */
export function nextChange(ring: KeyRing): Promise<void> {
  return new Promise((resolve) => {
    const subscription = ring.onDidChange(() => {
      subscription.dispose();
      resolve();
    });
  });
}

/** Whether the vault holds this anywhere. */
export function holds(vault: MemoryVault, secret: string): boolean {
  return [...vault.values.values()].some((value) => value.includes(secret));
}

/** Holds the next write up until it is let go. */
export function holdNextWrite(vault: MemoryVault): { readonly isHeld: Promise<void>; readonly release: () => void } {
  const held = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  vault.beforeAccess = (access) => {
    if (access !== 'store' && access !== 'delete') return undefined;
    vault.beforeAccess = () => undefined;
    held.resolve();
    return free.promise;
  };
  return { isHeld: held.promise, release: () => free.resolve() };
}
