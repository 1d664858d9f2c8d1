/**
 * Every secret that a test has given to the extension, for the sweep at the end of the run. Each test file is a bundle of
 * its own, so the list belongs to the process.
 */
const mark = Symbol.for('sluice.test.plantedSecrets');

/** Shorter ones would be found in anything. */
const leastCharacters = 8;

export function noteSecret(typed: string): void {
  const secret = typed.trim().replaceAll(/^["']|["']$/g, '');
  if (secret.length >= leastCharacters) plantedSecrets().add(secret);
}

export function plantedSecrets(): Set<string> {
  const known: unknown = Reflect.get(globalThis, mark);
  if (known instanceof Set) return known;
  const secrets = new Set<string>();
  Reflect.set(globalThis, mark, secrets);
  return secrets;
}
