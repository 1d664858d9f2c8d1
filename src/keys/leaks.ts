export type LeakKind =
  | 'api'
  /** Of the Admin API, which Sluice does not take. */
  | 'admin'
  /** Of a person's login: OAuth tokens and session keys. */
  | 'oauth';

/** Where a key stands in a text: offsets in UTF-16 units, `end` behind its last character. */
export interface Leak {
  readonly start: number;
  readonly end: number;
  readonly kind: LeakKind;
}

/** Keys of today say their kind, as in `api03-`; it is what makes them certain, whatever stands before them. */
const candidate = /sk-ant-(?:([a-z]{2,10})\d{2}-)?([\w-]+)/g;

/** About 95 in the keys that are given out today. What is shorter than this is an example with its end cut off. */
const shortestBodyCharacters = 16;

/** Without a kind it takes more to tell a key from a name such as `sk-ant-design-button`. */
const shortestNamelessBodyCharacters = 40;

/** As in keyShape.ts: what is longer is data that happens to begin so. */
const longestKeyCharacters = 512;

/** A placeholder such as `xxxx-xxxx` makes do with fewer; 16 random characters practically never do. */
const fewestDifferentCharacters = 5;

const placeholderWord = /(?:^|[-_])(?:your|example|placeholder)(?:[-_]|$)/i;

const kinds: Readonly<Record<string, LeakKind>> = { admin: 'admin', oat: 'oauth', ort: 'oauth', sid: 'oauth' };

/** Finds what looks like a working key, in any kind of text, from its start on. Plain examples are left alone. */
export function findLeaks(text: string): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const match of text.matchAll(candidate)) {
    const [value, kind, body = ''] = match;
    const isKey = kind === undefined ? isNamelessKey(text[match.index - 1], body) : isKeyBody(body);
    if (!isKey || value.length > longestKeyCharacters) continue;
    leaks.push({ start: match.index, end: match.index + value.length, kind: kinds[kind ?? ''] ?? 'api' });
  }
  return leaks;
}

function isNamelessKey(before: string | undefined, body: string): boolean {
  const beginsAWord = before === undefined || !/[\w-]/.test(before);
  const isMixed = /[A-Z]/.test(body) && /[a-z]/.test(body) && /\d/.test(body);
  return beginsAWord && isMixed && body.length >= shortestNamelessBodyCharacters && isKeyBody(body);
}

function isKeyBody(body: string): boolean {
  const different = new Set(body.toLowerCase().replace(/[-_]/g, ''));
  return (
    body.length >= shortestBodyCharacters && different.size >= fewestDifferentCharacters && !placeholderWord.test(body)
  );
}
