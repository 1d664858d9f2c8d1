import { leftOutMark, lengthOf, plural, returnOf, withoutReturn } from './leftOutMark';

/** Text that is no words: base64, hexadecimal, data URIs. Shorter runs are ids and hashes, which may matter. */
const fewestCharacters = 200;
/** In a data URI it is known to be data. */
const fewestUriCharacters = 100;
/** In lines of one length, as certificates and mail have them. */
const fewestLineCharacters = 48;
const fewestLines = 5;
const fewestOfLastLine = 16;

/** Letters, digits, plus and slash: 1, the equals sign at the end: 2. */
const kinds = kindsOfCodes();

function kindsOfCodes(): Uint8Array {
  const codes = new Uint8Array(128);
  for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
    codes[character.charCodeAt(0)] = 1;
  }
  codes['='.charCodeAt(0)] = 2;
  return codes;
}

/** Data that is written out in letters, in a line or over several. */
export function leaveOutData(lines: readonly string[]): readonly string[] {
  const left: string[] = [];
  let hasChanged = false;
  for (let from = 0; from < lines.length;) {
    const line = lines[from] ?? '';
    const to = endOfDataLines(lines, from);
    const mark = leftOutMark('data', plural(to - from, 'line')) + returnOf(line);
    if (to - from >= fewestLines && mark.length < lengthOf(lines, from, to)) {
      left.push(mark);
      hasChanged = true;
      from = to;
      continue;
    }
    const shorter = line.length < fewestUriCharacters ? line : withoutRuns(line);
    if (shorter !== line) hasChanged = true;
    left.push(shorter);
    from++;
  }
  return hasChanged ? left : lines;
}

/** Lines of data are all of one length, but for the last. */
function endOfDataLines(lines: readonly string[], from: number): number {
  const first = withoutReturn(lines[from] ?? '');
  if (first.length < fewestLineCharacters || first.length >= fewestCharacters) return from + 1;
  let to = from;
  for (let line = lines[to]; line !== undefined; line = lines[to]) {
    const content = withoutReturn(line);
    if (content === '' || content.length > first.length || endOfRun(content, 0) !== content.length) break;
    const isLast = content.length < first.length;
    if (isLast ? !mayEndData(content) : !isData(content, 0, content.length)) break;
    to++;
    if (isLast) break;
  }
  return Math.max(to, from + 1);
}

/** Four letters are three bytes; a word below the data may be as short. */
function mayEndData(content: string): boolean {
  return content.length % 4 === 0 && (content.endsWith('=') || content.length >= fewestOfLastLine);
}

function withoutRuns(line: string): string {
  let left = '';
  let kept = 0;
  for (let at = 0; at < line.length;) {
    const end = endOfRun(line, at);
    if (end === at) {
      at++;
      continue;
    }
    const isUri = isDataUri(line, at);
    const isLong = end - at >= (isUri ? fewestUriCharacters : fewestCharacters);
    if (isLong && (isUri || isData(line, at, end))) {
      left += line.slice(kept, at) + leftOutMark('data', plural(end - at, 'character'));
      kept = end;
    }
    at = end;
  }
  return kept === 0 ? line : left + line.slice(kept);
}

function endOfRun(line: string, from: number): number {
  let end = from;
  while (end < line.length && kinds[line.charCodeAt(end)] === 1) end++;
  if (end === from) return from;
  while (end < line.length && kinds[line.charCodeAt(end)] === 2) end++;
  return end;
}

const uriStart = ';base64,';

function isDataUri(line: string, at: number): boolean {
  return line.startsWith(uriStart, at - uriStart.length);
}

/** A path or an address has more slashes, a name no digits, and a row of equal letters is no data either. */
const mostSlashes = 1 / 12;
const fewestDigits = 1 / 40;
const fewestDifferent = 8;

function isData(line: string, from: number, to: number): boolean {
  let slashes = 0;
  let digits = 0;
  const seen = new Set<number>();
  for (let index = from; index < to; index++) {
    const code = line.charCodeAt(index);
    if (code === 47) slashes++;
    else if (code >= 48 && code <= 57) digits++;
    if (seen.size < fewestDifferent) seen.add(code);
  }
  const length = to - from;
  return seen.size >= fewestDifferent && slashes <= length * mostSlashes && digits >= length * fewestDigits;
}
