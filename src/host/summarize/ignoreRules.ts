import ignore, { type Ignore } from 'ignore';

interface RuleFile {
  /** The folder it rules over, below the root: `''` or `src/`. */
  readonly folder: string;
  readonly matcher: Ignore;
}

/** The `.gitignore` files from a root down to one folder. As in Git, the deepest that says something about a path decides. */
export class IgnoreRules {
  static readonly none = new IgnoreRules([]);

  /** The deepest first. */
  readonly #files: readonly RuleFile[];

  private constructor(files: readonly RuleFile[]) {
    this.#files = files;
  }

  /** With the file of a folder within the folders of those there are. `folder`: `''` or `src/`. */
  with(folder: string, text: string): IgnoreRules {
    return new IgnoreRules([{ folder, matcher: ignore().add(text) }, ...this.#files]);
  }

  /** `path`: below the root, with slashes; that of a folder ends with one. What a left-out folder holds is not to be asked for. */
  ignores(path: string): boolean {
    for (const { folder, matcher } of this.#files) {
      if (!path.startsWith(folder) || path === folder) continue;
      const { ignored, unignored } = matcher.test(path.slice(folder.length));
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}
