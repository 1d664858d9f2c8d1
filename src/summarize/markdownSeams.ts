import { headingRank, seamRank } from './seamRank';
import { shapeOf } from './textLines';

/** Of a line no more is looked at: what makes it a heading, a fence or an item stands at its beginning. */
const lookedAtCharacters = 200;

const fencePattern = /^ {0,3}(`{3,}|~{3,})/;
const headingPattern = /^ {0,3}(?:(#{1,6})(?:[ \t]|$)|(={1,5})[ \t])/;
const underlinePattern = /^ {0,3}(?:(=+)|(-{2,}))[ \t]*$/;
const rulePattern = /^ {0,3}(?:\* ?){3,}$|^ {0,3}(?:_ ?){3,}$|^ {0,3}(?:- ?){3,}$/;
const itemPattern = /^(?:[-*+]|\d{1,9}[.)])[ \t]/;

interface Fence {
  readonly mark: string;
  readonly length: number;
}

/** Headings by level, outside of fences and front matter; then paragraphs; then items; then lines. */
export function markdownSeams(text: string, lines: readonly number[], to: number): Uint8Array {
  const ranks = new Uint8Array(lines.length);
  let fence: Fence | undefined;
  let isFrontMatter = false;
  let before = '';
  let hasBlankBefore = true;
  let hasBlankBeforeThat = true;
  for (const [index, start] of lines.entries()) {
    const { first, last, isBlank, indent } = shapeOf(
      text,
      start,
      Math.min(start + lookedAtCharacters, lines[index + 1] ?? to),
    );
    const line = isBlank ? '' : ' '.repeat(Math.min(indent, 8)) + text.slice(first, last);
    if (index === 0 && start === 0 && line === '---') isFrontMatter = true;
    else if (isFrontMatter) {
      ranks[index] = seamRank.boundLine;
      if (line === '---' || line === '...') isFrontMatter = false;
      // Without its end it is none, or the whole text would be.
      if (isBlank) isFrontMatter = false;
    } else if (fence) {
      ranks[index] = isBlank ? seamRank.boundLine : hasBlankBefore ? seamRank.lineEnd : seamRank.boundLine;
      if (closes(line, fence)) fence = undefined;
    } else {
      fence = fenceOf(line);
      const level = levelOf(line, before, hasBlankBefore, hasBlankBeforeThat);
      if (level?.isUnderline) {
        // The heading began a line before.
        if (index > 0) ranks[index - 1] = headingRank(level.level);
        ranks[index] = seamRank.boundLine;
      } else ranks[index] = level ? headingRank(level.level) : rankOf(line, before, hasBlankBefore);
    }
    hasBlankBeforeThat = hasBlankBefore;
    hasBlankBefore = isBlank;
    if (!isBlank) before = line;
  }
  return ranks;
}

function fenceOf(line: string): Fence | undefined {
  const marks = fencePattern.exec(line)?.[1];
  return marks === undefined ? undefined : { mark: marks.charAt(0), length: marks.length };
}

function closes(line: string, { mark, length }: Fence): boolean {
  const marks = fencePattern.exec(line)?.[1];
  return marks?.charAt(0) === mark && marks.length >= length && line.trimStart().length === marks.length;
}

function levelOf(
  line: string,
  before: string,
  hasBlankBefore: boolean,
  hasBlankBeforeThat: boolean,
): { readonly level: number; readonly isUnderline: boolean } | undefined {
  const marks = headingPattern.exec(line);
  if (marks) return { level: (marks[1] ?? marks[2] ?? '').length, isUnderline: false };
  const underline = underlinePattern.exec(line);
  const isBelowOneLine = !hasBlankBefore && hasBlankBeforeThat && before !== '' && !itemPattern.test(before);
  if (!underline || !isBelowOneLine) return undefined;
  return { level: underline[1] === undefined ? 2 : 1, isUnderline: true };
}

function rankOf(line: string, before: string, hasBlankBefore: boolean): number {
  if (line === '') return seamRank.boundLine;
  const isIndented = line.startsWith(' ');
  if (rulePattern.test(line) && hasBlankBefore) return seamRank.topEndAndBlank;
  if (hasBlankBefore) return isIndented ? seamRank.blankLine : seamRank.topBlank;
  // What follows a line that ends in a colon is what it speaks of.
  if (before.endsWith(':')) return seamRank.boundLine;
  return itemPattern.test(line) ? seamRank.shallowLineEnd : seamRank.lineEnd;
}
