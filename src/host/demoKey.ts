import * as vscode from 'vscode';
import { isLoopback } from '../client/baseUrl';
import type { KeyRing } from '../keys/keyRing';
import type { SluiceSettings } from './settings';

/**
 * Takes the key of a simulated API from the environment, for `npm start` alone: never in an installed extension, never
 * with an address outside this machine, never over a key that is there.
 */
export async function takeDemoKey(
  mode: vscode.ExtensionMode,
  keyRing: KeyRing,
  readSettings: () => SluiceSettings,
): Promise<void> {
  const key = process.env['SLUICE_DEMO_KEY'];
  const url = URL.parse(readSettings().baseUrl);
  if (mode !== vscode.ExtensionMode.Development || !key || !url || !isLoopback(url)) return;
  if (keyRing.list().length === 0)
    await keyRing.add({
      key,
      label: 'Demo',
      environment: 'development',
      source: { kind: 'typed' },
      organization: undefined,
    });
}
