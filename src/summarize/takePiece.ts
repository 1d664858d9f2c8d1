/** Where a piece may end, best first: a blank line, a line's end, a word's end. */
const breaks: readonly RegExp[] = [/\n[ \t]*\n/g, /\n/g, /\s/g];

/** Each kind of break is looked for in the last part of a piece only, so that pieces stay well filled. */
const searchedShare = 0.5;

/**
 * Takes the next piece off a text: at most `longest` characters (UTF-16 units), cut at the best place near its end, never
 * inside a surrogate pair. The pieces put together are the text again.
 */
export function takePiece(text: string, from: number, longest: number): string {
  if (longest < 2) throw new RangeError('A piece holds at least two characters');
  if (text.length - from <= longest) return text.slice(from);
  const window = text.slice(from, from + longest);
  const searchFrom = Math.floor(longest * (1 - searchedShare));
  for (const pattern of breaks) {
    const last = [...window.slice(searchFrom).matchAll(pattern)].at(-1);
    if (last) return window.slice(0, searchFrom + last.index + last[0].length);
  }
  const endsInsidePair = /[\uD800-\uDBFF]$/.test(window);
  return endsInsidePair ? window.slice(0, -1) : window;
}
