import { startOfDay, startOfMonth, startOfNextDay, type Period } from '../../usage/periods';
import type { UsageEntry } from '../../usage/usageEntry';
import { totalsOf, type Spent } from '../../usage/usageTotals';

/** What each key has spent, as long as the day lasts: with the next one it has to be read anew. */
export class SpentCache {
  readonly #spent = new Map<string, Spent>();
  #day: Period = { from: 0, to: 0 };

  get(keyId: string, now: number): Spent | undefined {
    this.#turnTo(now);
    return this.#spent.get(keyId);
  }

  set(keyId: string, spent: Spent, now: number): void {
    this.#turnTo(now);
    this.#spent.set(keyId, spent);
  }

  /** Nothing happens when it is not known what the key had spent before. */
  add(entry: UsageEntry, now: number): void {
    const spent = this.get(entry.keyId, now);
    if (spent) this.#spent.set(entry.keyId, addSpent(spent, entry, now));
  }

  /** Returns what was known. */
  clear(): ReadonlyMap<string, Spent> {
    const known = new Map(this.#spent);
    this.#spent.clear();
    return known;
  }

  #turnTo(now: number): void {
    if (now >= this.#day.from && now < this.#day.to) return;
    this.#spent.clear();
    this.#day = { from: startOfDay(now), to: startOfNextDay(now) };
  }
}

export function addSpent({ todayUsd, monthUsd }: Spent, entry: UsageEntry, now: number): Spent {
  const { costUsd } = totalsOf(entry);
  const isWithin = (start: number) => entry.at >= start && entry.at < startOfNextDay(now);
  return {
    todayUsd: todayUsd + (isWithin(startOfDay(now)) ? costUsd : 0),
    monthUsd: monthUsd + (isWithin(startOfMonth(now)) ? costUsd : 0),
  };
}
