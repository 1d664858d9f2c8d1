/** What stands in a text for what was left out: one line, or a part of one, in brackets. */
export function leftOutMark(what: string, detail: string): string {
  return `[${what} left out: ${detail}]`;
}

const markPattern = /^\[[a-z][a-z0-9 ]{0,40} left out: [^\]\n]{0,80}\]$/;

export function isLeftOutMark(line: string): boolean {
  return markPattern.test(line);
}

export function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** A line without its end of line. */
export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** What ends a line besides the line feed that it was split at. */
export function returnOf(line: string): string {
  return line.endsWith('\r') ? '\r' : '';
}

/** Characters of some lines and their ends. */
export function lengthOf(lines: readonly string[], from: number, to: number): number {
  let length = 0;
  for (let index = from; index < to; index++) length += (lines[index] ?? '').length + 1;
  return length;
}
