import { leftOutMark, lengthOf, plural, returnOf } from './leftOutMark';

const fewestRepeated = 5;
const shown = 2;
/** Beyond a log, numbers may be what a line is about; in so many lines of one form they are a table that nobody reads. */
const fewestOfATable = 50;
const logName = /\.(?:log|out|trace)(?:\.\d+)?$/i;
/** What is left out is so many times as long as what says so, or it stays. */
const leastGain = 2;
/** Of a longer line it is not worth knowing what it is apart from its numbers. */
const mostMaskedCharacters = 2_000;

/** Numbers, and what is made of hexadecimal digits and long enough to be an id. */
const numbers = /\b(?=[a-f]*\d)[0-9a-f]{6,}\b|\d+/gi;

/**
 * The first two of five or more equal lines stand for all of them; in a log, and where they are very many, of lines that
 * are the same apart from their numbers.
 */
export function leaveOutRepeatedLines(lines: readonly string[], name: string): readonly string[] {
  const fewestAlike = logName.test(name) ? fewestRepeated : fewestOfATable;
  const left: string[] = [];
  let hasChanged = false;
  for (let from = 0; from < lines.length;) {
    const alike = endOfRun(lines, from, mask);
    const to = alike - from >= fewestAlike ? alike : endOfRun(lines, from, asItIs);
    const last = lines[to - 1] ?? '';
    const mark = leftOutMark('lines like these two', plural(to - from - shown, 'more line')) + returnOf(last);
    if (to - from >= fewestRepeated && (mark.length + 1) * leastGain < lengthOf(lines, from + shown, to)) {
      left.push(lines[from] ?? '', lines[from + 1] ?? '', mark);
      hasChanged = true;
    } else for (let index = from; index < to; index++) left.push(lines[index] ?? '');
    from = to;
  }
  return hasChanged ? left : lines;
}

function endOfRun(lines: readonly string[], from: number, mask: (line: string) => string): number {
  const first = lines[from] ?? '';
  let to = from + 1;
  if (first.trim() === '') return to;
  // Most lines differ from the next one at once.
  if (!mayBeAlike(first, lines[to])) return to;
  const masked = mask(first);
  for (let line = lines[to]; line !== undefined && mayBeAlike(first, line) && mask(line) === masked; line = lines[to])
    to++;
  return to;
}

function mayBeAlike(line: string, other: string | undefined): boolean {
  if (other === undefined) return false;
  const [first, otherFirst] = [line.charCodeAt(0), other.charCodeAt(0)];
  return first === otherFirst || (isHexDigit(first) && isHexDigit(otherFirst));
}

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

function asItIs(line: string): string {
  return line;
}

function mask(line: string): string {
  return line.length > mostMaskedCharacters ? line : line.replace(numbers, '0');
}
