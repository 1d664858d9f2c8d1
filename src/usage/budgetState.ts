import { startOfNextDay, startOfNextMonth } from './periods';
import type { Spent } from './usageTotals';

/** From here on a person is warned. */
const nearShare = 0.8;

export interface BudgetState {
  /** `none`: there is no cap. `near`: 80 % or more are spent. */
  readonly kind: 'none' | 'ok' | 'near' | 'reached';
  /** Of the cap that is told of: the one that holds longer of those reached, otherwise the one nearest to its end. */
  readonly period: 'day' | 'month' | undefined;
  /** In that period, in US dollars; 0 without a cap. */
  readonly spentUsd: number;
  /** US dollars; 0 without a cap. */
  readonly capUsd: number;
  /** When that period ends and spending starts from nothing; epoch milliseconds. */
  readonly until: number | undefined;
}

interface Caps {
  /** US dollars; `undefined` for no cap. */
  readonly dailyUsd: number | undefined;
  readonly monthlyUsd: number | undefined;
}

export function budgetState(budget: Caps, spent: Spent, now: number): BudgetState {
  const day = judge('day', budget.dailyUsd, spent.todayUsd, startOfNextDay(now));
  const month = judge('month', budget.monthlyUsd, spent.monthUsd, startOfNextMonth(now));
  if (!day || !month)
    return day ?? month ?? { kind: 'none', period: undefined, spentUsd: 0, capUsd: 0, until: undefined };
  if (month.kind === 'reached') return month;
  return shareOf(month) > shareOf(day) ? month : day;
}

function judge(
  period: 'day' | 'month',
  capUsd: number | undefined,
  spentUsd: number,
  until: number,
): BudgetState | undefined {
  if (capUsd === undefined || !Number.isFinite(capUsd)) return undefined;
  const share = shareOf({ spentUsd, capUsd });
  const kind = share >= 1 ? 'reached' : share >= nearShare ? 'near' : 'ok';
  return { kind, period, spentUsd, capUsd, until };
}

/** A cap of nothing is reached before anything is spent. */
function shareOf({ spentUsd, capUsd }: Pick<BudgetState, 'spentUsd' | 'capUsd'>): number {
  return capUsd > 0 ? spentUsd / capUsd : 1;
}
