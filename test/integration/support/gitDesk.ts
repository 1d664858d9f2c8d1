import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { workspaceFolder } from './settings';
import { until } from './waiting';

interface Repository {
  readonly rootUri: vscode.Uri;
  readonly state: { readonly workingTreeChanges: readonly { readonly uri: vscode.Uri }[] };
  status(): Promise<void>;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): { openRepository(root: vscode.Uri): Promise<Repository | null> };
}

const run = promisify(execFile);

/** Nobody's name and none of the settings of whoever runs the tests. */
const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgSign=false'];

/** A Git repository of its own in the workspace's folder, and VS Code's Git extension switched on for it. */
export class GitDesk {
  readonly #root: string;
  readonly #repository: Repository;

  private constructor(root: string, repository: Repository) {
    this.#root = root;
    this.#repository = repository;
  }

  static async create(name: string): Promise<GitDesk> {
    const uri = vscode.Uri.joinPath(workspaceFolder(), name);
    const root = uri.fsPath;
    await mkdir(root);
    await run('git', ['init', '-q', '-b', 'main'], { cwd: root });
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    assert.ok(extension, 'VS Code has no Git extension');
    const git = await extension.activate();
    await switchGit(true);
    await until('Git to be switched on', () => git.enabled);
    const repository = await until('Git to open the repository', async () => {
      return (await git.getAPI(1).openRepository(uri)) ?? undefined;
    });
    return new GitDesk(root, repository);
  }

  async run(...args: readonly string[]): Promise<void> {
    await run('git', [...identity, ...args], { cwd: this.#root });
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.#root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** Until the extension sees changed files that suit the test. */
  async refresh(suits: (changed: string) => boolean): Promise<void> {
    await until('Git to see the changes', async () => {
      await this.#repository.status();
      return suits(this.#repository.state.workingTreeChanges.map(({ uri }) => uri.path).join('\n'));
    });
  }

  async remove(): Promise<void> {
    await vscode.commands.executeCommand('git.close', this.#repository);
    await switchGit(undefined);
    await rm(this.#root, { recursive: true });
  }
}

/** Tests of other things run without it. `undefined`: as the window was opened. */
async function switchGit(isOn: true | undefined): Promise<void> {
  const git = vscode.workspace.getConfiguration('git');
  await git.update('enabled', isOn, vscode.ConfigurationTarget.Workspace);
}
