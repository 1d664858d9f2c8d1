import { hashText } from '../simulator/tokens';
import type { Dimension } from '../simulator/budget';
import type { FaultSubject } from '../simulator/faults';
import { defaultLimits } from '../simulator/limits';
import type { Limits } from '../simulator/limits';
import type { SimulatorOptions } from '../simulator/simulator';
import { createRandom } from '../support/random';
import { boundOf } from './bound';
import type { Source } from './traffic';
import { answerFor, bulkOf, interactiveOf, submissionIdOf, submissionOf } from './traffic';
import type { Change, Submission, Workload } from './workload';

/** Long enough that what is lost at the start and the end is small, short enough to run in real time. */
const usualMs = 120_000;
/** As a real stream, with fewer and larger pieces: what is measured does not depend on their size. */
const deltaIntervalMs = 200;
/** As busy as a person gets, and far below every limit here. */
const questionsPerMinute = 10;

const chat: Source = {
  name: 'chat',
  priority: 'interactive',
  texture: 'prose',
  promptTokens: [30, 250],
  answerTokens: [60, 220],
  maxTokens: 1_024,
};

function bulk(
  name: string,
  texture: Source['texture'],
  promptTokens: Source['promptTokens'],
  answerTokens: Source['answerTokens'],
  more: Partial<Source> = {},
): Source {
  return { name, priority: 'background', texture, promptTokens, answerTokens, maxTokens: 1_000, ...more };
}

/** Three jobs of different grain, for each of which the input is the tightest limit. */
const mixedBulk = [
  bulk('letters', 'prose', [500, 1_100], [60, 180]),
  bulk('review', 'code', [700, 1_700], [80, 240]),
  bulk('tables', 'records', [1_200, 2_400], [100, 300]),
];

interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly kind?: Workload['kind'];
  readonly tightest?: Dimension;
  readonly durationMs?: number;
  readonly limits?: Partial<Limits>;
  readonly bulk?: readonly Source[];
  readonly questionsPerMinute?: number;
  readonly server?: SimulatorOptions;
  readonly changes?: (durationMs: number) => readonly Change[];
  readonly disturb?: Workload['disturb'];
  readonly outages?: Workload['outages'];
  /** In place of a backlog for the whole time. */
  readonly work?: (
    sources: readonly Source[],
    bound: number,
    durationMs: number,
    seed: number,
  ) => readonly Submission[];
  /** Sources beyond those of the backlog. */
  readonly others?: readonly Source[];
}

function create(recipe: Recipe): Workload {
  const { name, title, kind = 'alone', tightest = 'inputTokens', durationMs = usualMs } = recipe;
  const limits = { ...defaultLimits, ...recipe.limits };
  const changes = recipe.changes ?? (() => []);
  const sources = recipe.bulk ?? mixedBulk;
  const everyone = [chat, ...sources, ...(recipe.others ?? [])];
  return {
    name,
    title,
    kind,
    tightest,
    durationMs,
    limits,
    changes,
    server: (seed) => ({
      limits,
      seed,
      pace: { deltaIntervalMs },
      answer: answerFor(everyone, seed),
      ...recipe.server,
    }),
    submissions: (seed, ofMs) => {
      const bound = boundOf({ limits, changes }, tightest, ofMs);
      const work = recipe.work?.(sources, bound, ofMs, seed) ?? bulkOf(sources, tightest, bound, ofMs, seed);
      const questions = interactiveOf(chat, recipe.questionsPerMinute ?? questionsPerMinute, ofMs, seed);
      return [...work, ...questions].sort((one, other) => one.atMs - other.atMs);
    },
    ...(recipe.disturb && { disturb: recipe.disturb }),
    ...(recipe.outages && { outages: recipe.outages }),
  };
}

/** The storm: from a quarter of the time on, for a sixth of it, most of what is sent meets an overloaded server. */
const storm = (durationMs: number) => ({ fromMs: durationMs / 4, toMs: durationMs / 4 + durationMs / 6 });
const stormShare = 0.7;

/** Whether an attempt meets the storm depends on its text and on how often that came, not on the order of others. */
const raiseStorm: Workload['disturb'] = (server, clock, seed, durationMs) => {
  const startedAt = clock.monotonic();
  const { fromMs, toMs } = storm(durationMs);
  const times = new Map<string, number>();
  const match = ({ path, body }: FaultSubject) => {
    const elapsedMs = clock.monotonic() - startedAt;
    if (path !== '/v1/messages' || elapsedMs < fromMs || elapsedMs >= toMs) return false;
    const id = submissionIdOf(body) ?? '';
    const time = (times.get(id) ?? 0) + 1;
    times.set(id, time);
    return createRandom(hashText(`${id}, time ${time}`, seed))() < stormShare;
  };
  server.faults.add({ kind: 'overloaded' }, { times: Infinity, match });
};

