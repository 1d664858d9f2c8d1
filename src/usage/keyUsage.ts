import { findUnusual } from './unusual';
import { addTotals, noUsage, type KeyUsage, type ModelUsage, type UsageTotals } from './usageTotals';

const weekDays = 7;
const monthDays = 30;
/** Of so many days is told what was used: today, and the 30 before it, with which it is compared. */
export const toldDays = monthDays + 1;

/** What was used of one model on one day. */
export interface DayUsage {
  readonly model: string;
  /** 0 is today, 1 yesterday. */
  readonly daysAgo: number;
  readonly totals: UsageTotals;
}

export function toKeyUsage(keyId: string, lastUsedAt: number | undefined, days: readonly DayUsage[]): KeyUsage {
  const byModel = Map.groupBy(days, ({ model }) => model);
  const models = [...byModel]
    .map(([model, own]): ModelUsage => ({ model, ...sumPeriods(own) }))
    .filter(({ month }) => month.requests > 0)
    .toSorted((a, b) => b.month.costUsd - a.month.costUsd || b.month.requests - a.month.requests);
  const periods = sumPeriods(days);
  const earlierUsd = Array.from({ length: monthDays }, (_, index) => sum(days, index + 1, index + 1).costUsd);
  return { keyId, lastUsedAt, ...periods, models, unusual: findUnusual(periods.today.costUsd, earlierUsd) };
}

function sumPeriods(days: readonly DayUsage[]) {
  return { today: sum(days, 0, 0), week: sum(days, 0, weekDays - 1), month: sum(days, 0, monthDays - 1) };
}

/** Both ends count. */
function sum(days: readonly DayUsage[], from: number, to: number): UsageTotals {
  return days
    .filter(({ daysAgo }) => daysAgo >= from && daysAgo <= to)
    .reduce((total, { totals }) => addTotals(total, totals), noUsage);
}
