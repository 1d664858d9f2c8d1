import { headingRank, seamRank } from './seamRank';
import { type LineShape, shapeOf, tabColumns } from './textLines';

/** Begins or ends with these: no more of a line is looked at for words. */
const wordCharacters = 16;

const closers = /^(?:[}\])]|<\/|end\b|fi\b|done\b|esac\b)/;
/** What goes on with what was before. */
const goesOn =
  /^(?:else\b|elif\b|elsif\b|except\b|finally\b|catch\b|rescue\b|ensure\b|then\b|\.[a-z]|\{|[|&?:]{1,2} )/i;
const remarks = /^(?:\/\/|\/?\*|#(?![a-z])|--|;|@|\[[A-Z#]|#\[|<!--|"""|''')/;
const openEnds: ReadonlySet<string> = new Set(['{', '(', '[', ':', '=', ',', '\\', '+', '|', '&']);
const pageNames = /\.(?:html?|xhtml|vue|svelte)$/i;
const pageHeading = /^<h([1-6])\b/i;

/** Where most lines that are indented stand at an even half of four columns, each level has two of them. */
const halfLevelShare = 0.1;
const halfLevel = 2;

/** Where units end (functions, classes, entries), the outer ones first: told by indentation, braces and blank lines. */
export function codeSeams(name: string, text: string, lines: readonly number[], to: number): Uint8Array {
  const ranks = new Uint8Array(lines.length);
  const columns = columnsOfLevel(text, lines, to);
  const isPage = pageNames.test(name);
  let before: LineShape | undefined;
  let hasBlankBefore = false;
  for (const [index, start] of lines.entries()) {
    const shape = shapeOf(text, start, lines[index + 1] ?? to);
    if (shape.isBlank) {
      ranks[index] = seamRank.boundLine;
      hasBlankBefore = true;
      continue;
    }
    const level = isPage ? pageHeading.exec(beginning(text, shape))?.[1] : undefined;
    if (level !== undefined) ranks[index] = headingRank(Number(level));
    else if (before) ranks[index] = rankOf(text, before, shape, columns, hasBlankBefore);
    before = shape;
    hasBlankBefore = false;
  }
  return ranks;
}

function rankOf(text: string, before: LineShape, line: LineShape, columns: number, hasBlank: boolean): number {
  const start = beginning(text, line);
  if (closers.test(start) || goesOn.test(start)) return seamRank.boundLine;
  const depth = Math.ceil(line.indent / columns);
  const startBefore = beginning(text, before);
  if (!hasBlank && (remarks.test(startBefore) || openEnds.has(text.charAt(before.last - 1)))) {
    // A list's lines end in commas as well: there it is the entry that has ended.
    if (!closers.test(startBefore)) return seamRank.boundLine;
  }
  const hasEnded = before.indent > line.indent || (before.indent === line.indent && closers.test(startBefore));
  return rankAt(depth, hasEnded, hasBlank);
}

function rankAt(depth: number, hasEnded: boolean, hasBlank: boolean): number {
  if (depth === 0) {
    if (hasEnded) return hasBlank ? seamRank.topEndAndBlank : seamRank.topEnd;
    return hasBlank ? seamRank.topBlank : seamRank.shallowLineEnd;
  }
  if (depth === 1) {
    if (hasEnded) return seamRank.memberEnd;
    return hasBlank ? seamRank.deepEnd : seamRank.shallowLineEnd;
  }
  if (hasEnded) return seamRank.deepEnd;
  return hasBlank ? seamRank.blankLine : seamRank.lineEnd;
}

function beginning(text: string, { first, last }: LineShape): string {
  return text.slice(first, Math.min(last, first + wordCharacters));
}

function columnsOfLevel(text: string, lines: readonly number[], to: number): number {
  let indented = 0;
  let half = 0;
  for (const [index, start] of lines.entries()) {
    const { indent, isBlank } = shapeOf(text, start, lines[index + 1] ?? to);
    if (isBlank || indent < halfLevel) continue;
    indented++;
    if (indent % tabColumns === halfLevel) half++;
  }
  return half > indented * halfLevelShare ? halfLevel : tabColumns;
}
