/** Comments and decorators that belong to what stands below them. */
const belongsBelow = /^\s*(?:\/\/|\/\*|\*|#(?!!)|@|--|;|'''|"""|<!--)/;

/** `\r\n`, `\n` and `\r` end a line, as in an editor. */
const lineEnd = /\r\n|\n|\r/;

/**
 * Where the given lines of a text begin in what is left of it: offsets, ascending, each once. Both have their lines in
 * the same order. A line that was changed or left out has no place; what a comment says stays with what it is about.
 */
export function seamOffsets(original: string, left: string, lines: readonly number[]): readonly number[] {
  const originalLines = original.split(lineEnd);
  const wanted = new Set(lines.map((line) => withComments(originalLines, line)));
  const offsets: number[] = [];
  const positions = positionsOf(originalLines);
  let reached = -1;
  for (const { text, offset } of linesOf(left)) {
    const line = firstAfter(positions.get(text.trimEnd()), reached);
    // A line of its own that says what was left out.
    if (line === undefined) continue;
    reached = line;
    if (wanted.has(line) && offset > 0) offsets.push(offset);
  }
  return offsets;
}

function withComments(lines: readonly string[], line: number): number {
  let first = line;
  while (first > 0 && belongsBelow.test(lines[first - 1] ?? '')) first -= 1;
  return first;
}

function positionsOf(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const positions = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const text = line.trimEnd();
    const known = positions.get(text);
    if (known) known.push(index);
    else positions.set(text, [index]);
  }
  return positions;
}

/** By bisection: blank lines alone are a good part of most files. */
function firstAfter(ascending: readonly number[] | undefined, reached: number): number | undefined {
  if (!ascending) return undefined;
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= reached) low = middle + 1;
    else high = middle;
  }
  return ascending[low];
}

function* linesOf(text: string): Iterable<{ readonly text: string; readonly offset: number }> {
  let offset = 0;
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    yield { text: text.slice(offset, match.index), offset };
    offset = match.index + match[0].length;
  }
  yield { text: text.slice(offset), offset };
}
