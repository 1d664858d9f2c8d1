import ignore from 'ignore';
import * as vscode from 'vscode';

/** More files than this are a repository: summarizing one in one go takes durable jobs. */
export const mostFiles = 200;

/** Machine-made or lists of hashes: many tokens that tell a reader nothing. */
const neverRead =
  '**/{node_modules,.git,package-lock.json,yarn.lock,pnpm-lock.yaml,Cargo.lock,*.min.js,*.min.css,*.map}';

export interface FolderFiles {
  readonly files: readonly vscode.Uri[];
  /** More than `mostFiles` were there; the rest is left out. */
  readonly isCut: boolean;
}

/** The files of a folder in the order of their paths, without what `files.exclude` and `.gitignore` leave out. */
export async function findFolderFiles(folder: vscode.Uri, token: vscode.CancellationToken): Promise<FolderFiles> {
  const pattern = new vscode.RelativePattern(folder, '**/*');
  const found = await vscode.workspace.findFiles(pattern, neverRead, undefined, token);
  const isIgnored = await readIgnoreFiles(folder, found);
  const files = found.filter((uri) => !isIgnored(uri)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { files: files.slice(0, mostFiles), isCut: files.length > mostFiles };
}

/** `.gitignore` files from the workspace's root down: each rules over its own folder. */
async function readIgnoreFiles(
  folder: vscode.Uri,
  found: readonly vscode.Uri[],
): Promise<(uri: vscode.Uri) => boolean> {
  const root = vscode.workspace.getWorkspaceFolder(folder)?.uri ?? folder;
  const folders = new Set<string>();
  for (const { path } of found) {
    for (let parent = parentOf(path); isWithin(parent, root.path) && !folders.has(parent); parent = parentOf(parent)) {
      folders.add(parent);
    }
  }
  const rules = await Promise.all(
    [...folders].map(async (path) => {
      try {
        const bytes = await vscode.workspace.fs.readFile(root.with({ path: `${path}/.gitignore` }));
        return { prefix: `${path}/`, matcher: ignore().add(new TextDecoder().decode(bytes)) };
      } catch {
        // Most folders have none.
        return undefined;
      }
    }),
  );
  return ({ path }) =>
    rules.some((rule) => rule && path.startsWith(rule.prefix) && rule.matcher.ignores(path.slice(rule.prefix.length)));
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root.replace(/\/$/, '')}/`);
}
