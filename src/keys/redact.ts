const mask = '[redacted]';

/** Shorter values would turn ordinary words into masks. */
const shortestSecretCharacters = 6;

/**
 * In what people write and read only what cannot be a word: the key of a gateway may be `anthropic`, `not-needed` or the
 * name of a field, and a mask in its place would damage every text about it for good.
 */
function isNoWord(secret: string): boolean {
  return secret.length >= 20 || (secret.length >= 12 && /[^A-Za-z_]/.test(secret));
}

/** Data that is nested deeper is no message of ours; what cannot be looked through is not let through either. */
const deepestLevel = 500;

/** Quotes that were quoted again and again double their backslashes: this is six levels of it. */
const mostBackslashes = 32;

/** A quote, or one inside a JSON text that was quoted itself. */
const quote = String.raw`(?:\\{0,${mostBackslashes}}["'])?`;
const value = String.raw`[^\s"',;}]+`;

/** The bracket of a list, but not that of a mask. */
const bracket = String.raw`(?:\[(?!redacted\])\s*)?`;

interface Pattern {
  readonly pattern: RegExp;
  readonly replacement: string;
}

function headerPattern(name: string, scheme = ''): RegExp {
  return new RegExp(String.raw`(${quote}${name}${quote}\s*[:=]\s*${bracket}${quote})${scheme}${value}`, 'gi');
}

/** For logs, where nothing is lost with a mask too many. */
const credentialPatterns: readonly Pattern[] = [
  { pattern: /sk-ant-[\w-]{4,}/g, replacement: mask },
  // A header in any of the usual notations: `authorization: Bearer x`, `"x-api-key":"x"`, `Authorization=x`.
  {
    pattern: headerPattern('(?:proxy-)?authorization', String.raw`(?:(?:bearer|basic)\s+)?`),
    replacement: `$1${mask}`,
  },
  { pattern: headerPattern('x-api-key'), replacement: `$1${mask}` },
  { pattern: new RegExp(String.raw`(\bbearer\s+)${value}`, 'gi'), replacement: `$1${mask}` },
];

/**
 * For what people write and read, where a mask too many would damage it: only what is long enough for a key, either where a
 * word begins (also after an escape of JSON or of a URL), or anywhere with the number that follows the kind of a key.
 * `task-ant-colony-optimization` and `sk-ant-api03-…` in a text about keys are neither.
 */
const keyPatterns: readonly Pattern[] = [
  {
    pattern: /(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt]|\\u[\dA-Fa-f]{4}|%[\dA-Fa-f]{2}))sk-ant-[\w-]{16,}/g,
    replacement: mask,
  },
  { pattern: /sk-ant-[a-z]{2,8}\d{2}-[\w-]{8,}/g, replacement: mask },
];

/**
 * Takes out whatever looks like a credential, and every one of the known secrets as it stands, URL-encoded, or in JSON.
 * Everything that is logged passes here. Redacting twice changes nothing more. Never throws.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  return clean(text, formsOf(secrets), credentialPatterns);
}

/**
 * Takes out the known secrets, in the same forms, and what has the looks of an API key. For what is shown, sent or stored:
 * source code in it, such as a header with a variable, stays as it is. Redacting twice changes nothing more. Never throws.
 */
export function redactKeys(text: string, secrets: Iterable<string> = []): string {
  return clean(text, formsOf([...secrets].filter(isNoWord)), keyPatterns);
}

/**
 * `redactKeys` for every string in JSON-like data, names of properties included. Where nothing matched, the same object
 * comes back. What is no string, list or plain object passes as it is.
 */
export function redactKeysIn<T>(value: T, secrets?: Iterable<string>): T;
export function redactKeysIn(value: unknown, secrets: Iterable<string> = []): unknown {
  const forms = formsOf([...secrets].filter(isNoWord));
  return redactIn(value, (text) => clean(text, forms, keyPatterns), 0);
}

function redactIn(value: unknown, cleanText: (text: string) => string, level: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (!Array.isArray(value) && !isPlainObject(value)) return value;
  if (level > deepestLevel) return mask;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => redactIn(item, cleanText, level + 1));
    return items.every((item, index) => Object.is(item, value[index])) ? value : items;
  }
  const entries = Object.entries(value);
  const cleaned = entries.map(([name, item]) => [cleanText(name), redactIn(item, cleanText, level + 1)] as const);
  const isSame = cleaned.every(([name, item], index) => {
    const before = entries[index];
    return before !== undefined && name === before[0] && Object.is(item, before[1]);
  });
  return isSame ? value : Object.fromEntries(cleaned);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Masks are never taken apart: neither those that stand there already nor those that a longer secret has left. */
function clean(text: string, forms: readonly string[], patterns: readonly Pattern[]): string {
  let result = text;
  for (const form of forms) {
    if (!result.includes(form)) continue;
    const parts = result.split(mask).map((part) => part.replaceAll(form, mask));
    result = parts.join(mask);
  }
  for (const { pattern, replacement } of patterns) result = result.replace(pattern, replacement);
  return result;
}

/** How the secrets may be written. Longest first: one that begins like another one must not leave its end behind. */
function formsOf(secrets: Iterable<string>): readonly string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < shortestSecretCharacters) continue;
    const encoded = encodeURIComponent(secret.toWellFormed());
    const quoted = JSON.stringify(secret).slice(1, -1);
    forms.add(secret).add(encoded).add(quoted);
    forms.add(encoded.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase()));
    forms.add(JSON.stringify(quoted).slice(1, -1));
  }
  return [...forms].toSorted((a, b) => b.length - a.length);
}
