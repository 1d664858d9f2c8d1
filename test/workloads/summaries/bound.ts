import { dimensions, limitNames } from '../../../src/client/dimensions';
import type { AttemptRecord } from '../../simulator/log';
import type { Limits } from '../../simulator/limits';
import { usageOf } from '../statistics';
import { marksOf, promptOf } from './answers';

const minuteMs = 60_000;

/** One request of the job that was answered, and what it could not begin without. */
interface Step {
  readonly attempt: AttemptRecord;
  readonly durationMs: number;
  /** Those whose answers it puts together. */
  readonly needs: readonly Step[];
}

/**
 * The earliest moment at which anybody could have had the whole, from full buckets: what was asked in all has to be let
 * in before the last answer can begin, and what puts answers together cannot begin before they are there. All of it is
 * measured of the run itself, its answers and what others took of the same limits meanwhile included.
 */
export function earliestEndMs(job: readonly AttemptRecord[], others: readonly AttemptRecord[], limits: Limits): number {
  const steps = stepsOf(job);
  const leaves = steps.filter(({ needs }) => needs.length === 0);
  const ends = new Map<Step, number>();
  const endOf = (step: Step): number => {
    const known = ends.get(step);
    if (known !== undefined) return known;
    const end = step.durationMs + Math.max(0, ...step.needs.map(endOf));
    ends.set(step, end);
    return end;
  };
  const last = steps.find((step) => !steps.some(({ needs }) => needs.includes(step)));
  const chainMs = Math.max(...steps.map(endOf));
  const afterAllMs = fluidMs(job, others, limits) + (last?.durationMs ?? 0);
  const shortestLeafMs = Math.min(...leaves.map(({ durationMs }) => durationMs));
  const tails = leaves.map((leaf) => tailMs(leaf, steps));
  const afterLeavesMs =
    fluidMs(
      leaves.map(({ attempt }) => attempt),
      others,
      limits,
    ) +
    shortestLeafMs +
    Math.min(...tails);
  return Math.max(chainMs, afterAllMs, afterLeavesMs);
}

/** What has to be done after a leaf, at least. */
function tailMs(leaf: Step, steps: readonly Step[]): number {
  let total = 0;
  for (let step: Step | undefined = leaf; step;) {
    const below: Step = step;
    step = steps.find(({ needs }) => needs.includes(below));
    if (step) total += step.durationMs;
  }
  return total;
}

/** Until the buckets have let all of it in, what others took until then included. */
function fluidMs(job: readonly AttemptRecord[], others: readonly AttemptRecord[], limits: Limits): number {
  const [first] = [...job].sort((one, other) => one.at - other.at);
  let ms = 0;
  // What others take counts as far as it came before: found by going on until nothing is added.
  for (let round = 0; round < 50; round++) {
    const until = (first?.at ?? 0) + ms;
    const all = [...job, ...others.filter(({ at }) => at <= until)];
    const next = Math.max(
      ...dimensions.map((dimension) => {
        const limit = limits[limitNames[dimension]];
        const used = all.reduce((sum, attempt) => sum + usageOf(attempt, dimension, Infinity), 0);
        return (Math.max(0, used - limit * limits.burstShare) / limit) * minuteMs;
      }),
    );
    if (next <= ms) return ms;
    ms = next;
  }
  return ms;
}

function stepsOf(job: readonly AttemptRecord[]): readonly Step[] {
  const byMark = new Map<string, Step>();
  const steps: Step[] = [];
  // In the order of their arrival: what is put together arrives after its parts.
  for (const attempt of job) {
    const prompt = promptOf(attempt.body);
    const needs = new Set([...prompt.matchAll(/\bmark[0-9a-z]+\b/g)].flatMap(([mark]) => byMark.get(mark) ?? []));
    const step = { attempt, durationMs: (attempt.endedAt ?? attempt.at) - attempt.at, needs: [...needs] };
    steps.push(step);
    for (const mark of marksOf(prompt)) byMark.set(mark, step);
  }
  return steps;
}
