import { returnOf } from './leftOutMark';

/** Two spaces at a line's end break the line there. */
const keepsSpace = /\.(?:md|markdown|mdx|mdown|qmd|rmd|diff|patch)$/i;
const mostBlankLines = 2;

/** Spaces at the ends of lines, and blank lines beyond the second of several. */
export function leaveOutTrailingSpace(lines: readonly string[], name: string): readonly string[] {
  const isKept = keepsSpace.test(name);
  const left: string[] = [];
  let blank = 0;
  let hasChanged = false;
  for (const line of lines) {
    const trimmed = isKept && !isBlank(line) ? line : trimmedEnd(line);
    blank = trimmed === '' || trimmed === '\r' ? blank + 1 : 0;
    if (blank > mostBlankLines || trimmed.length < line.length) hasChanged = true;
    if (blank <= mostBlankLines) left.push(trimmed);
  }
  return hasChanged ? left : lines;
}

function isBlank(line: string): boolean {
  for (let index = 0; index < line.length; index++) {
    const code = line.charCodeAt(index);
    if (code !== 32 && code !== 9 && code !== 13) return false;
  }
  return true;
}

/** By hand: a pattern that looks for spaces before an end tries each run of spaces from each of its places. */
function trimmedEnd(line: string): string {
  const lineReturn = returnOf(line);
  let end = line.length - lineReturn.length;
  while (end > 0 && (line.charCodeAt(end - 1) === 32 || line.charCodeAt(end - 1) === 9)) end--;
  return end === line.length - lineReturn.length ? line : line.slice(0, end) + lineReturn;
}
