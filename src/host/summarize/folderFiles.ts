import * as vscode from 'vscode';
import { readExcludes, type Excludes } from './excludeGlobs';
import { IgnoreRules } from './ignoreRules';
import { inParallel } from './inParallel';
import { nameOf } from './textSources';

export interface FolderFile {
  readonly uri: vscode.Uri;
  /** `nameOf` it; outside of the workspace its path from the folder on. */
  readonly name: string;
}

export interface FolderFiles {
  /** In the order of their paths. */
  readonly files: readonly FolderFile[];
  /** There are more. */
  readonly isCut: boolean;
  /** Folders that could not be looked into. */
  readonly unreadable: readonly string[];
}

/** Each is a round trip to the file system, which may be another machine. */
const foldersAtOnce = 16;

/** Beyond this nobody waits for the end of the list: a home folder, or a disk. */
const mostListed = 200_000;

/** Nobody's repository is deeper above a workspace's folder. */
const mostLevels = 20;

/** Histories and what was installed, kept by programs in a form of their own. */
const neverEntered = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** Where paths of `.gitignore` and `files.exclude` begin. */
interface Frame {
  /** Of the repository, which may lie above the workspace's folder. */
  readonly root: vscode.Uri;
  /** Told with a path from the workspace's folder on. */
  readonly excludes: Excludes;
  readonly nameOf: (uri: vscode.Uri, path: string) => string;
}

interface Folder {
  readonly uri: vscode.Uri;
  /** Below the root: `''` or `src/`. */
  readonly path: string;
  readonly rules: IgnoreRules;
}

/**
 * Lists what a folder holds, through `workspace.fs`: also where no search is to be had. What `files.exclude` and
 * `.gitignore` leave out is not even entered. Links are not followed: what they lead to lies elsewhere in the folder, or
 * is not part of it, and some lead round in circles.
 * @throws what the file system says of a folder that cannot be read at all.
 */
export async function listFolderFiles(folder: vscode.Uri, token: vscode.CancellationToken): Promise<FolderFiles> {
  const frame = await frameOf(folder);
  const path = pathWithin(frame.root, folder);
  const start = { uri: folder, path, rules: await rulesAbove(frame.root, path) };
  // What cannot be read at all is an error, not an empty folder.
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const walk = new FolderWalk(frame);
  let level = await walk.enter(start, entries);
  while (level.length > 0 && walk.files.length <= mostListed && !token.isCancellationRequested) {
    const below = await inParallel(level, foldersAtOnce, async (each) =>
      token.isCancellationRequested ? [] : walk.list(each),
    );
    level = below.flat();
  }
  const files = walk.files.toSorted((a, b) => (a.uri.path < b.uri.path ? -1 : 1));
  return { files: files.slice(0, mostListed), isCut: files.length > mostListed, unreadable: walk.unreadable };
}

class FolderWalk {
  readonly files: FolderFile[] = [];
  readonly unreadable: string[] = [];
  readonly #frame: Frame;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** Gives the folders within it. */
  async list(folder: Folder): Promise<readonly Folder[]> {
    try {
      return await this.enter(folder, await vscode.workspace.fs.readDirectory(folder.uri));
    } catch {
      this.unreadable.push(this.#frame.nameOf(folder.uri, folder.path));
      return [];
    }
  }

  async enter(folder: Folder, entries: readonly [string, vscode.FileType][]): Promise<readonly Folder[]> {
    const names = new Set(entries.map(([name]) => name));
    const rules = names.has('.gitignore') ? await withIgnoreFile(folder) : folder.rules;
    const folders: Folder[] = [];
    for (const [name, type] of entries) {
      const path = folder.path + name;
      if (type & vscode.FileType.SymbolicLink || this.#frame.excludes(path, names)) continue;
      const uri = vscode.Uri.joinPath(folder.uri, name);
      if (type & vscode.FileType.Directory) {
        if (!neverEntered.has(name) && !rules.ignores(`${path}/`)) folders.push({ uri, path: `${path}/`, rules });
      } else if (!rules.ignores(path)) {
        this.files.push({ uri, name: this.#frame.nameOf(uri, path) });
      }
    }
    return folders;
  }
}

async function frameOf(folder: vscode.Uri): Promise<Frame> {
  const top = vscode.workspace.getWorkspaceFolder(folder)?.uri;
  const excludesBelow = readExcludes(vscode.workspace.getConfiguration('files', folder).get('exclude'));
  const root = await repositoryOf(top ?? folder);
  const above = pathWithin(root, top ?? folder);
  const excludes: Excludes = (path, siblings) => excludesBelow(path.slice(above.length), siblings);
  if (top) return { root, excludes, nameOf };
  const name = nameOf(folder);
  return { root, excludes, nameOf: (_uri, path) => `${name}/${path.slice(above.length)}` };
}

/** The nearest folder at or above this one in which Git keeps its history; without one, this one. */
async function repositoryOf(folder: vscode.Uri): Promise<vscode.Uri> {
  let at = folder;
  for (let level = 0; level < mostLevels; level++) {
    const hasHistory = await vscode.workspace.fs.stat(vscode.Uri.joinPath(at, '.git')).then(
      () => true,
      () => false,
    );
    if (hasHistory) return at;
    const above = vscode.Uri.joinPath(at, '..');
    if (above.path === at.path) break;
    at = above;
  }
  return folder;
}

/** `''` for the root itself, otherwise with a slash at its end. */
function pathWithin(root: vscode.Uri, folder: vscode.Uri): string {
  const from = root.path.replace(/\/$/, '').length + 1;
  const path = folder.path.replace(/\/$/, '').slice(from);
  return path === '' ? '' : `${path}/`;
}

/** Of the folders that lead to it. Who points at a folder that they leave out means it all the same: they count for nothing then. */
async function rulesAbove(root: vscode.Uri, path: string): Promise<IgnoreRules> {
  let folder: Folder = { uri: root, path: '', rules: IgnoreRules.none };
  for (const name of path.split('/').slice(0, -1)) {
    const rules = await withIgnoreFile(folder);
    const below = `${folder.path}${name}/`;
    if (rules.ignores(below)) return IgnoreRules.none;
    folder = { uri: vscode.Uri.joinPath(folder.uri, name), path: below, rules };
  }
  return folder.rules;
}

async function withIgnoreFile({ uri, path, rules }: Folder): Promise<IgnoreRules> {
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(uri, '.gitignore'));
    return rules.with(path, new TextDecoder().decode(bytes));
  } catch {
    // There is none, or one that Git could not read either.
    return rules;
  }
}
