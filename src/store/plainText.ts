/** Whether SQLite gives it back as it is: it ends texts at a NUL, and knows no halves of characters. */
export function isPlain(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** As SQLite gives it back. */
export function plain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
