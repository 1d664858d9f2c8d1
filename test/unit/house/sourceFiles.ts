import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { repositoryRoot } from '../../support/paths';

export interface SourceFile {
  /** From the top of the repository, with `/` on every system: `src/client/queue.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file below `src`. */
export function readSources(): readonly SourceFile[] {
  const root = join(repositoryRoot, 'src');
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { path: relative(repositoryRoot, file).split(sep).join('/'), text: readFileSync(file, 'utf8') };
    });
}

/** Describes modules of others, in their words. */
export function isDeclaration({ path }: SourceFile): boolean {
  return path.endsWith('.d.ts');
}
