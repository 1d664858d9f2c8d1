import type { AttemptRecord } from '../simulator/log';
import { boundOf } from './bound';
import { measureChanges } from './changes';
import { measureFairness } from './fairness';
import { isMeasured, medianOf, percentileOf, usageOf } from './statistics';
import type { Answered, Trace } from './trace';
import type { Latency } from './unloaded';

/** What is measured of one run. Shares are between 0 and 1; `undefined` where a workload has nothing to measure. */
export interface Figures {
  /** Usage of completed requests on the tightest dimension, of the physical bound. */
  readonly goodput: number;
  readonly failed: number;
  /** Answered in full within the measured time. */
  readonly completed: number;
  readonly attempts: number;
  /** 429s of all attempts. */
  readonly refusedShare: number;
  /** 429s to attempts sent after the first answer's headers. */
  readonly refusedAfterProbe: number;
  /** Input sent with attempts that brought nothing, of all input sent. */
  readonly wastedInputShare: number;
  /** Interactive requests, relative to the same requests alone on the same server without limits. */
  readonly firstTextP50: number | undefined;
  readonly firstTextP95: number | undefined;
  readonly answerP50: number | undefined;
  readonly answerP95: number | undefined;
  /** Jain's index over the bulk sources, in the time in which all of them have work waiting. */
  readonly fairness: number | undefined;
  /** The worst of the changes of limits: 429s until the next, and how much later than allowed the new bound was reached. */
  readonly changeRefusals: number | undefined;
  readonly changeLateMs: number | undefined;
  /** Median of |estimate − actual| / actual wait, of those that waited over a second. */
  readonly readyAtError: number | undefined;
}

/** Shorter waits are over before anyone could read the estimate. */
const shortestWaitMs = 1_000;

/** `unloaded`: by submission, from `latenciesOf` a run of `unloadedOf` the same workload with the same seed. */
export function measure(trace: Trace, unloaded: ReadonlyMap<string, Latency>): Figures {
  const { durationMs, startedAt, answers } = trace;
  const attempts = trace.attempts.filter((attempt) => isMeasured(attempt, trace));
  const refused = attempts.filter(({ status }) => status === 429);
  return {
    goodput: goodputOf(trace, attempts),
    failed: answers.filter(({ answer }) => answer?.ok === false).length,
    completed: answers.filter(({ answer }) => answer?.ok && answer.endedAt <= startedAt + durationMs).length,
    attempts: attempts.length,
    refusedShare: attempts.length === 0 ? 0 : refused.length / attempts.length,
    refusedAfterProbe: countAfterProbe(attempts, refused),
    wastedInputShare: wastedInputShareOf(trace, attempts),
    ...waitsOf(trace, unloaded),
    fairness: measureFairness(trace),
    ...measureChanges(trace),
    readyAtError: readyAtErrorOf(answers),
  };
}

/**
 * A request that runs across the end counts with what it had taken by then, provided that it completes later: its
 * input, and the part of its output that falls into the measured time if it came evenly. The bound is what the server
 * could have given out by the end, so leaving it out would punish long answers, and counting it whole reward them.
 */
function goodputOf({ workload, durationMs, startedAt }: Trace, attempts: readonly AttemptRecord[]): number {
  const endsAt = startedAt + durationMs;
  const used = attempts.reduce((sum, attempt) => sum + usageOf(attempt, workload.tightest, endsAt), 0);
  return used / boundOf(workload, workload.tightest, durationMs);
}

function countAfterProbe(attempts: readonly AttemptRecord[], refused: readonly AttemptRecord[]): number {
  const knownAt = attempts.reduce((first, { firstByteAt = Infinity }) => Math.min(first, firstByteAt), Infinity);
  return refused.filter(({ at }) => at >= knownAt).length;
}

/** By characters, because the server counts no tokens of what it refuses; what the close of the contender ends is not lost. */
function wastedInputShareOf({ closedAt }: Trace, attempts: readonly AttemptRecord[]): number {
  const sent = attempts.map((attempt) => ({
    characters: JSON.stringify([attempt.body?.['system'], attempt.body?.['messages']]).length,
    isWasted: attempt.outcome !== 'completed' && (attempt.endedAt ?? Infinity) < closedAt,
  }));
  const sum = (some: typeof sent) => some.reduce((total, { characters }) => total + characters, 0);
  return sent.length === 0 ? 0 : sum(sent.filter(({ isWasted }) => isWasted)) / sum(sent);
}

/** By the id of the submission, what each took; those without an answer are left out. */
export function latenciesOf({ startedAt, answers }: Trace): ReadonlyMap<string, Latency> {
  return new Map(
    answers.flatMap(({ submission: { id, atMs }, answer }) => {
      if (!answer?.ok || answer.firstTextAt === undefined) return [];
      const submittedAt = startedAt + atMs;
      return [[id, { firstTextMs: answer.firstTextAt - submittedAt, answerMs: answer.endedAt - submittedAt }] as const];
    }),
  );
}

type Waits = Pick<Figures, 'firstTextP50' | 'firstTextP95' | 'answerP50' | 'answerP95'>;

/**
 * Percentile over percentile, of the same requests. One that has no answer yet counts as answered when the contender was
 * closed. Those whose time alone would have fallen into an outage are left out: they had to wait.
 */
function waitsOf(trace: Trace, unloaded: ReadonlyMap<string, Latency>): Waits {
  const outages = trace.workload.outages?.(trace.durationMs) ?? [];
  const pairs = trace.answers.flatMap(({ submission: { id, atMs, priority }, answer }) => {
    const alone = unloaded.get(id);
    if (priority !== 'interactive' || alone === undefined) return [];
    if (outages.some(({ fromMs, toMs }) => atMs < toMs && atMs + alone.answerMs > fromMs)) return [];
    const since = trace.startedAt + atMs;
    const firstTextMs = (answer?.firstTextAt ?? trace.closedAt) - since;
    return [{ alone, loaded: { firstTextMs, answerMs: (answer?.ok ? answer.endedAt : trace.closedAt) - since } }];
  });
  const ratio = (field: keyof Latency, share: number) => {
    const loaded = percentileOf(
      pairs.map((pair) => pair.loaded[field]),
      share,
    );
    const alone = percentileOf(
      pairs.map((pair) => pair.alone[field]),
      share,
    );
    return loaded === undefined || alone === undefined ? undefined : loaded / alone;
  };
  return {
    firstTextP50: ratio('firstTextMs', 0.5),
    firstTextP95: ratio('firstTextMs', 0.95),
    answerP50: ratio('answerMs', 0.5),
    answerP95: ratio('answerMs', 0.95),
  };
}

function readyAtErrorOf(answers: readonly Answered[]): number | undefined {
  const errors = answers.flatMap(({ answer }) => {
    if (answer?.readyAt === undefined || answer.estimatedAt === undefined || answer.startedAt === undefined) return [];
    const waitMs = answer.startedAt - answer.estimatedAt;
    return waitMs > shortestWaitMs ? [Math.abs(answer.readyAt - answer.startedAt) / waitMs] : [];
  });
  return medianOf(errors);
}
