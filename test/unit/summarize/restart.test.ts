import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ClientError } from '../../../src/client/errors';
import type { JobSource } from '../../../src/jobs/job';
import type { KnownLimits } from '../../../src/jobs/program';
import { keyOf, type Answer, type QuestionRequest } from '../../../src/jobs/question';
import { subjects, type SummarySpec } from '../../../src/summarize/spec';
import { createRandom } from '../../support/random';
import { ScriptedAsker, type Reply } from './scriptedAsker';
import { codeOf, noLimits, obedient, run, smallTier, sourceOf, specOf } from './summaryJob';

interface Case {
  readonly spec: SummarySpec;
  readonly sources: readonly JobSource[];
  readonly knowsLimits: boolean;
}

function caseOf(seed: number): Case {
  const random = createRandom(seed);
  const subject = subjects[Math.floor(random() * subjects.length)] ?? 'files';
  const count = subject === 'files' ? Math.ceil(random() * 40) : 1;
  const largest = subject === 'files' ? 8_000 : 100_000;
  const sources = Array.from({ length: count }, (_, at) =>
    sourceOf(`src/${at % 4}/${at}.${at % 2 ? 'ts' : 'md'}`, codeOf(random, 50 + random() ** 2 * largest)),
  );
  return { spec: specOf({ subject }), sources, knowsLimits: random() < 0.7 };
}

/** Now and then an answer that cannot be read, one that is refused, and one that is too large: always for the same. */
function moody(request: QuestionRequest): Reply {
  const mood = Number.parseInt(keyOf(request).slice(0, 4), 16) % 20;
  if (mood === 0) return obedient(request).replace(/<\/summary/, '<');
  if (mood === 1) return new ClientError('invalid', 'odd');
  if (mood === 2) return new ClientError('tooLarge', 'too much');
  return obedient(request);
}

/** As a window learns them: with the first answer. */
function limitsFor({ knowsLimits }: Case, asker: ScriptedAsker): () => KnownLimits {
  return () => (knowsLimits || asker.paid.length > 0 ? smallTier : noLimits);
}

const outcomes = async (started: ReturnType<typeof run>) =>
  started.then(
    ({ result, isComplete }) => ({ result, isComplete }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : '' }),
  );

async function assertSameAfterStops(seed: number, stops: readonly number[]): Promise<void> {
  const given = caseOf(seed);
  const { spec, sources } = given;
  const straight = new ScriptedAsker({ reply: moody, seed });
  const expected = await outcomes(run({ spec, sources, asker: straight, limits: limitsFor(given, straight) }));

  const answers = new Map<string, Answer>();
  const decisions = new Map<string, string>();
  const paid: string[] = [];
  for (const stopAfter of stops) {
    const asker = new ScriptedAsker({ reply: moody, answers, seed: seed + stopAfter, stopAfter });
    const ended = outcomes(run({ spec, sources, asker, decisions, limits: limitsFor(given, asker) }));
    await Promise.race([asker.stopped, ended]);
    paid.push(...asker.paid.map(keyOf));
  }
  const last = new ScriptedAsker({ reply: moody, answers, seed: seed + 99 });
  const actual = await outcomes(run({ spec, sources, asker: last, decisions, limits: limitsFor(given, last) }));
  paid.push(...last.paid.map(keyOf));
  assert.deepEqual(actual, expected);
  assert.deepEqual(paid.toSorted(), [...new Set(paid)].toSorted(), 'nothing is paid for twice');
  assert.deepEqual(paid.toSorted(), straight.paid.map(keyOf).toSorted(), 'and nothing but what is needed');
}

const withoutSecond = (request: QuestionRequest) => obedient(request).replace(/<summary id="2">.*<\/summary>\n?/, '');

describe('A summary that is stopped and goes on', () => {
  it('asks for what is not answered yet, and comes out the same', async () => {
    const stops = fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 4 });
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 10_000 }), stops, assertSameAfterStops), {
      numRuns: 60,
    });
  }).timeout(60_000);

  it('asks alone for what one answer to several left open, also when it was stopped in between', async () => {
    const sources = Array.from({ length: 14 }, (_, at) => sourceOf(`src/${at}.ts`, `const x${at} = ${at};`));
    const answers = new Map<string, Answer>();
    const decisions = new Map<string, string>();
    const paid: string[] = [];
    for (;;) {
      const asker = new ScriptedAsker({ reply: withoutSecond, answers, stopAfter: 1, seed: paid.length });
      const ran = run({ spec: specOf(), sources, asker, decisions });
      const ended = await Promise.race([asker.stopped, ran]);
      paid.push(...asker.paid.map(keyOf));
      if (ended) {
        assert.equal(ended.draft.sections.length, sources.length);
        break;
      }
    }
    assert.equal(new Set(paid).size, paid.length);
    assert.ok(paid.length < sources.length, `${paid.length} requests`);
  });
});
