import assert from 'node:assert/strict';
import { easeSpec } from '../../../src/summarize/ease';
import { identityOf } from '../../../src/summarize/identity';
import { readSpec, type SummarySpec } from '../../../src/summarize/spec';
import { ScriptedAsker } from './scriptedAsker';
import { assertDone, obedient, run, sourceOf, specOf } from './summaryJob';

const cheaper = 'claude-haiku-5-5';

function eased(spec: SummarySpec, ...rest: [Parameters<typeof easeSpec>[1], string?]): SummarySpec | undefined {
  const json = easeSpec(JSON.stringify(spec), ...rest);
  return json === undefined ? undefined : readSpec(json);
}

describe('Easing a summary', () => {
  it('takes the cheaper model for the parts, and for the whole where one model does both', () => {
    const one = eased(specOf(), 'cheaperModel', cheaper);
    assert.deepEqual([one?.model, one?.mapModel], [cheaper, cheaper]);
    const two = eased(specOf({ mapModel: 'claude-haiku-4-5' }), 'cheaperModel', cheaper);
    assert.deepEqual([two?.model, two?.mapModel], [specOf().model, cheaper]);
  });

  it('makes it shorter, once', () => {
    assert.equal(eased(specOf(), 'shorter')?.length, 'short');
    assert.equal(eased(specOf({ length: 'short' }), 'shorter'), undefined);
  });

  it('changes nothing where nothing of what is asked would change', () => {
    assert.equal(eased(specOf(), 'cheaperModel'), undefined);
    assert.equal(eased(specOf(), 'cheaperModel', specOf().mapModel), undefined);
    assert.equal(eased(specOf(), 'batch', cheaper), undefined);
    assert.equal(eased(specOf(), 'later', cheaper), undefined);
  });

  it('pays for no answer twice: what was answered before stays in use', async () => {
    const sources = Array.from({ length: 40 }, (_, at) =>
      sourceOf(`src/${at}.ts`, `const x${at} = 1;\n`.repeat(90 + at)),
    );
    const decisions = new Map<string, string>();
    const first = new ScriptedAsker({ reply: obedient, stopAfter: 20 });
    void run({ spec: specOf(), sources, asker: first, decisions });
    await first.stopped;
    const answered = first.answers.size;
    const spec = eased(eased(specOf(), 'cheaperModel', cheaper) ?? assert.fail(), 'shorter') ?? assert.fail();
    const second = new ScriptedAsker({ reply: obedient, answers: first.answers });
    assertDone(await run({ spec, sources, asker: second, decisions }));
    const maps = second.asked.filter(({ prompt }) => prompt.startsWith('Summarize'));
    assert.equal(maps.length, sources.length - answered);
    assert.ok(second.asked.every((request) => request.model === cheaper));
  });
});

describe('The identity of a summary', () => {
  const sources = [sourceOf('a.ts', 'a'), sourceOf('b.ts', 'b')];
  const identity = identityOf(specOf(), sources);

  it('is that of all that decides what it says', () => {
    assert.match(identity, /^[0-9a-f]{64}$/);
    for (const change of [
      { preset: 'bullets' },
      { model: cheaper },
      { language: 'German' },
      { focus: 'Why?' },
    ] as const) {
      assert.notEqual(identityOf(specOf(change), sources), identity);
    }
    assert.notEqual(identityOf(specOf(), sources.toReversed()), identity);
    assert.notEqual(identityOf(specOf(), [sourceOf('a.ts', 'a'), sourceOf('b.ts', 'c')]), identity);
    assert.notEqual(identityOf(specOf(), [sourceOf('a.ts', 'a","b'), sourceOf('b.ts', '')]), identity);
  });

  it('is the same wherever they lie, and wherever they could be cut', () => {
    const elsewhere = sources.map((source) => ({ ...source, uri: undefined, seams: [1] }));
    assert.equal(identityOf(specOf({ leftOut: { binary: 3 } }), elsewhere), identity);
  });
});
