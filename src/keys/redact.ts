const mask = '[redacted]';

/** Shorter values would turn ordinary words into masks. */
const shortestSecretCharacters = 6;

const patterns: readonly { readonly pattern: RegExp; readonly replacement: string }[] = [
  { pattern: /sk-ant-[\w-]{4,}/g, replacement: mask },
  // A header in any of the usual notations: `authorization: Bearer x`, `"x-api-key":"x"`, `Authorization=x`.
  {
    pattern: /(["']?(?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"',;}]+/gi,
    replacement: `$1${mask}`,
  },
  { pattern: /(["']?x-api-key["']?\s*[:=]\s*["']?)[^\s"',;}]+/gi, replacement: `$1${mask}` },
  { pattern: /\bbearer\s+[^\s"',;}]+/gi, replacement: `Bearer ${mask}` },
];

/**
 * Takes out whatever looks like a credential, and every one of the known secrets as it stands, URL-encoded, or in JSON.
 * Everything that is logged passes here.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < shortestSecretCharacters) continue;
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
      clean = clean.replaceAll(form, mask);
    }
  }
  for (const { pattern, replacement } of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}
