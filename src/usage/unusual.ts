import type { UnusualUse } from './usageTotals';

/** So many times what is usual is no longer a busy day, but worth a look. */
const unusualFactor = 5;
/** With fewer nobody can say what is usual. */
const leastDays = 3;
/** Five times next to nothing is still next to nothing. */
const leastUsd = 1;

/** @param earlierUsd what each of the days before cost, those without use included */
export function findUnusual(todayUsd: number, earlierUsd: readonly number[]): UnusualUse | undefined {
  const used = earlierUsd.filter((usd) => usd > 0);
  if (used.length < leastDays || todayUsd < leastUsd) return undefined;
  const averageUsd = used.reduce((sum, usd) => sum + usd, 0) / used.length;
  return todayUsd >= unusualFactor * averageUsd ? { todayUsd, averageUsd } : undefined;
}
