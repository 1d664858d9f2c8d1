/** `npm run bench:summarize`: a package of more than a thousand files, summarized in virtual time at several limits. */
import { defaultLimits, type Limits } from '../simulator/limits';
import { installVirtualTime } from '../support/virtualTime';
import { medianOf, percentileOf } from '../workloads/statistics';
import { changeSome, readPackage, type SourceTree } from '../workloads/summaries/sourceTree';
import {
  openStageStore,
  playSummary,
  type ChatLatency,
  type SummaryFigures,
} from '../workloads/summaries/summaryStage';

/** Each with other answers, another chat and other files changed; the medians of all are reported. */
const seeds = [1, 2, 3, 4, 5];
const changedShare = 0.01;

/** https://platform.claude.com/docs/en/api/rate-limits, the first tier as published on 2026-06-26. */
const startTier: Limits = {
  ...defaultLimits,
  requestsPerMinute: 1_000,
  inputTokensPerMinute: 2_000_000,
  outputTokensPerMinute: 400_000,
};

interface Pair {
  readonly first: SummaryFigures;
  readonly second: SummaryFigures;
}

interface Goal {
  readonly name: string;
  /** One for each seed. */
  readonly values: readonly number[];
  readonly atMost: number;
}

async function main(): Promise<number> {
  const tree = readPackage('lodash');
  console.log(`${tree.name}: ${tree.files} files, ${tree.sources.length} of them summarized\n`);
  let missed = 0;
  for (const [name, limits] of [
    ['50 RPM / 30k / 8k', defaultLimits],
    ['Start tier', startTier],
  ] as const) {
    const pairs: Pair[] = [];
    for (const seed of seeds) pairs.push(await playPair(tree, limits, seed));
    const goals = goalsOf(pairs);
    report(name, pairs, goals);
    missed += goals.filter((goal) => !isMet(goal)).length;
  }
  return missed;
}

/** The summary, and the same after somebody has worked on some of the files. */
async function playPair({ name, sources }: SourceTree, limits: Limits, seed: number): Promise<Pair> {
  const time = installVirtualTime();
  const store = openStageStore();
  try {
    const common = { time, store, title: name, limits, seed };
    const first = await playSummary({ ...common, sources });
    const second = await playSummary({ ...common, sources: changeSome(sources, changedShare, seed) });
    return { first, second };
  } finally {
    store.close();
    time.uninstall();
  }
}

function goalsOf(pairs: readonly Pair[]): readonly Goal[] {
  const of = (measure: (pair: Pair) => number) => pairs.map(measure);
  const chats = pairs.flatMap(({ first: { chat } }) => chat);
  return [
    {
      name: 'makespan, of the earliest possible',
      values: of(({ first }) => first.makespanMs / first.boundMs),
      atMost: 1.03,
    },
    {
      name: 'jobs that are not whole',
      values: of(({ first, second }) => [first, second].filter(({ job }) => job.state !== 'done').length),
      atMost: 0,
    },
    { name: '429s, of all attempts', values: of(({ first }) => first.refusals / first.attempts), atMost: 0.01 },
    // Few are asked within a short summary: those of all seeds together.
    { name: 'chat p95, of the unloaded server', values: chatP95(chats), atMost: 1.3 },
    {
      name: `tokens of the second run, ${changedShare * 100} % changed`,
      values: of(({ first, second }) => second.tokens / first.tokens),
      atMost: 0.03,
    },
  ];
}

function chatP95(chats: readonly ChatLatency[]): readonly number[] {
  const loaded = percentileOf(
    chats.map(({ loadedMs }) => loadedMs),
    0.95,
  );
  const alone = percentileOf(
    chats.map(({ aloneMs }) => aloneMs),
    0.95,
  );
  return loaded === undefined || alone === undefined ? [] : [loaded / alone];
}

function isMet({ values, atMost }: Goal): boolean {
  const median = medianOf(values);
  return median !== undefined && median <= atMost;
}

function report(name: string, pairs: readonly Pair[], goals: readonly Goal[]): void {
  console.log(`## ${name}\n`);
  const [pair] = pairs;
  if (pair) {
    const { plan } = pair.first;
    console.log(`planned: ${plan.requests} requests, ${plan.inputTokens} tokens in, ${plan.outputTokens} out`);
    console.log(`first:   ${describe(pair.first)}`);
    console.log(`second:  ${describe(pair.second)}`);
  }
  for (const goal of goals) {
    const { values, atMost } = goal;
    const [median, worst] = [medianOf(values), Math.max(...values)];
    const figures = median === undefined ? 'not measured' : `${median.toFixed(4)}, worst ${worst.toFixed(4)}`;
    console.log(`${(isMet(goal) ? 'ok' : 'MISSED').padEnd(7)} ${goal.name}: ${figures} (at most ${atMost})`);
  }
  console.log('');
}

function describe({ requests, tokens, makespanMs, boundMs, refusals, broken }: SummaryFigures): string {
  const times = `${(makespanMs / 1_000).toFixed(1)} s, at best ${(boundMs / 1_000).toFixed(1)} s`;
  return `${requests} requests, ${tokens} tokens, ${times}, ${refusals} refused, ${broken} in vain`;
}

main().then(
  (missed) => {
    process.exitCode = missed === 0 ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
