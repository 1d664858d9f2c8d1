import * as vscode from 'vscode';
import type { SettingId } from '../../../src/contributions';
import { until } from './waiting';

/** What the run's own settings file says, to put it back. */
const before = new Map<SettingId, unknown>();

/** In the user's settings, as the settings editor would write it. */
export async function setUserSetting(id: SettingId, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  if (!before.has(id)) before.set(id, configuration.inspect(id)?.globalValue);
  await configuration.update(id, value, vscode.ConfigurationTarget.Global);
}

export async function restoreUserSettings(): Promise<void> {
  for (const [id, value] of before) {
    await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
  }
  before.clear();
}

/** A setting that any repository may make, by which we see that VS Code has read the file. */
const sign = 'editor.rulers';

/** What a repository brings along. Resolves when VS Code has taken it in; dispose it to remove the file. */
export async function writeWorkspaceSettings(
  values: Readonly<Record<string, unknown>>,
): Promise<{ remove(): Promise<void> }> {
  const file = vscode.Uri.joinPath(workspaceFolder(), '.vscode/settings.json');
  const mark = Math.floor(performance.now());
  const text = JSON.stringify({ ...values, [sign]: [mark] });
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  const readMark = () => vscode.workspace.getConfiguration().get<readonly unknown[]>(sign)?.[0];
  await until('VS Code to read the workspace settings', () => readMark() === mark);
  return {
    async remove() {
      await vscode.workspace.fs.delete(file);
      await until('VS Code to forget the workspace settings', () => readMark() !== mark);
    },
  };
}

export function workspaceFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) throw new Error('No folder is open');
  return folder;
}
