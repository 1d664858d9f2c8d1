import type * as vscode from 'vscode';
import type { SecretVault } from '../keys/secretVault';

/** SecretStorage as the key ring's vault: encrypted by the system's keychain, on this machine only, never synced. */
export function createSecretStorageVault(secrets: vscode.SecretStorage): SecretVault {
  return {
    get: async (name) => secrets.get(name),
    store: async (name, value) => secrets.store(name, value),
    delete: async (name) => secrets.delete(name),
    names: async () => secrets.keys(),
    onDidChange: (listener) => secrets.onDidChange(() => listener()),
  };
}
