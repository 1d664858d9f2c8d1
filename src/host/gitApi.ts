import * as vscode from 'vscode';

interface GitChange {
  readonly uri: vscode.Uri;
  readonly status: number;
}

/** The status of a file that Git does not know yet. */
export const untracked = 7;

/** As much of the built-in Git extension's API, version 1, as is used here (`extensions/git/src/api/git.d.ts` of VS Code). */
export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly workingTreeChanges: readonly GitChange[];
    /** Where a setting has them listed apart from the others. */
    readonly untrackedChanges?: readonly GitChange[];
  };
  /** What `git diff` prints, of the index when `cached`, otherwise of the working tree. */
  diff(cached?: boolean): Promise<string>;
  /** Rejects for what is no commit. */
  getCommit(ref: string): Promise<{ readonly hash: string }>;
  /** What the second has since it has parted from the first: the files, or with a path on disk the patch of one. */
  diffBetween(ref1: string, ref2: string): Promise<readonly GitChange[]>;
  diffBetween(ref1: string, ref2: string, path: string): Promise<string>;
  /** The same as one patch; since VS Code 1.108. */
  diffBetweenPatch?(ref1: string, ref2: string): Promise<string>;
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

/** That of the active file; without one, all that are open. */
export async function repositoriesAtHand(): Promise<readonly GitRepository[]> {
  const all = await gitRepositories();
  const active = vscode.window.activeTextEditor?.document.uri;
  // One repository can lie within another: the innermost holds the file.
  const own = active && all.filter(({ rootUri }) => isWithin(active, rootUri)).toSorted(byDepth)[0];
  return own ? [own] : all;
}

function byDepth(a: GitRepository, b: GitRepository): number {
  return b.rootUri.path.length - a.rootUri.path.length;
}

function isWithin(uri: vscode.Uri, root: vscode.Uri): boolean {
  return uri.scheme === root.scheme && uri.path.startsWith(`${root.path.replace(/\/$/, '')}/`);
}

/** Empty where Git is not there, switched off, or has found no repository. */
async function gitRepositories(): Promise<readonly GitRepository[]> {
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
