import assert from 'node:assert/strict';
import { mapInTurns } from '../../../src/summarize/breathe';
import { planSummary } from '../../../src/summarize/plan';
import { ScriptedAsker } from './scriptedAsker';
import { assertDone, run, smallTier, sourceOf, specOf } from './summaryJob';

const fileCount = 1_000;
const charactersOfEach = 5_000;
/** What is worked on in one go, with room to spare. */
const mostInOneGo = 500_000;
const fewestTurns = (fileCount * charactersOfEach) / mostInOneGo;

/** And how often the event loop had its turn meanwhile. */
async function turnsDuring<T>(work: () => Promise<T>): Promise<{ readonly turns: number; readonly result: T }> {
  let turns = 0;
  let next = setImmediate(count);
  function count(): void {
    turns += 1;
    next = setImmediate(count);
  }
  try {
    const result = await work();
    return { turns, result };
  } finally {
    clearImmediate(next);
  }
}

function manyFiles() {
  return Array.from({ length: fileCount }, (_, at) =>
    sourceOf(`src/${at % 40}/${at}.ts`, `const one${at} = ${at};\n`.repeat(400).slice(0, charactersOfEach)),
  );
}

describe('A large summary', () => {
  it('lets everything else have its turn while it is planned and begun', async () => {
    const [spec, sources] = [specOf(), manyFiles()];
    const planned = await turnsDuring(() =>
      planSummary(
        spec,
        sources,
        () => smallTier,
        () => new Map(),
      ),
    );
    assert.equal(planned.result.pieces, fileCount);
    assert.ok(planned.turns >= fewestTurns, `${planned.turns} turns of planning`);
    const asker = new ScriptedAsker({ reply: () => 'It counts.' });
    // Until the first of them is asked about: what comes after that waits for answers anyway.
    const begun = Promise.withResolvers<void>();
    const ask = asker.ask.bind(asker);
    asker.ask = (question) => {
      begun.resolve();
      return ask(question);
    };
    const running = run({ spec, sources, asker });
    const { turns } = await turnsDuring(() => begun.promise);
    assert.ok(turns >= fewestTurns, `${turns} turns before the first question`);
    assertDone(await running);
  });

  it('takes no turns for a little', async () => {
    const { turns, result } = await turnsDuring(() =>
      mapInTurns(
        [1, 2, 3],
        () => 1_000,
        (each) => each * 2,
      ),
    );
    assert.deepEqual([turns, result], [0, [2, 4, 6]]);
  });
});
