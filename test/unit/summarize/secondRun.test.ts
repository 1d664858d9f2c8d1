import assert from 'node:assert/strict';
import type { JobSource } from '../../../src/jobs/job';
import { planSummary } from '../../../src/summarize/plan';
import { createRandom } from '../../support/random';
import { ScriptedAsker } from './scriptedAsker';
import { assertDone, codeOf, obedient, run, smallTier, sourceOf, specOf, tokensIn, wordsAbout } from './summaryJob';

const fileCount = 640;
const changedShare = 0.01;
const folders = [
  'src',
  'src/client',
  'src/host',
  'src/host/chat',
  'src/store',
  'lib/locale',
  'lib/locale/en',
  'test/unit',
];

/** Small files of some folders, sorted as they are gathered. */
function smallFiles(random: () => number): readonly JobSource[] {
  return Array.from({ length: fileCount }, (_, index) => {
    const folder = folders[Math.floor(random() * folders.length)] ?? 'src';
    return sourceOf(`${folder}/${index.toString(36)}.ts`, codeOf(random, 400 + random() ** 2 * 6_000));
  }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function changeSome(sources: readonly JobSource[], random: () => number): readonly JobSource[] {
  const changed = new Set<number>();
  while (changed.size < Math.ceil(sources.length * changedShare)) changed.add(Math.floor(random() * sources.length));
  return sources.map((source, index) =>
    changed.has(index) ? { ...source, text: `${source.text}\n// ${wordsAbout(source.name, 8)}` } : source,
  );
}

async function tokensOfRun(asker: ScriptedAsker, sources: readonly JobSource[]): Promise<number> {
  assertDone(await run({ spec: specOf(), sources, asker }));
  const output = asker.paid.map((request) => ({ ...request, system: '', prompt: obedient(request) }));
  return tokensIn(asker.paid) + tokensIn(output);
}

describe('A second summary of a folder', () => {
  it('costs nothing where nothing has changed', async () => {
    const sources = smallFiles(createRandom(1));
    const first = new ScriptedAsker({ reply: obedient });
    const before = await run({ spec: specOf(), sources, asker: first });
    const second = new ScriptedAsker({ reply: obedient, answers: first.answers });
    const after = await run({ spec: specOf(), sources, asker: second });
    assert.deepEqual(second.asked, []);
    assert.equal(after.result, before.result);
    const plan = await planSummary(
      specOf(),
      sources,
      () => smallTier,
      (keys) => first.known(keys),
    );
    assert.deepEqual([plan.requests, plan.inputTokens, plan.costUsd, plan.known], [0, 0, 0, fileCount]);
  });

  for (const seed of [1, 2, 3]) {
    it(`takes a small part of the tokens where one file in a hundred has changed (${seed})`, async () => {
      const random = createRandom(seed);
      const sources = smallFiles(random);
      const first = new ScriptedAsker({ reply: obedient });
      const before = await tokensOfRun(first, sources);
      const second = new ScriptedAsker({ reply: obedient, answers: new Map(first.answers) });
      const after = await tokensOfRun(second, changeSome(sources, random));
      assert.ok(after / before <= 0.03, `${((after / before) * 100).toFixed(2)} % of ${Math.round(before)} tokens`);
    });
  }

  it('asks little more where a file has come or gone', async () => {
    const random = createRandom(4);
    const sources = smallFiles(random);
    const first = new ScriptedAsker({ reply: obedient });
    const before = await tokensOfRun(first, sources);
    const without = sources.filter((_, index) => index !== 300);
    const withMore = [...without.slice(0, 100), sourceOf(`${without[100]?.name}x`, 'more();'), ...without.slice(100)];
    for (const changed of [without, withMore]) {
      const second = new ScriptedAsker({ reply: obedient, answers: new Map(first.answers) });
      const after = await tokensOfRun(second, changed);
      assert.ok(after / before <= 0.02, `${((after / before) * 100).toFixed(2)} %`);
    }
  });
});
