import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { JobSource } from '../../jobs/job';
import { leaveOutByContent, leaveOutByName, type LeftOut } from '../../summarize/leaveOut';
import { formatBytes } from '../format';
import { repositoriesAtHand, untracked, type GitRepository } from '../gitApi';
import type { Log } from '../log';
import { composeChanges, readDiff, type NewFile } from './diffText';
import { inParallel } from './inParallel';
import { readRange, type RevisionRange } from './revisionRange';
import { decodeText, largestFileBytes, shownTexts, SourceError } from './textSources';

/** What to compare. */
type ChangeChoice =
  | { readonly kind: 'workingTree' | 'staged' }
  | { readonly kind: 'range'; readonly range: RevisionRange };

export interface GitChanges {
  readonly title: string;
  /** One for each repository in which something has changed. */
  readonly sources: readonly JobSource[];
  readonly leftOut: readonly LeftOut[];
}

/** New files beyond this are no change that somebody has written. */
const mostNewFiles = 200;
const largestNewFileBytes = 500_000;

/** Git runs once for each. */
const patchesAtOnce = 4;

/** Asks what to compare and reads it; `undefined` when the person calls it off. Rejects with `SourceError`. */
export async function readChanges(log: Log): Promise<GitChanges | undefined> {
  if (!vscode.workspace.isTrusted) {
    throw new SourceError(l10n.t('In Restricted Mode Sluice reads no diff. Trust this workspace to summarize one.'));
  }
  const repositories = await repositoriesAtHand();
  if (repositories.length === 0) {
    throw new SourceError(l10n.t('There is no diff: no Git repository is open in this window.'));
  }
  const choice = await pickChanges();
  if (!choice) return undefined;
  // A branch is one of a repository.
  const chosen = choice.kind === 'range' && repositories.length > 1 ? await pickRepository(repositories) : repositories;
  if (!chosen) return undefined;
  const read = await inParallel(chosen, 1, (repository) => readOne(repository, choice, log));
  const changed = read.filter(({ source }) => source.text.trim() !== '');
  if (changed.length === 0) throw new SourceError(describeNothing(choice, chosen.map(repositoryName).join(', ')));
  return {
    title: changed.map(({ source }) => source.name).join(', '),
    sources: changed.map(({ source }) => source),
    leftOut: changed.flatMap(({ leftOut }) => leftOut),
  };
}

async function pickChanges(): Promise<ChangeChoice | undefined> {
  const rows: readonly (vscode.QuickPickItem & { readonly chosen: ChangeChoice['kind'] })[] = [
    {
      label: l10n.t('All Changes Since the Last Commit'),
      detail: l10n.t('New files included. What is not saved is no part of it.'),
      chosen: 'workingTree',
    },
    { label: l10n.t('Staged Changes'), chosen: 'staged' },
    { label: l10n.t('Between Two Commits or Branches…'), chosen: 'range' },
  ];
  const picked = await vscode.window.showQuickPick(rows, { title: l10n.t('Summarize Changes') });
  if (!picked) return undefined;
  if (picked.chosen !== 'range') return { kind: picked.chosen };
  const typed = await vscode.window.showInputBox({
    title: l10n.t('Summarize Changes'),
    placeHolder: 'main..HEAD',
    prompt: l10n.t('What the second has that the first has not. One name alone: all since then.'),
    validateInput: (value) => (value.trim() === '' || readRange(value) ? undefined : describeBadRange()),
    ignoreFocusOut: true,
  });
  if (typed === undefined || typed.trim() === '') return undefined;
  const range = readRange(typed);
  if (!range) throw new SourceError(describeBadRange());
  return { kind: 'range', range };
}

function describeBadRange(): string {
  return l10n.t('Not a range of commits. Type it like {0}, or one name.', 'main..HEAD');
}

async function pickRepository(repositories: readonly GitRepository[]): Promise<readonly GitRepository[] | undefined> {
  const rows = repositories.map((repository) => ({ label: repositoryName(repository), repository }));
  const picked = await vscode.window.showQuickPick(rows, { title: l10n.t('Repository') });
  return picked && [picked.repository];
}

