import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { measureContent, measureTextExactly } from '../../../src/client/content';
import { countRawTokens, TokenEstimator } from '../../../src/client/tokens';
import { measureErrors, shareOf } from '../../bench/tokens/errors';
import { createByCharacters, createSluice } from '../../bench/tokens/subjects';
import { readTexts, textKinds } from '../../bench/tokens/texts';
import { tokenizers } from '../../bench/tokens/tokenizers';

const model = 'claude-sonnet-5-5';

/** Long enough for the frame of a message not to matter. */
const repetitions = 20;
const prose =
  'The harbour master wrote down that the ferry had come in late, as it did on most nights of that winter. '.repeat(
    repetitions,
  );
const code =
  'for (const [key, value] of entries) if (value !== undefined) result.push({ key, value: value * 2 });\n'.repeat(
    repetitions,
  );
const russian = 'Начальник порта записал, что паром пришёл поздно, как почти каждую ночь той зимы. '.repeat(
  repetitions,
);

const measure = (content: string) => measureContent({ messages: [{ role: 'user', content }] });
const countOf = (content: string) => countRawTokens({ messages: [{ role: 'user', content }] });

function learn(estimator: TokenEstimator, text: string, factor: number, source: string): void {
  const { rawTokens, composition } = measure(text);
  estimator.calibrate(rawTokens, model, source, Math.round(rawTokens * factor), composition);
}

/** The factor on our own count that is expected, and the one that is reserved. */
function factorsOf(estimator: TokenEstimator, text: string, source: string) {
  const { rawTokens, composition } = measure(text);
  return {
    expected: estimator.expect(rawTokens, model, source, composition) / rawTokens,
    reserved: estimator.estimate(rawTokens, model, source, composition) / rawTokens,
  };
}

function assertNear(actual: number, expected: number, tolerance = 0.05): void {
  assert.ok(Math.abs(actual / expected - 1) <= tolerance, `${actual} instead of ${expected}`);
}

describe('the expectation after ten requests of a job over a mixture of texts', () => {
  const sample = { kinds: textKinds, seeds: 4, requests: 20 };
  /** The texts are read once, for both tokenizers. */
  let texts: ReturnType<typeof readTexts> | undefined;

  for (const [name, countTokens] of Object.entries(tokenizers)) {
    it(`is off by 5 % at most in half of the cases, counted by ${name}; by characters alone it is not`, () => {
      texts ??= readTexts();
      const [sluice, byCharacters] = measureErrors(texts, sample, countTokens, [createSluice, createByCharacters]);
      const median = shareOf(sluice ?? [], 0.5);
      assert.ok(median <= 0.05, `${median}`);
      assert.ok(shareOf(byCharacters ?? [], 0.5) > 0.05);
    }).timeout(30_000);
  }
});

describe('a count of raw tokens', () => {
  it('is more for code than for as much prose, and for other scripts than for either', () => {
    const [ofProse, ofCode, ofRussian] = [prose, code, russian].map((text) => countOf(text.slice(0, 1_000)));
    assert.ok((ofProse ?? 0) * 1.3 < (ofCode ?? 0) && (ofCode ?? 0) < (ofRussian ?? 0));
  });

  it('of two texts is that of both together, but for where they meet', () => {
    const texts = [prose, code, russian, '漢字かな', 'é', '🙂', '0x00ff', '\t\t', '\n', '12', 'a', 'B', '};'];
    for (const one of texts) {
      for (const other of texts) {
        const apart = countOf(one) + countOf(other) - countOf('');
        assert.ok(Math.abs(countOf(one + other) - apart) < 3, JSON.stringify([one, other]));
      }
    }
  });

  it('of a long text that is looked at here and there is close to what all of it says, also where it changes', () => {
    const stretch = fc.tuple(fc.constantFrom(prose, code, russian), fc.integer({ min: 20_000, max: 300_000 }));
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 3 }), (stretches) => {
        const text = stretches.map(([piece, length]) => piece.repeat(length / piece.length)).join('');
        assertNear(countOf(text), measureTextExactly(text).rawTokens, 0.08);
      }),
      { numRuns: 40 },
    );
  });

  it('reads only some of a very long text', () => {
    const blank = ' '.repeat(100_000);
    const usual = countOf(blank);
    const places = Array.from({ length: 100 }, (_, index) => index * 1_000 + 500);
    const isSeen = (at: number) => countOf(`${blank.slice(0, at)}漢${blank.slice(at + 1)}`) > usual + 0.5;
    const seen = places.filter(isSeen).length;
    assert.ok(seen > 0 && seen < places.length / 4, `${seen} of ${places.length}`);
  });

  it('comes with what the text is made of, in a string that is small while a request waits', () => {
    const { composition } = measure(`${prose}${code}${russian}`);
    assert.ok(composition.length < 24 && Buffer.from(composition, 'latin1').toString('latin1') === composition);
    assert.notEqual(measure(prose).composition, measure(code).composition);
  });
});

