/** Higher than any bill: what is more is a slip. */
const mostUsd = 1_000_000;

/** At most two decimals, so that a sign for thousands is not taken for one of decimals. */
const amountPattern = /^\$?\s*(\d{1,7})(?:[.,](\d{1,2}))?\s*\$?$/;

/**
 * An amount in US dollars as people write it, with a point or a comma. `undefined`: it is none. An amount of nothing is
 * none either: as a cap it would stop everything, and who types it may mean the contrary.
 */
export function parseUsd(typed: string): number | undefined {
  const [, whole, decimals = '0'] = amountPattern.exec(typed.trim()) ?? [];
  if (whole === undefined) return undefined;
  const amount = Number(`${whole}.${decimals}`);
  return amount > 0 && amount <= mostUsd ? amount : undefined;
}
