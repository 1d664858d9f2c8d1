/** The bytes of a text whose every line is a value, as they come in. */
export interface LineReader {
  push(bytes: Uint8Array): void;
  /** The last line counts even without a line end. */
  end(): void;
}

/**
 * Calls back with each line that is not blank. Of one that has more than so many characters nothing is kept: `onTooLong`
 * is told once in its place.
 */
export function createLineReader(
  mostCharacters: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): LineReader {
  const decoder = new TextDecoder();
  let held = '';
  let isTooLong = false;

  const hold = (text: string) => {
    isTooLong ||= held.length + text.length > mostCharacters;
    held = isTooLong ? '' : held + text;
  };
  const endLine = () => {
    const line = held.trim();
    if (isTooLong) onTooLong();
    else if (line !== '') onLine(line);
    held = '';
    isTooLong = false;
  };
  const take = (text: string) => {
    let from = 0;
    // In what is new only: what is held has no line end, and looking through it again would cost its square.
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      hold(text.slice(from, end));
      endLine();
      from = end + 1;
    }
    hold(text.slice(from));
  };
  return {
    push: (bytes) => take(decoder.decode(bytes, { stream: true })),
    end: () => {
      take(decoder.decode());
      endLine();
    },
  };
}
