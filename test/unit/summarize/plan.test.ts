import assert from 'node:assert/strict';
import type { KnownLimits } from '../../../src/jobs/program';
import type { JobSource } from '../../../src/jobs/job';
import { planMs, planSummary, type SummaryPlan } from '../../../src/summarize/plan';
import { presets, subjects, type SummarySpec } from '../../../src/summarize/spec';
import { createRandom } from '../../support/random';
import { ScriptedAsker } from './scriptedAsker';
import { codeOf, model, noLimits, obedient, run, smallTier, sourceOf, specOf, tokensIn } from './summaryJob';

const seeds = Array.from({ length: 40 }, (_, seed) => seed);
const mostOff = 0.15;
/** A single answer may well be shorter or longer than most. */
const mostOffTokens = 60;

const tiers: readonly KnownLimits[] = [
  smallTier,
  { requestsPerMinute: 50, inputTokensPerMinute: 10_000, outputTokensPerMinute: 2_000 },
  { requestsPerMinute: 4_000, inputTokensPerMinute: 2_000_000, outputTokensPerMinute: 400_000 },
  { requestsPerMinute: 5, inputTokensPerMinute: 50_000, outputTokensPerMinute: 10_000 },
  noLimits,
];

function anyOf<T>(random: () => number, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

function anySpec(random: () => number): SummarySpec {
  const preset = anyOf(random, presets);
  return specOf({
    subject: anyOf(random, subjects),
    preset,
    ...(preset === 'own' ? { ownPrompt: 'As a table of what it exports.' } : {}),
    ...(random() < 0.3 ? { language: 'German' } : {}),
    ...(random() < 0.3 ? { focus: 'Why does it retry?' } : {}),
    mapModel: anyOf(random, [model, 'claude-haiku-4-5']),
    length: anyOf(random, ['normal', 'short']),
  });
}

function anySources(random: () => number, { subject }: SummarySpec): readonly JobSource[] {
  const count = subject === 'files' ? Math.ceil(random() ** 2 * 90) : 1;
  const largest = anyOf(random, [2_000, 10_000, 60_000]);
  return Array.from({ length: count }, (_, index) => {
    const name = `src/${anyOf(random, ['', 'a/', 'a/b/', 'c/'])}${index}.${anyOf(random, ['ts', 'md'])}`;
    return sourceOf(name, codeOf(random, 100 + random() ** 2 * largest));
  });
}

function assertClose(planned: number, actual: number, what: string): void {
  assert.ok(
    Math.abs(planned - actual) <= Math.max(mostOff * actual, mostOffTokens),
    `${what}: planned ${planned}, was ${actual}`,
  );
}

function assertKept(plan: SummaryPlan, asker: ScriptedAsker): void {
  assert.equal(asker.asked.length, plan.requests, plan.way);
  assertClose(plan.inputTokens, tokensIn(asker.paid), `${plan.way}, input`);
  const answers = asker.paid.map((request) => ({ ...request, system: '', prompt: obedient(request) }));
  const framed = tokensIn(answers) - answers.length * tokensIn([{ model, maxTokens: 1, system: '', prompt: '' }]);
  assertClose(plan.outputTokens, framed, `${plan.way}, output`);
}

async function way(spec: SummarySpec, ...sources: readonly JobSource[]): Promise<string> {
  const plan = await planSummary(
    spec,
    sources,
    () => smallTier,
    () => new Map(),
  );
  return plan.way;
}

describe('The plan of a summary', () => {
  it('is what happens, whatever is to be summarized', async () => {
    const ways = new Set<string>();
    for (const seed of seeds) {
      const random = createRandom(seed);
      const spec = anySpec(random);
      const sources = anySources(random, spec);
      const limits = anyOf(random, [tiers[0] ?? noLimits, ...tiers.slice(1)]);
      const plan = await planSummary(
        spec,
        sources,
        () => limits,
        () => new Map(),
      );
      ways.add(plan.bundled > 0 && plan.way !== 'one' ? 'bundled' : plan.way);
      const asker = new ScriptedAsker({ reply: obedient, seed });
      await run({ spec, sources, asker, limits });
      assertKept(plan, asker);
      assert.equal(asker.expected, asker.done, `all that was expected was asked (${seed}, ${plan.way})`);
    }
    assert.deepEqual([...ways].toSorted(), ['bundled', 'mapReduce', 'one', 'refine']);
  });

  it('leaves out what is known already, and is what happens then', async () => {
    for (const seed of seeds.slice(0, 15)) {
      const random = createRandom(seed);
      const spec = anySpec(random);
      const sources = anySources(random, spec);
      const first = new ScriptedAsker({ reply: obedient, seed });
      await run({ spec, sources, asker: first });
      const changed = sources.map((source) =>
        random() < 0.1 ? { ...source, text: `${source.text}\nconst more = ${random()};` } : source,
      );
      const second = new ScriptedAsker({ reply: obedient, seed, answers: new Map(first.answers) });
      const plan = await planSummary(
        spec,
        changed,
        () => smallTier,
        (keys) => second.known(keys),
      );
      await run({ spec, sources: changed, asker: second });
      assertKept(plan, second);
    }
  });

  it('goes the shortest way there is', async () => {
    const long = 'A sentence about queues.\n'.repeat(3_000);
    assert.equal(await way(specOf({ subject: 'text' }), sourceOf('a.ts', 'retry();')), 'one');
    assert.equal(await way(specOf(), sourceOf('a.ts', 'retry();'), sourceOf('b.ts', 'wait();')), 'one');
    assert.equal(await way(specOf({ subject: 'conversation' }), sourceOf('chat', long)), 'refine');
    assert.equal(await way(specOf({ subject: 'diff' }), sourceOf('main..HEAD', long)), 'refine');
    assert.equal(await way(specOf({ subject: 'text' }), sourceOf('notes.md', long)), 'refine');
    assert.equal(await way(specOf({ subject: 'text' }), sourceOf('a.ts', long)), 'mapReduce');
    assert.equal(await way(specOf({ subject: 'conversation' }), sourceOf('chat', long.repeat(3))), 'mapReduce');
    assert.equal(await way(specOf(), ...Array.from({ length: 13 }, (_, at) => sourceOf(`${at}.ts`, 'x'))), 'mapReduce');
  });

  it('costs half for what can go by a batch, and nothing is said of a price that nobody knows', async () => {
    const sources = [sourceOf('a.ts', 'retry();')];
    const { costUsd, batchCostUsd } = await planSummary(
      specOf({ subject: 'text' }),
      sources,
      () => smallTier,
      () => new Map(),
    );
    assert.ok(costUsd !== undefined && costUsd > 0);
    assert.equal(batchCostUsd, costUsd / 2);
    const unknown = specOf({ subject: 'text', model: 'claude-next', mapModel: 'claude-next' });
    const plan = await planSummary(
      unknown,
      sources,
      () => smallTier,
      () => new Map(),
    );
    assert.deepEqual([plan.costUsd, plan.batchCostUsd], [undefined, undefined]);
  });
});

describe('The time that a plan takes', () => {
  const plan: SummaryPlan = {
    way: 'mapReduce',
    pieces: 100,
    bundled: 0,
    known: 0,
    requests: 101,
    batchable: 100,
    inputTokens: 150_000,
    outputTokens: 8_000,
    costUsd: 1,
    batchCostUsd: 0.5,
  };

  it('is that of the limit that is tightest for it, from a full start', () => {
    const ms = planMs(plan, smallTier) ?? assert.fail('The limits are known');
    assert.ok(ms >= 4 * 60_000 && ms <= 4.5 * 60_000, `${ms} ms`);
  });

  it('is not known without limits, and short where they allow all of it at once', () => {
    assert.equal(planMs(plan, noLimits), undefined);
    const ms = planMs(plan, { ...noLimits, inputTokensPerMinute: 1_000_000 }) ?? assert.fail('A limit is known');
    assert.ok(ms > 0 && ms < 30_000, `${ms} ms`);
    assert.equal(planMs({ ...plan, requests: 0, inputTokens: 0, outputTokens: 0 }, smallTier), 0);
  });
});
