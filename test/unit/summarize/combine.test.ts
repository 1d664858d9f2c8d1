import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Asker } from '../../../src/summarize/asker';
import { combine } from '../../../src/summarize/combine';
import { ScriptedClient, type ScriptedRun } from '../scriptedClient';

/** So small a cap that no two summaries fit together: bundles are pairs. */
const tinyCap = 10;

function setup(onSend: (run: ScriptedRun) => void = () => {}, inputTokenCap?: number) {
  const client = new ScriptedClient(onSend);
  const { signal } = new AbortController();
  const model = 'claude-sonnet-5-5';
  const asker = new Asker(client, { model, priority: 'normal', source: 's', inputTokenCap, signal }, () => {});
  return { client, asker };
}

/** The summaries that a request puts together. */
function combinedIn({ prompt }: ScriptedRun): string[] {
  return /<text>\n(.*)\n<\/text>$/s.exec(prompt)?.[1]?.split('\n\n---\n\n') ?? assert.fail('Nothing is quoted');
}

describe('Combining summaries', () => {
  it('takes one request where they fit', async () => {
    const { client, asker } = setup((run) => run.finish('all'));
    assert.deepEqual(await combine(asker, 'src', ['one', 'two', 'three']), { text: 'all', isCut: false });
    assert.deepEqual(client.runs.map(combinedIn), [['one', 'two', 'three']]);
  });

  it('takes none for a single summary, and none for none', async () => {
    const { client, asker } = setup();
    assert.equal((await combine(asker, 'src', ['only'])).text, 'only');
    assert.equal((await combine(asker, 'src', [])).text, '');
    assert.equal(client.runs.length, 0);
  });

  it('goes in rounds where they do not fit, neighbours together, and lets one that is left over pass as it is', async () => {
    const { client, asker } = setup((run) => run.finish(combinedIn(run).join('')), tinyCap);
    assert.equal((await combine(asker, 'src', ['a', 'b', 'c', 'd', 'e'])).text, 'abcde');
    assert.deepEqual(client.runs.map(combinedIn), [
      ['a', 'b'],
      ['c', 'd'],
      ['ab', 'cd'],
      ['abcd', 'e'],
    ]);
  });

  it('says when an answer of any round was cut at its length limit', async () => {
    const { asker } = setup((run) => {
      const parts = combinedIn(run);
      run.finish(parts.join(''), parts.includes('c') ? 'max_tokens' : 'end_turn');
    }, tinyCap);
    assert.deepEqual(await combine(asker, 'src', ['a', 'b', 'c', 'd']), { text: 'abcd', isCut: true });
  });

  it('always comes to an end, even where answers are longer than what they sum up', async () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 20 });
    const answers = fc.integer({ min: 1, max: 200 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 300 }), answers, async (sizes, cap, answerLength) => {
        let count = 0;
        const { asker } = setup((run) => {
          count += 1;
          assert.ok(count <= 2 * sizes.length + 10, 'the rounds do not shrink');
          run.finish('x'.repeat(answerLength));
        }, cap);
        await combine(
          asker,
          'src',
          sizes.map((size) => 'y'.repeat(size)),
        );
      }),
    );
  });
});
