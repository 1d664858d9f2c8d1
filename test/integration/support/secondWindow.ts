import * as vscode from 'vscode';
import { createServices, type Services } from '../../../src/host/services';
import type { Sluice } from './sluice';

export type SecondWindow = Pick<Services, 'keyRing' | 'clients' | 'keys'> & { close(): Promise<void> };

/**
 * All that a second window does with keys, on the SecretStorage and the database of the first one: its own key ring, its
 * own clients, its own account. Views and commands cannot be there twice in one extension host.
 */
export async function openSecondWindow({ context }: Sluice): Promise<SecondWindow> {
  const owned: { dispose(): unknown }[] = [];
  const { globalState, globalStorageUri, secrets } = context;
  const services = withoutViews(() =>
    createServices(
      { globalState, globalStorageUri, secrets, workspaceState: createMemento() },
      (each) => {
        owned.unshift(each);
        return each;
      },
      () => {},
    ),
  );
  const { keyRing, clients, keys } = services;
  owned.unshift(keyRing.onDidChange(() => clients.handleConfigurationChange()));
  await keyRing.refresh();
  return {
    keyRing,
    clients,
    keys,
    close: async () => {
      for (const each of owned) await each.dispose();
    },
  };
}

/** Of this window alone: two windows have workspaces of their own. */
function createMemento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <Value>(name: string, byDefault?: Value): Value | undefined => {
      const text = JSON.stringify(values.get(name));
      return text === undefined ? byDefault : JSON.parse(text);
    },
    update: async (name: string, value: unknown) => void values.set(name, value),
  };
}

function withoutViews<Result>(create: () => Result): Result {
  const { window } = vscode;
  const { createTreeView, createOutputChannel } = window;
  Object.assign(window, {
    createTreeView: () => ({ visible: false, onDidChangeVisibility: nothing, dispose: () => {} }),
    createOutputChannel: () => ({ info: nothing, warn: nothing, error: nothing, show: nothing, dispose: () => {} }),
  });
  try {
    return create();
  } finally {
    Object.assign(window, { createTreeView, createOutputChannel });
  }
}

/** Serves as an event that never comes, and as a line that nobody reads. */
function nothing(): vscode.Disposable {
  return { dispose: () => {} };
}