describe('token estimates by content', () => {
  it('are right for each kind of text of a job that sends several', () => {
    const estimator = new TokenEstimator();
    for (let each = 0; each < 5; each++) {
      learn(estimator, prose, 1, 'job');
      learn(estimator, code, 1.6, 'job');
      learn(estimator, russian, 0.5, 'job');
    }
    assertNear(factorsOf(estimator, prose, 'job').expected, 1);
    assertNear(factorsOf(estimator, code, 'job').expected, 1.6);
    assertNear(factorsOf(estimator, russian, 'job').expected, 0.5);
  });

  it('are right for a mixture of what came one by one', () => {
    const estimator = new TokenEstimator();
    for (let each = 0; each < 5; each++) {
      learn(estimator, prose, 1, 'job');
      learn(estimator, russian, 0.5, 'job');
    }
    const whole = measure(prose + russian).rawTokens;
    const expected = (measure(prose).rawTokens + measure(russian).rawTokens * 0.5) / whole;
    assertNear(factorsOf(estimator, prose + russian, 'job').expected, expected);
  });

  it('of one source serve another, until it has shown that it differs', () => {
    const estimator = new TokenEstimator();
    for (let each = 0; each < 5; each++) learn(estimator, russian, 0.5, 'one');
    assertNear(factorsOf(estimator, russian, 'other').expected, 0.5);
    for (let each = 0; each < 3; each++) learn(estimator, russian, 0.6, 'other');
    assertNear(factorsOf(estimator, russian, 'other').expected, 0.6, 0.001);
  });

  it('reserve more for what the model has not been sent before', () => {
    const estimator = new TokenEstimator();
    for (let each = 0; each < 20; each++) learn(estimator, prose, 1.1, 'job');
    const known = factorsOf(estimator, prose, 'job');
    const unknown = factorsOf(estimator, russian, 'job');
    assert.ok(known.reserved / known.expected < 1.1);
    assert.ok(unknown.reserved / unknown.expected > 1.4);
  });

  it('follow a model whose count has changed', () => {
    const estimator = new TokenEstimator();
    for (let each = 0; each < 100; each++) learn(estimator, prose, 1, 'job');
    for (let each = 0; each < 30; each++) learn(estimator, prose, 1.5, 'job');
    assertNear(factorsOf(estimator, prose, 'job').expected, 1.5);
  });

  it('are a number above nothing, whatever has been reported', () => {
    const report = fc.record({
      text: fc.constantFrom('', prose, code, russian, '漢字かな', '🙂', '0x00ff '.repeat(9)),
      tokens: fc.oneof(fc.double(), fc.integer({ min: 0, max: 1e9 })),
      raw: fc.oneof(fc.double(), fc.integer({ min: 0, max: 1e6 })),
      composition: fc.oneof(fc.constant(undefined), fc.string({ maxLength: 20 })),
    });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 60 }), (reports) => {
        const estimator = new TokenEstimator();
        for (const { text, tokens, raw, composition } of reports) {
          estimator.calibrate(raw, model, 'job', tokens, composition ?? measure(text).composition);
          for (const each of [prose, text]) {
            const { expected, reserved } = factorsOf(estimator, each, 'job');
            assert.ok(expected > 0 && reserved >= expected && Number.isFinite(reserved), `${expected}, ${reserved}`);
          }
        }
      }),
    );
  });

  it('are forgotten of the model that reported longest ago, when there are very many', () => {
    const estimator = new TokenEstimator();
    const expected = (name: string) => estimator.expect(1_000, name, '');
    estimator.calibrate(1_000, 'model first', '', 2_000);
    assert.notEqual(expected('model first'), expected('model unknown'));
    for (let each = 0; each < 500; each++) estimator.calibrate(1_000, `model ${each}`, '', 2_000);
    assert.equal(expected('model first'), expected('model unknown'));
  });
});
