/** Longer ones are cut: nobody types them, and SQLite bounds the length of a pattern. */
const longestSearch = 200;
const onlyAscii = /^[\p{ASCII}]*$/u;

/**
 * What a text is searched by when its case cannot be ignored by LIKE, which knows the letters of ASCII only; `undefined`
 * when the text itself will do.
 */
export function fold(text: string): string | undefined {
  return onlyAscii.test(text) ? undefined : text.normalize('NFC').toLowerCase();
}

/**
 * One pattern for LIKE … ESCAPE '\' a word; each has to be found somewhere, in any order.
 *
 * There is no full-text index on purpose. Of those SQLite has only trigrams find parts of words, and they cost five times
 * the space of the text and, when what was deleted has to be gone, hundreds of milliseconds each time an answer that
 * grows is written. Looking through twenty megabytes takes about ten.
 */
export function searchPatterns(search: string): readonly string[] {
  const words = search.slice(0, longestSearch).replaceAll('\0', ' ').toWellFormed().split(/\s+/).filter(Boolean);
  return words.map((word) => `%${(fold(word) ?? word).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
}
