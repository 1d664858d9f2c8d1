import { createHash } from 'node:crypto';

/** Header values may hold visible ASCII only; anything else is a slip of the clipboard. (RFC 9110, 5.5) */
const headerSafe = /^[\x21-\x7e]+$/;

/** Far above any key in use; refuses a pasted file before it becomes a header. */
const longestKeyCharacters = 512;

/** Manages an organization and its keys. Whoever reads its answers must not be able to do that. */
const adminKey = /^sk-ant-admin/;

/** What a subscription's login gives, and what renews it: the person's whole account, not a key for one program. */
const oauthToken = /^sk-ant-o[ar]t/;

export type KeyShape =
  | { readonly isUsable: true; readonly key: string }
  | { readonly isUsable: false; readonly problem: 'empty' | 'characters' | 'tooLong' | 'admin' | 'oauth' };

/** Takes what a person pasted: outer white space and one pair of quotes are forgiven. */
export function readKey(typed: string): KeyShape {
  const key = typed
    .trim()
    .replace(/^(["'`])(.*)\1$/s, '$2')
    .trim();
  if (key === '') return { isUsable: false, problem: 'empty' };
  if (key.length > longestKeyCharacters) return { isUsable: false, problem: 'tooLong' };
  if (!headerSafe.test(key)) return { isUsable: false, problem: 'characters' };
  if (adminKey.test(key)) return { isUsable: false, problem: 'admin' };
  if (oauthToken.test(key)) return { isUsable: false, problem: 'oauth' };
  return { isUsable: true, key };
}

/** All that anyone but the API may see of a key: at most four characters, and never more than a quarter of it. */
export function lastCharacters(key: string): string {
  return key.slice(key.length - Math.min(4, Math.floor(key.length / 4)));
}

/** Tells keys apart without comparing them in clear. Not for logs either: it would tell that two of them are the same. */
export function fingerprintOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
