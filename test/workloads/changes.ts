import { boundariesOf, stretchesOf } from './bound';
import { usageOf } from './statistics';
import type { Trace } from './trace';

/** Long enough to hold several requests, short against the time between two changes. */
const windowMs = 15_000;
const stepMs = 250;
/** The new bound counts as reached at this share of it. */
const reachedShare = 0.95;
/** Allowed is to learn of the change from so many responses, and a second on top. */
const responsesToLearn = 2;
const allowedMs = 1_000;

/** For the worst change of limits; `undefined` in a workload without one. Pure arithmetic on the server's log. */
export function measureChanges(trace: Trace): {
  readonly changeRefusals: number | undefined;
  readonly changeLateMs: number | undefined;
} {
  const { workload, durationMs, startedAt } = trace;
  const limitChanges = workload.changes(durationMs).filter(({ limits }) => limits !== undefined);
  const times = boundariesOf(limitChanges, durationMs);
  if (times.length === 0) return { changeRefusals: undefined, changeLateMs: undefined };
  const spans = times.map((fromMs, index) => ({
    fromAt: startedAt + fromMs,
    toAt: startedAt + (times[index + 1] ?? durationMs),
  }));
  return {
    changeRefusals: Math.max(...spans.map(({ fromAt, toAt }) => refusalsBetween(trace, fromAt, toAt))),
    changeLateMs: Math.max(...spans.map(({ fromAt, toAt }) => lateMsOf(trace, fromAt, toAt))),
  };
}

function refusalsBetween({ attempts }: Trace, fromAt: number, toAt: number): number {
  return attempts.filter(({ at, status }) => status === 429 && at >= fromAt && at < toAt).length;
}

/** From the moment by which the change could be known to the first window in which the new bound is used; at least 0. */
function lateMsOf(trace: Trace, fromAt: number, toAt: number): number {
  const latestStart = Math.max(toAt - windowMs, fromAt);
  let reachedAt = fromAt;
  while (reachedAt < latestStart && usedShareFrom(trace, reachedAt) < reachedShare) reachedAt += stepMs;
  return Math.max(reachedAt - knownAtAfter(trace, fromAt) - allowedMs, 0);
}

/** Only a request that arrives after the change is answered with the new limits. */
function knownAtAfter({ attempts }: Trace, changedAt: number): number {
  const responses = attempts
    .flatMap(({ at, firstByteAt }) => (at >= changedAt && firstByteAt !== undefined ? [firstByteAt] : []))
    .sort((one, other) => one - other);
  return responses[responsesToLearn - 1] ?? changedAt;
}

function usedShareFrom(trace: Trace, fromAt: number): number {
  const { workload, durationMs, startedAt, attempts } = trace;
  const toAt = fromAt + windowMs;
  const used = attempts
    .filter(({ at }) => at >= fromAt && at < toAt)
    .reduce((sum, attempt) => sum + usageOf(attempt, workload.tightest, Infinity), 0);
  const bound = stretchesOf(workload, workload.tightest, durationMs).reduce((sum, stretch) => {
    const lengthMs = Math.min(startedAt + stretch.toMs, toAt) - Math.max(startedAt + stretch.fromMs, fromAt);
    return sum + Math.max(lengthMs, 0) * stretch.ratePerMs;
  }, 0);
  return used / bound;
}
