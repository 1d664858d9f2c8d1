import { isLeftOutMark, leftOutMark, lengthOf, returnOf, withoutReturn } from './leftOutMark';
import { nameLicence } from './licenceName';

/** Headers are at the top, and end within so many lines. */
const mostLines = 400;
/** Of a line no more is looked at. */
const lookedAtCharacters = 300;

/** Texts whose `#` begins a heading, not a comment. */
const proseNames =
  /\.(?:md|markdown|mdx|mdown|qmd|rmd|adoc|asciidoc|rst|txt|text)$|(?:^|\/)(?:licen[cs]e|copying|notice)[^/]*$/i;
const preamble = /^\uFEFF?(?:#!.*|<\?(?:php|xml).*|<!DOCTYPE.*|[ \t]*|# -\*-.*|['"]use strict['"];?)$/i;

interface CommentStyle {
  readonly opens: RegExp;
  /** Of a comment with an end of its own; else it is a run of lines that each begin like the first. */
  readonly closes?: string;
}

const styles: readonly CommentStyle[] = [
  { opens: /^\uFEFF?[ \t]*\/\*/, closes: '*/' },
  { opens: /^\uFEFF?[ \t]*<!--/, closes: '-->' },
  { opens: /^\uFEFF?[ \t]*\(\*/, closes: '*)' },
  { opens: /^\uFEFF?[ \t]*\{-/, closes: '-}' },
  { opens: /^\uFEFF?[ \t]*\/\// },
  { opens: /^\uFEFF?[ \t]*#/ },
  { opens: /^\uFEFF?[ \t]*--/ },
  { opens: /^\uFEFF?[ \t]*;/ },
  { opens: /^\uFEFF?[ \t]*%/ },
];

/** The paragraphs that licences are made of: each goes on to its end. */
const paragraphs =
  /^(?:permission (?:is hereby granted|to use)|redistribution|redistributions|the above copyright notice|the software is provided|this software is provided|in no event shall|unless required by applicable law|you may obtain a copy|you may not use this file|licensed under the|licensed to the|this (?:program|library|file|software|source code|source file|code|project|work) (?:is|may be|are) (?:free software|distributed|subject|licensed|released|part of|governed|provided|made available|dual)|you should have received|neither the name|use of this source code|without limiting|the contents of this file are subject|all rights reserved|(?:the )?(?:mit|bsd|isc|apache|mozilla|gnu|zlib)\b.{0,40}licen[cs]ed?\b.{0,20}$|see the (?:licen[cs]e|notice) file|see the gnu|see the accompanying licen[cs]e)/i;
/** One line each; the next one belongs to it if it speaks of the same. */
const singleLines =
  /^(?:(?:portions |parts )?copyright\b.{0,12}(?:\(c\)|©|\d{4}|by )|\(c\) ?(?:copyright )?\d{4}|© ?(?:copyright )?\d{4}|spdx-|@licen[cs]e\b|@copyright\b|@preserve\b|licen[cs]e: |licensed (?:under|to)|(?:released|distributed|available) under\b.{0,40}licen[cs]e)/i;
const holder = /^Copyright (?:the )?[A-Z]/;
const vocabulary =
  /licen[cs]e|copyright|\brights\b|permission|warrant|governed|contributor|authors|https?:|\(c\)|©|spdx/i;
const otherTag = /^@(?!licen[cs]e|copyright|preserve|author)[a-z]/i;
/** Without one of these it is no licence's header. */
const proof =
  /copyright|spdx-licen[cs]e|\blicensed\b|@licen[cs]e|permission is hereby|free software|\bgoverned by\b|under the .{0,40}licen[cs]e|(?:mit|bsd|isc) licen[cs]e/i;

/** The licence in the comment at the top of a file. What else the comment says is kept. */
export function leaveOutLicence(lines: readonly string[], name: string): readonly string[] {
  if (proseNames.test(name)) return lines;
  const block = findComment(lines);
  if (!block) return lines;
  const comment = lines.slice(block.from, block.to);
  const text = comment.map((line) => line.slice(0, lookedAtCharacters)).join('\n');
  if (!proof.test(text)) return lines;
  const isLicence = judgeLines(comment);
  const isAll = comment.every((line, index) => isLicence[index] === true || wordsOf(line) === '');
  const mark = leftOutMark('licence header', nameLicence(text) ?? 'no name given');
  const left = isAll ? [mark + returnOf(comment.at(-1) ?? '')] : withoutLicence(comment, isLicence, mark);
  if (lengthOf(left, 0, left.length) >= lengthOf(comment, 0, comment.length)) return lines;
  return [...lines.slice(0, block.from), ...left].concat(lines.slice(block.to));
}

function findComment(lines: readonly string[]): { readonly from: number; readonly to: number } | undefined {
  const most = Math.min(lines.length, mostLines);
  let from = 0;
  while (from < most && isPreamble(lines[from] ?? '')) from++;
  const first = (lines[from] ?? '').slice(0, lookedAtCharacters);
  const style = styles.find(({ opens }) => opens.test(first));
  if (!style || from === most) return undefined;
  let to = from;
  if (style.closes === undefined) {
    while (to < most && style.opens.test((lines[to] ?? '').slice(0, lookedAtCharacters))) to++;
    return { from, to };
  }
  while (to < most && !(lines[to] ?? '').includes(style.closes)) to++;
  const last = withoutReturn(lines[to] ?? '');
  // What follows in the same line is code.
  return to < most && last.slice(last.indexOf(style.closes) + style.closes.length).trim() === ''
    ? { from, to: to + 1 }
    : undefined;
}

function isPreamble(line: string): boolean {
  return line.length < lookedAtCharacters && preamble.test(withoutReturn(line));
}

/** Which lines of a comment are of a licence. */
function judgeLines(comment: readonly string[]): readonly boolean[] {
  let state: 'none' | 'line' | 'paragraph' = 'none';
  return comment.map((line) => {
    const words = wordsOf(line);
    if (words === '' || otherTag.test(words) || isLeftOutMark(words)) state = 'none';
    else if (paragraphs.test(words)) state = 'paragraph';
    else if ((singleLines.test(words) || holder.test(words)) && state !== 'paragraph') state = 'line';
    else if (state === 'line' && !vocabulary.test(words)) state = 'none';
    return state !== 'none';
  });
}

/** Of a comment's line what it says, without what makes it a comment; not all of a long one. */
function wordsOf(line: string): string {
  const said = withoutReturn(line).slice(0, lookedAtCharacters);
  return said
    .replace(/^\uFEFF?[ \t]*(?:\/\*+!?|\*+\/|\*|\/\/+!?|#+|<!--+|--+>|--+|;+|%+|\(\*+|\{-)?/, '')
    .replace(/(?:\*+\/|--+>|\*\)|-\})$/, '')
    .replace(/^[ \t*•\d.)=_~#/-]+/, '')
    .trim();
}

/** The first line of the licence says that it was left out; blank lines around what is gone go as well. */
function withoutLicence(comment: readonly string[], isLicence: readonly boolean[], mark: string): string[] {
  const left: string[] = [];
  let isMarked = false;
  let isAfterLicence = false;
  for (const [index, line] of comment.entries()) {
    const opensOrCloses = index === 0 || index === comment.length - 1;
    if (isLicence[index]) {
      const said = wordsOf(line);
      const at = line.indexOf(said);
      const kept = isMarked && !opensOrCloses ? undefined : replaced(line, at, said.length, isMarked ? '' : mark);
      if (kept !== undefined) left.push(kept);
      isMarked = true;
      isAfterLicence = true;
    } else if (!(isAfterLicence && !opensOrCloses && wordsOf(line) === '')) {
      left.push(line);
      isAfterLicence = false;
    }
  }
  return left;
}

function replaced(line: string, at: number, length: number, by: string): string {
  return line.slice(0, at) + by + line.slice(at + length);
}
