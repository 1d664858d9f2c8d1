/** What others took of late says less and less of what they are going to take: the trend fades as quickly as it is learned. */
export const trendMs = 60_000;
/** Each brings the answer nearer to the true one, which it approaches from below. */
const steps = 30;

/**
 * How long it takes until `missing` has flowed in at `ratePerMs` (not 0) while others take `takenPerMs` at first. They
 * took more than flows in only while there was something left to take.
 */
export function refillMs(missing: number, ratePerMs: number, takenPerMs: number): number {
  const mostTaken = Math.min(takenPerMs, ratePerMs) * trendMs;
  let waitMs = missing / ratePerMs;
  if (mostTaken <= 0) return waitMs;
  for (let step = 0; step < steps; step++) {
    waitMs = (missing + mostTaken * (1 - Math.exp(-waitMs / trendMs))) / ratePerMs;
  }
  return waitMs;
}