const coldStartJobs = 100;
/** Together a little more than the bound. */
const coldBulk = [
  bulk('letters', 'prose', [800, 1_500], [40, 120]),
  bulk('review', 'code', [800, 1_700], [40, 120]),
  bulk('tables', 'records', [900, 1_800], [40, 120]),
];

const bigJob = bulk('archive', 'prose', [28_400, 28_400], [300, 300]);

/** All workloads of the comparison, in the order of its table. */
export const workloads: readonly Workload[] = [
  create({ name: 'mixed', title: 'chat and three bulk sources' }),
  create({
    name: 'output',
    title: 'bound by output tokens',
    tightest: 'outputTokens',
    bulk: [
      bulk('letters', 'prose', [80, 200], [200, 500]),
      bulk('review', 'code', [100, 250], [250, 700]),
      bulk('tables', 'records', [120, 300], [300, 900]),
    ],
  }),
  create({
    name: 'requests',
    title: 'bound by requests',
    tightest: 'requests',
    bulk: [
      bulk('letters', 'prose', [100, 250], [30, 90]),
      bulk('review', 'code', [120, 300], [30, 90]),
      bulk('tables', 'records', [150, 350], [30, 90]),
    ],
  }),
  create({
    name: 'halved',
    title: 'limits halved and restored',
    limits: { requestsPerMinute: 300, outputTokensPerMinute: 30_000 },
    // Small jobs, so that a window of a few seconds tells how much of the bound is used.
    bulk: [
      bulk('letters', 'prose', [150, 350], [30, 90]),
      bulk('review', 'code', [170, 400], [30, 90]),
      bulk('tables', 'records', [200, 450], [30, 90]),
    ],
    changes: (durationMs) => [
      {
        fromMs: durationMs / 3,
        forMs: durationMs / 3,
        limits: { requestsPerMinute: 150, inputTokensPerMinute: 15_000, outputTokensPerMinute: 15_000 },
      },
    ],
  }),
  create({
    name: 'drain',
    title: 'another client drains 35 %',
    kind: 'shared',
    changes: () => [{ fromMs: 0, foreignShare: 0.35 }],
  }),
  create({ name: 'quarter', title: 'bucket of a quarter', kind: 'shared', limits: { burstShare: 0.25 } }),
  create({
    name: 'storm',
    title: '529 storm',
    kind: 'shared',
    disturb: raiseStorm,
    outages: (durationMs) => [storm(durationMs)],
  }),
  create({
    name: 'ramp',
    title: 'ramp refusals',
    kind: 'shared',
    // Never below the refill, so that a client which climbs as fast as it may can still use all of the bound.
    server: { ramp: { windowMs: 10_000, startTokens: 6_000, doublesEveryMs: 20_000 } },
  }),
  create({
    name: 'big',
    title: 'one job of 95 % of the bucket in front of chat',
    others: [bigJob],
    work: (sources, bound, durationMs, seed) => [
      submissionOf(bigJob, 1, 0, seed),
      ...bulkOf(sources, 'inputTokens', bound, durationMs, seed),
    ],
  }),
  create({
    name: 'cold',
    title: 'cold start of 100 at once',
    bulk: coldBulk,
    work: (sources, _bound, _durationMs, seed) =>
      sources.flatMap((source, index) =>
        Array.from({ length: Math.floor((coldStartJobs + index) / sources.length) }, (_, number) =>
          submissionOf(source, number + 1, 0, seed),
        ),
      ),
  }),
  create({
    name: 'cached',
    title: 'cached prefixes',
    bulk: [
      bulk('letters', 'prose', [600, 1_200], [60, 180], { prefixTokens: 4_000 }),
      bulk('review', 'code', [700, 1_500], [60, 180], { prefixTokens: 3_000 }),
      bulk('tables', 'records', [800, 1_800], [60, 180], { prefixTokens: 5_000 }),
    ],
  }),
  create({
    name: 'headerless',
    title: 'no headers at all',
    kind: 'shared',
    server: { headers: { style: 'none', retryAfter: 'none', hasIdentity: false } },
  }),
  create({ name: 'skewed', title: 'clock skewed by 2 minutes', server: { headers: { clockSkewMs: 120_000 } } }),
  create({
    name: 'start',
    title: 'Start tier (1,000 / 2M / 400k)',
    limits: { requestsPerMinute: 1_000, inputTokensPerMinute: 2_000_000, outputTokensPerMinute: 400_000 },
    durationMs: 60_000,
    questionsPerMinute: 20,
    bulk: [
      bulk('letters', 'prose', [6_000, 12_000], [150, 350]),
      bulk('review', 'code', [8_000, 14_000], [150, 350]),
      bulk('tables', 'records', [10_000, 18_000], [150, 350]),
    ],
  }),
];
