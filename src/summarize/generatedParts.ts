import { isLeftOutMark, leftOutMark, lengthOf, plural, returnOf, withoutReturn } from './leftOutMark';

/** A line that marks a part is short; in a longer one the word stands for something else. */
const mostMarkerCharacters = 200;
const begins = /\b(?:begin|start)\b.{0,60}\b(?:auto-?)?generated\b/i;
const ends = /\bend\b.{0,60}\b(?:auto-?)?generated\b/i;
const isRemark = /^[ \t]*(?:\/\/|\/?\*|#|--|;|<!--|\{\/\*)/;

/** What a tool has written between a line that says so and one that says it ends. */
export function leaveOutGeneratedParts(lines: readonly string[]): readonly string[] {
  const left: string[] = [];
  let begun: { readonly line: number; readonly length: number } | undefined;
  let hasChanged = false;
  for (const [index, line] of lines.entries()) {
    const marks = marksOf(line);
    if (marks === 'end' && begun && leavesOut(lines, begun.line + 1, index)) {
      left.length = begun.length;
      left.push(markOf(index - begun.line - 1) + returnOf(line));
      hasChanged = true;
    }
    left.push(line);
    if (marks === 'begin') begun = { line: index, length: left.length };
    else if (marks === 'end') begun = undefined;
  }
  return hasChanged ? left : lines;
}

function marksOf(line: string): 'begin' | 'end' | undefined {
  if (line.length > mostMarkerCharacters || !isRemark.test(line)) return undefined;
  if (ends.test(line)) return 'end';
  return begins.test(line) ? 'begin' : undefined;
}

function leavesOut(lines: readonly string[], from: number, to: number): boolean {
  if (to - from === 1 && isLeftOutMark(withoutReturn(lines[from] ?? ''))) return false;
  return markOf(to - from).length + 2 < lengthOf(lines, from, to);
}

function markOf(count: number): string {
  return leftOutMark('generated part', plural(count, 'line'));
}
