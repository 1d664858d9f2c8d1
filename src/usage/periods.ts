// Days and months of the local clock. A day has 23 to 25 hours, and may begin at one o'clock: `Date` knows.

export const slotMinutes = 15;
const slotMs = slotMinutes * 60_000;

/**
 * Use is added up by quarters of an hour (UTC), counted since 1970. Every time zone is off UTC by a multiple of them, so
 * that each local day is a whole number of slots wherever the window is opened.
 */
export function slotOf(at: number): number {
  return Math.floor(at / slotMs);
}

export function startOfDay(now: number): number {
  return startOfDayBefore(now, 0);
}

/** The start of the day so many days before the one of `now`. */
export function startOfDayBefore(now: number, days: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days).getTime();
}

export function startOfNextDay(now: number): number {
  return startOfDayBefore(now, -1);
}

export function startOfMonth(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), 1).getTime();
}

export function startOfNextMonth(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth() + 1, 1).getTime();
}

export interface Period {
  /** Epoch milliseconds. */
  readonly from: number;
  /** Where the next one begins. */
  readonly to: number;
}

/** So many days, the one of `now` last. */
export function lastDays(now: number, count: number): readonly Period[] {
  return Array.from({ length: count }, (_, index) => ({
    from: startOfDayBefore(now, count - 1 - index),
    to: startOfDayBefore(now, count - 2 - index),
  }));
}
