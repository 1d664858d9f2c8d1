/** A run of empty lines is one thing, but for every so many of them: texts of line breaks alone stay cheap. */
const emptyLinesTogether = 64;

const lineFeed = 10;
const carriageReturn = 13;

/** Where lines begin; those of a run of empty lines are taken together where that is asked for. */
export function linesOf(text: string, from: number, to: number, joinsEmpty: boolean): number[] {
  const starts = [from];
  let empty = 0;
  for (let at = text.indexOf('\n', from) + 1; at > 0 && at < to; at = text.indexOf('\n', at) + 1) {
    empty = isEmptyLine(text, at) ? empty + 1 : 0;
    if (!joinsEmpty || empty % emptyLinesTogether < 2) starts.push(at);
  }
  return starts;
}

function isEmptyLine(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === lineFeed || (code === carriageReturn && text.charCodeAt(at + 1) === lineFeed);
}

export interface LineShape {
  /** Of its first character that is no space; its end where there is none. */
  readonly first: number;
  /** Behind its last character that is no space. */
  readonly last: number;
  readonly isBlank: boolean;
  /** Columns before the first character, a tab for `tabColumns`. */
  readonly indent: number;
  readonly hasTabs: boolean;
}

export const tabColumns = 4;

export function shapeOf(text: string, from: number, to: number): LineShape {
  let first = from;
  let indent = 0;
  let hasTabs = false;
  for (; first < to; first++) {
    const code = text.charCodeAt(first);
    if (code === 9) hasTabs = true;
    else if (code !== 32 && !isSpace(code)) break;
    indent += code === 9 ? tabColumns : code === 32 ? 1 : 0;
  }
  let last = to;
  while (last > first && isSpace(text.charCodeAt(last - 1))) last--;
  return { first, last, isBlank: first === to, indent, hasTabs };
}

/** The byte order mark at a text's beginning is nothing either. */
export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff;
}
