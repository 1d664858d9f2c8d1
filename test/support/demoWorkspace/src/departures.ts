export interface Departure {
  readonly ferry: string;
  readonly pier: string;
  /** Minutes after midnight, local time. */
  readonly leavesAt: number;
  readonly delayMinutes: number;
}

const lookAheadMinutes = 60;

/** Departures from a pier within the next hour, soonest first. A delayed ferry counts by when it really leaves. */
export function nextDepartures(timetable: readonly Departure[], pier: string, now: number): Departure[] {
  return timetable
    .filter((departure) => departure.pier === pier)
    .filter((departure) => leavesWithin(departure, now, lookAheadMinutes))
    .sort((a, b) => actualDeparture(a) - actualDeparture(b));
}

export function isLate(departure: Departure): boolean {
  return departure.delayMinutes > 0;
}

function actualDeparture({ leavesAt, delayMinutes }: Departure): number {
  return leavesAt + delayMinutes;
}

function leavesWithin(departure: Departure, now: number, minutes: number): boolean {
  const wait = actualDeparture(departure) - now;
  return wait >= 0 && wait <= minutes;
}
