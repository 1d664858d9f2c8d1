/** Where programs look for a key of Anthropic's. */
export const environmentVariable = 'ANTHROPIC_API_KEY';

/** What stands in the variable; `undefined` when that is nothing. */
export function readEnvironmentKey(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const value = environment[environmentVariable];
  return value === undefined || value.trim() === '' ? undefined : value;
}