async function readOne(
  repository: GitRepository,
  choice: ChangeChoice,
  log: Log,
): Promise<{ readonly source: JobSource; readonly leftOut: readonly LeftOut[] }> {
  const name = describeChoice(choice, repositoryName(repository));
  try {
    const patch = await readPatch(repository, choice);
    if (patch.length > largestFileBytes) {
      throw new SourceError(
        l10n.t(
          '{0} has {1}: too large to summarize. At most {2} can be read.',
          name,
          formatBytes(patch.length),
          formatBytes(largestFileBytes),
        ),
      );
    }
    const { text, seams, leftOut } = readDiff(patch);
    return { source: { name, uri: undefined, text, seams }, leftOut };
  } catch (error) {
    if (SourceError.is(error)) throw error;
    // What Git says can hold a path of this machine; it goes to the log only.
    log.error('Git failed to compare', error, { what: name });
    throw new SourceError(l10n.t('Git failed to compare {0}. The log has the details.', name), { cause: error });
  }
}

async function readPatch(repository: GitRepository, choice: ChangeChoice): Promise<string> {
  switch (choice.kind) {
    case 'staged':
      return repository.diff(true);
    case 'workingTree': {
      const staged = await repository.diff(true);
      const unstaged = await repository.diff(false);
      return composeChanges({ staged, unstaged, untracked: await readNewFiles(repository) });
    }
    case 'range':
      return readRangePatch(repository, choice.range);
  }
}

/** Both ends as hashes: a name that nobody knows is told as such, and nothing that was typed is part of a comparison. */
async function readRangePatch(repository: GitRepository, { from, to }: RevisionRange): Promise<string> {
  const first = await resolve(repository, from);
  const second = await resolve(repository, to);
  if (repository.diffBetweenPatch) return repository.diffBetweenPatch(first, second);
  // VS Code before 1.108 has it by the file only.
  const changes = await repository.diffBetween(first, second);
  const patches = await inParallel(changes, patchesAtOnce, ({ uri }) =>
    repository.diffBetween(first, second, uri.fsPath),
  );
  return patches.map((patch) => `${patch}\n`).join('');
}

async function resolve(repository: GitRepository, revision: string): Promise<string> {
  try {
    return (await repository.getCommit(revision)).hash;
  } catch (error) {
    const text = l10n.t('Git knows no commit “{0}” in {1}.', revision, repositoryName(repository));
    throw new SourceError(text, { cause: error });
  }
}

async function readNewFiles({ rootUri, state }: GitRepository): Promise<readonly NewFile[]> {
  const changes = [...state.workingTreeChanges, ...(state.untrackedChanges ?? [])];
  const uris = changes.filter(({ status }) => status === untracked).map(({ uri }) => uri);
  const unique = [...new Map(uris.map((uri) => [uri.path, uri])).values()].slice(0, mostNewFiles);
  const shown = shownTexts();
  const read = await inParallel(unique, patchesAtOnce, async (uri) => {
    const path = uri.path.slice(rootUri.path.replace(/\/$/, '').length + 1);
    if (leaveOutByName(path)) return [];
    const text = shown.get(uri.toString())?.() ?? (await readNewFile(uri));
    return text === undefined || leaveOutByContent(path, text) ? [] : [{ path, text }];
  });
  return read.flat();
}

async function readNewFile(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (size > largestNewFileBytes || type !== vscode.FileType.File) return undefined;
    return await decodeText(await vscode.workspace.fs.readFile(uri), uri);
  } catch {
    // It is gone since Git has looked.
    return undefined;
  }
}

function describeChoice(choice: ChangeChoice, repository: string): string {
  switch (choice.kind) {
    case 'workingTree':
      return l10n.t('changes in {0}', repository);
    case 'staged':
      return l10n.t('staged changes in {0}', repository);
    case 'range':
      return `${repository} ${choice.range.from}..${choice.range.to}`;
  }
}

function describeNothing(choice: ChangeChoice, repository: string): string {
  switch (choice.kind) {
    case 'workingTree':
      return l10n.t('Nothing has changed in {0} since the last commit.', repository);
    case 'staged':
      return l10n.t('Nothing is staged in {0}.', repository);
    case 'range':
      return l10n.t('{0} has nothing that {1} has not.', choice.range.to, choice.range.from);
  }
}

function repositoryName({ rootUri }: GitRepository): string {
  return rootUri.path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}
