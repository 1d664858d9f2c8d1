/**
 * What each history policy sends over a long conversation, under the rules of the simulated prompt cache: one line per
 * policy, over all questions of all seeds.
 *
 *     tsx test/workloads/historyFigures.ts [--seeds n]
 *
 * `sent` is the whole input of a question; `counted` is what of it counts against the limit per minute, which is what is
 * not read from the cache. Costs are of the input, with all that making summaries costs.
 */
import { parseArgs } from 'node:util';
import type { HistoryPolicy } from '../../src/conversation/history/policy';
import { meanOf, play, questions, room, type Sent } from '../unit/conversation/history/longConversation';

const policies: readonly HistoryPolicy[] = [
  { kind: 'all' },
  { kind: 'window', turns: 20 },
  { kind: 'summary', atShare: 0.7 },
  { kind: 'retrieval', turns: 20 },
];

const columns: readonly { readonly head: string; readonly digits: number; of: (sent: readonly Sent[]) => number }[] = [
  { head: 'sent mean', digits: 0, of: (sent) => meanOf(sent.map(({ tokens }) => tokens)) },
  { head: 'sent max', digits: 0, of: (sent) => Math.max(...sent.map(({ tokens }) => tokens)) },
  { head: 'counted mean', digits: 0, of: (sent) => meanOf(sent.map(countedOf)) },
  { head: 'counted max', digits: 0, of: (sent) => Math.max(...sent.map(countedOf)) },
  {
    head: 'from cache %',
    digits: 1,
    of: (sent) => 100 * (1 - sumOf(sent, countedOf) / sumOf(sent, (one) => one.tokens)),
  },
  { head: 'US$ per 1,000', digits: 2, of: (sent) => 1_000 * meanOf(sent.map(({ costUsd }) => costUsd)) },
  { head: 'uncached US$', digits: 2, of: (sent) => 1_000 * meanOf(sent.map(({ uncachedUsd }) => uncachedUsd)) },
  { head: 'summaries', digits: 0, of: (sent) => sent.filter(({ digested }) => digested.length > 0).length },
];
const nameWidth = 16;
const columnWidth = 15;

function countedOf({ usage }: Sent): number {
  return usage.inputTokens + usage.cacheWriteTokens;
}

function sumOf(sent: readonly Sent[], value: (sent: Sent) => number): number {
  return sent.reduce((sum, one) => sum + value(one), 0);
}

function nameOf(policy: HistoryPolicy): string {
  if (policy.kind === 'all') return policy.kind;
  return `${policy.kind} ${policy.kind === 'summary' ? policy.atShare : policy.turns}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function main(): void {
  const { values } = parseArgs({ options: { seeds: { type: 'string', default: '3' } } });
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
  print(`${questions} questions with their answers, ${seeds.length} seeds; at most ${room.perMinute} tokens a minute`);
  print('policy'.padEnd(nameWidth) + columns.map(({ head }) => head.padStart(columnWidth)).join(''));
  for (const policy of policies) {
    const sent = seeds.flatMap((seed) => play(policy, seed).sent);
    print(
      nameOf(policy).padEnd(nameWidth) +
        columns.map(({ of, digits }) => of(sent).toFixed(digits).padStart(columnWidth)).join(''),
    );
  }
}

main();
