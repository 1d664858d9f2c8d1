/** Header values may hold visible ASCII only; anything else is a slip of the clipboard. (RFC 9110, 5.5) */
const headerSafe = /^[\x21-\x7e]+$/;

/** Far above any key in use; refuses a pasted file before it becomes a header. */
const longestKeyCharacters = 512;

export type KeyShape =
  | { readonly isUsable: true; readonly key: string }
  | { readonly isUsable: false; readonly problem: 'empty' | 'characters' | 'tooLong' };

/** Takes what a person pasted: outer white space and one pair of quotes are forgiven. */
export function readKey(typed: string): KeyShape {
  const key = typed
    .trim()
    .replace(/^(["'`])(.*)\1$/s, '$2')
    .trim();
  if (key === '') return { isUsable: false, problem: 'empty' };
  if (key.length > longestKeyCharacters) return { isUsable: false, problem: 'tooLong' };
  return headerSafe.test(key) ? { isUsable: true, key } : { isUsable: false, problem: 'characters' };
}

/** All that anyone but the API may see of a key: at most four characters, and never more than a quarter of it. */
export function lastCharacters(key: string): string {
  return key.slice(key.length - Math.min(4, Math.floor(key.length / 4)));
}
