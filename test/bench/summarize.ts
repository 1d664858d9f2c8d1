/** `npm run bench:summarize`: a package of more than a thousand files, summarized in virtual time at several limits. */
import { openInMemory } from '../../src/store/memory';
import { defaultLimits, type Limits } from '../simulator/limits';
import { installVirtualTime } from '../support/virtualTime';
import { changeSome, readPackage } from '../workloads/summaries/sourceTree';
import { playSummary, type SummaryFigures } from '../workloads/summaries/summaryStage';

const seed = 1;
const changedShare = 0.01;

/** https://platform.claude.com/docs/en/api/rate-limits, the first tier as published on 2026-06-26. */
const startTier: Limits = {
  ...defaultLimits,
  requestsPerMinute: 1_000,
  inputTokensPerMinute: 2_000_000,
  outputTokensPerMinute: 400_000,
};

interface Goal {
  readonly name: string;
  readonly value: number | undefined;
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
    const time = installVirtualTime();
    const store = openInMemory({ windowId: 'bench', now: Date.now, log: { warn: () => {} } });
    try {
      const common = { time, store, title: tree.name, limits, seed };
      const first = await playSummary({ ...common, sources: tree.sources });
      const changed = changeSome(tree.sources, changedShare, seed);
      const second = await playSummary({ ...common, sources: changed });
      const goals = goalsOf(first, second);
      report(name, first, second, goals);
      missed += goals.filter(({ value, atMost }) => value === undefined || value > atMost).length;
    } finally {
      store.close();
      time.uninstall();
    }
  }
  return missed;
}

function goalsOf(first: SummaryFigures, second: SummaryFigures): readonly Goal[] {
  const missing = [first, second].filter(({ job }) => job.state !== 'done').length;
  return [
    { name: 'makespan, of the earliest possible', value: first.makespanMs / first.boundMs, atMost: 1.03 },
    { name: 'jobs that are not whole', value: missing, atMost: 0 },
    { name: '429s, of all attempts', value: first.refusals / first.attempts, atMost: 0.01 },
    { name: 'chat p95, of the unloaded server', value: first.chatP95, atMost: 1.3 },
    {
      name: `tokens of the second run, ${changedShare * 100} % changed`,
      value: second.tokens / first.tokens,
      atMost: 0.03,
    },
  ];
}

function report(name: string, first: SummaryFigures, second: SummaryFigures, goals: readonly Goal[]): void {
  const { plan } = first;
  console.log(`## ${name}\n`);
  console.log(`planned: ${plan.requests} requests, ${plan.inputTokens} tokens in, ${plan.outputTokens} out`);
  for (const [which, { requests, tokens, makespanMs, boundMs, refusals, broken }] of [
    ['first', first],
    ['second', second],
  ] as const) {
    const times = `${(makespanMs / 1_000).toFixed(1)} s, at best ${(boundMs / 1_000).toFixed(1)} s`;
    console.log(`${which}: ${requests} requests, ${tokens} tokens, ${times}, ${refusals} refused, ${broken} in vain`);
  }
  for (const { name: goal, value, atMost } of goals) {
    const verdict = value !== undefined && value <= atMost ? 'ok' : 'MISSED';
    console.log(`${verdict.padEnd(7)} ${goal}: ${value?.toFixed(4) ?? 'not measured'} (at most ${atMost})`);
  }
  console.log('');
}

process.exitCode = (await main()) === 0 ? 0 : 1;
