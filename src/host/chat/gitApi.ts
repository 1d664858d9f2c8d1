import * as vscode from 'vscode';

/** As much of the built-in Git extension's API, version 1, as is used here. */
export interface GitRepository {
  readonly rootUri: vscode.Uri;
  /** What `git diff` prints, of the index when `cached`, otherwise of the working tree. */
  diff(cached?: boolean): Promise<string>;
}

interface GitApi {
  readonly state: 'uninitialized' | 'initialized';
  readonly onDidChangeState: vscode.Event<GitApi['state']>;
  readonly repositories: readonly GitRepository[];
}

interface GitExtension {
  readonly enabled: boolean;
  /** @throws when Git is disabled */
  getAPI(version: 1): GitApi;
}

/** Git looks for repositories when a window opens; one that takes longer is not waited for. */
const longestStartMs = 5_000;

/** Empty where Git is not there, switched off, or has found no repository. */
export async function gitRepositories(): Promise<readonly GitRepository[]> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return [];
  const git = await extension.activate();
  if (!git.enabled) return [];
  const api = git.getAPI(1);
  if (api.state === 'uninitialized') await whenReady(api);
  return api.repositories;
}

async function whenReady(api: GitApi): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const timer = setTimeout(end, longestStartMs);
    const subscription = api.onDidChangeState((state) => {
      if (state === 'initialized') end();
    });
  });
}
