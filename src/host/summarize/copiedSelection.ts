export interface CopyDesk {
  readonly read: () => Thenable<string>;
  readonly write: (text: string) => Thenable<void>;
  /** Copies what is selected, and leaves the clipboard alone when nothing is. */
  readonly copy: () => Thenable<unknown>;
  /** A text that nobody has selected. */
  readonly mark: string;
}

/**
 * What is selected where only a command can copy it; `undefined` when nothing is. The clipboard is put back, also when
 * the copying fails.
 */
export async function readBySelectionCopy({ read, write, copy, mark }: CopyDesk): Promise<string | undefined> {
  const before = await read();
  try {
    await copy();
    const after = await read();
    if (after !== before) return after;
    // An empty clipboard says that nothing was copied; a full one may hold the very text that is selected.
    if (before === '') return undefined;
    await write(mark);
    await copy();
    const again = await read();
    return again === mark ? undefined : again;
  } finally {
    if ((await read()) !== before) await write(before);
  }
}
