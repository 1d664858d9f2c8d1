const mask = '[redacted]';

/** Shorter values would turn ordinary words into masks. */
const shortestSecretCharacters = 6;

/** A quote, or one inside a JSON text that was quoted itself. */
const quote = String.raw`(?:\\*["'])?`;
const value = String.raw`[^\s"',;}]+`;

function headerPattern(name: string, scheme = ''): RegExp {
  return new RegExp(String.raw`(${quote}${name}${quote}\s*[:=]\s*\[?\s*${quote})${scheme}${value}`, 'gi');
}

const patterns: readonly { readonly pattern: RegExp; readonly replacement: string }[] = [
  { pattern: /sk-ant-[\w-]{4,}/g, replacement: mask },
  // A header in any of the usual notations: `authorization: Bearer x`, `"x-api-key":"x"`, `Authorization=x`.
  {
    pattern: headerPattern('(?:proxy-)?authorization', String.raw`(?:(?:bearer|basic)\s+)?`),
    replacement: `$1${mask}`,
  },
  { pattern: headerPattern('x-api-key'), replacement: `$1${mask}` },
  { pattern: new RegExp(String.raw`\bbearer\s+${value}`, 'gi'), replacement: `Bearer ${mask}` },
];

/**
 * Takes out whatever looks like a credential, and every one of the known secrets as it stands, URL-encoded, or in JSON.
 * Everything that is logged passes here.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  const forms = [...secrets].filter(({ length }) => length >= shortestSecretCharacters).flatMap(formsOf);
  // Longest first: a secret that begins like another one must not leave its end behind.
  for (const form of forms.toSorted((a, b) => b.length - a.length)) clean = clean.replaceAll(form, mask);
  for (const { pattern, replacement } of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}

function formsOf(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
}
