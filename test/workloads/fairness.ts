import { admissionsOf } from './admissions';
import { usageOf } from './statistics';
import type { Trace } from './trace';
import { submissionIdOf } from './traffic';

interface Time {
  readonly fromAt: number;
  readonly toAt: number;
}

/** In less time than this nothing can be said: a single request would decide. */
const shortestTotalMs = 5_000;

/**
 * Jain's index over what each bulk source was served of the tightest dimension, in the time in which all of them have
 * something waiting: handed in and not yet admitted. 1 is an equal share for each, 1/n all for one of n.
 */
export function measureFairness(trace: Trace): number | undefined {
  // A single large job has no place in a comparison of backlogs.
  const sources = [...waitingBySource(trace)].filter(([, times]) => times.length > 1);
  if (sources.length < 2) return undefined;
  const common = sources.map(([, times]) => union(times)).reduce(intersection);
  const totalMs = common.reduce((sum, { fromAt, toAt }) => sum + toAt - fromAt, 0);
  if (totalMs < shortestTotalMs) return undefined;
  const served = new Map(sources.map(([source]) => [source, 0]));
  const sourceOf = new Map(trace.answers.map(({ submission: { id, source } }) => [id, source]));
  for (const attempt of trace.attempts) {
    const source = sourceOf.get(submissionIdOf(attempt.body) ?? '');
    const before = source === undefined ? undefined : served.get(source);
    if (source === undefined || before === undefined) continue;
    if (!common.some(({ fromAt, toAt }) => fromAt <= attempt.at && attempt.at <= toAt)) continue;
    // An answer begun in that time counts in full: it is the source's, whenever it ends.
    served.set(source, before + usageOf(attempt, trace.workload.tightest, Infinity));
  }
  return jainOf([...served.values()]);
}

function jainOf(values: readonly number[]): number | undefined {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? undefined : (sum * sum) / (values.length * squares);
}

function waitingBySource({ startedAt, durationMs, answers, attempts }: Trace): ReadonlyMap<string, readonly Time[]> {
  const admitted = admissionsOf(attempts);
  const endsAt = startedAt + durationMs;
  const waiting = answers
    .filter(({ submission }) => submission.priority === 'background')
    .map(({ submission: { id, source, atMs }, answer }) => {
      const toAt = Math.min(admitted.get(id) ?? answer?.endedAt ?? endsAt, endsAt);
      return { source, time: { fromAt: startedAt + atMs, toAt } };
    });
  const bySource = Map.groupBy(waiting, ({ source }) => source);
  return new Map([...bySource].map(([source, all]) => [source, all.map(({ time }) => time)]));
}

function union(times: readonly Time[]): readonly Time[] {
  const joined: Time[] = [];
  for (const time of [...times].sort((one, other) => one.fromAt - other.fromAt)) {
    const last = joined.at(-1);
    if (last !== undefined && time.fromAt <= last.toAt) {
      joined[joined.length - 1] = { fromAt: last.fromAt, toAt: Math.max(last.toAt, time.toAt) };
    } else joined.push(time);
  }
  return joined;
}

function intersection(some: readonly Time[], others: readonly Time[]): readonly Time[] {
  return some.flatMap((one) =>
    others.flatMap((other) => {
      const fromAt = Math.max(one.fromAt, other.fromAt);
      const toAt = Math.min(one.toAt, other.toAt);
      return fromAt < toAt ? [{ fromAt, toAt }] : [];
    }),
  );
}
