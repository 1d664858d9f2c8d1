/** A row of the keys view, as plain data: `keyTree.ts` makes VS Code's item of it. */
export interface KeyNode {
  /** The same over refreshes, so that what is expanded and selected stays so; no two rows have the same. */
  readonly id: string;
  /** Of the key that the row is, which menus and Enter act on; `undefined` for all other rows. */
  readonly keyId: string | undefined;
  readonly label: string;
  readonly description: string | undefined;
  readonly icon: RowIcon;
  /** Markdown without links or commands: it is shown without trust. */
  readonly tooltip: string;
  /** What menus match on: only rows of keys begin with `key`. */
  readonly contextValue: string;
  /** For screen readers: the row as one sentence, without icons. */
  readonly spoken: string;
  readonly children: readonly KeyNode[];
}

export interface RowIcon {
  /** Of a codicon. */
  readonly id: string;
  /** Of a theme colour; never the only thing that tells something. */
  readonly color: string | undefined;
}

/**
 * The key that a command is to act on: from the palette there is none, a row gives its id, a menu the row itself, and
 * anything else may come from another extension.
 */
export function keyIdOf(argument: unknown): string | undefined {
  const id = typeof argument === 'object' && argument !== null && 'keyId' in argument ? argument.keyId : argument;
  return typeof id === 'string' && id !== '' ? id : undefined;
}
