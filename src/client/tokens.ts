import { measureContent, readComposition } from './content';
import type { Composition } from './content';
import { ContentRates } from './contentRates';
import { RememberedSources } from './rememberedSources';
import type { RequestBody } from './types';

/** Characters of an answer that make one token, as long as nothing else is known of it. */
const outputCharactersPerToken = 3.8;

/** Models since 4.7 count roughly 30 % more tokens for the same text; one that is not known is taken for a new one. */
const newTokenizerFactor = 1.3;
const oldTokenizerModels: ReadonlySet<string> = new Set([
  'claude-opus-4-5',
  'claude-opus-4-6',
  'claude-sonnet-4-5',
  'claude-sonnet-4-6',
  'claude-haiku-4-5',
]);

/** How far off the first guess may be, as a share. */
const initialDeviation = 0.2;
/** Reports never agree so well that no spread is left. */
const smallestDeviation = 0.01;
/** Weight of the newest report: some twenty of them are remembered. */
const learningRate = 0.1;
/** What the first guess at the spread counts for beside the reports: one or two that agree prove little. */
const pseudoReports = 0.5;
/** Admitting at the mean plus this many deviations is short about one time in a hundred, and costs next to nothing. */
const admissionDeviations = 2.5;
/** For what must not be exceeded: short about one time in a thousand… */
const cautiousDeviations = 3;
/** …and never closer than this share, however well the reports agreed so far. */
const cautiousMargin = 0.1;

/** More than this times as much as our own count, or as little, is no report of a text. */
const mostRatio = 100;

/** With so many reports a source is known better than by its content alone. */
const provenReports = 3;

/** How far requests lie from what is expected of them. */
interface Spread {
  /** The square of a share. */
  readonly variance: number;
  readonly reports: number;
}

const noReports: Spread = { variance: initialDeviation ** 2, reports: 0 };

interface ModelCalibration {
  readonly rates: ContentRates;
  spread: Spread;
}

/** What a source's requests were on average. Its content counts as in all of the model's; what is left is its own. */
interface SourceCalibration extends Spread {
  readonly parts: Float64Array;
  readonly ratio: number;
}

/** Tokens for one of our own count, and how far off that may be, as the square of a share of it. */
interface Expectation {
  readonly ratio: number;
  readonly variance: number;
}

/**
 * Estimates the input of a request from what it is made of, and learns from what the API reports: what each class of
 * content costs in a model, and how a source differs from that. Without a composition an input is taken for English
 * prose. Never throws.
 */
export class TokenEstimator {
  readonly #models = new RememberedSources<ModelCalibration>();
  readonly #sources = new RememberedSources<SourceCalibration>();
  /** The same request is asked about several times in a row. */
  #last:
    | (Expectation & { readonly model: string; readonly source: string; readonly composition: Composition })
    | undefined;

  /** What an input of so many raw tokens costs on average. */
  expect(rawTokens: number, model: string, source: string, composition: Composition = ''): number {
    return rawTokens * this.#of(model, source, composition).ratio;
  }

  /** What to reserve for an input of so many raw tokens: the mean and a margin for its spread. */
  estimate(rawTokens: number, model: string, source: string, composition: Composition = ''): number {
    const { ratio, variance } = this.#of(model, source, composition);
    return Math.ceil(rawTokens * ratio * (1 + admissionDeviations * Math.sqrt(variance)));
  }

  /** What an input of so many raw tokens will hardly exceed. */
  estimateCautiously(rawTokens: number, model: string, source: string, composition: Composition = ''): number {
    const { ratio, variance } = this.#of(model, source, composition);
    return Math.ceil(rawTokens * ratio * (1 + Math.max(cautiousDeviations * Math.sqrt(variance), cautiousMargin)));
  }

  /** Told with each answer's whole input, cache reads and writes included. */
  calibrate(
    rawTokens: number,
    model: string,
    source: string,
    actualTokens: number,
    composition: Composition = '',
  ): void {
    if (!(rawTokens > 0 && actualTokens > 0)) return;
    const reported = actualTokens / rawTokens / factorOf(model);
    const actual = Math.min(Math.max(reported, 1 / mostRatio), mostRatio);
    const parts = readComposition(composition);
    const ofModel = this.#models.get(model) ?? { rates: new ContentRates(), spread: noReports };
    const key = keyOf(model, source);
    const ofSource = this.#sources.get(key);
    const uncertainty = ofModel.rates.varianceOf(parts);
    const modelError = actual / ofModel.rates.ratioOf(parts) - 1;
    const sourceError = ofSource ? actual / ratioOfSource(ofModel.rates, ofSource, parts) - 1 : 0;
    ofModel.rates.learn(parts, actual);
    ofModel.spread = learnSpread(ofModel.spread, modelError, uncertainty);
    this.#models.set(model, ofModel);
    this.#last = undefined;
    const spread = learnSpread(ofSource ?? noReports, sourceError, uncertainty);
    const weight = Math.max(learningRate, 1 / spread.reports);
    const average = (before: number | undefined, now: number) => (before ?? now) + weight * (now - (before ?? now));
    this.#sources.set(key, {
      ...spread,
      ratio: average(ofSource?.ratio, actual),
      parts: parts.map((part, each) => average(ofSource?.parts[each], part)),
    });
  }

  #of(model: string, source: string, composition: Composition): Expectation {
    const last = this.#last;
    if (last?.model === model && last.source === source && last.composition === composition) return last;
    const found = { ...this.#find(model, source, composition), model, source, composition };
    this.#last = found;
    return found;
  }

  #find(model: string, source: string, composition: Composition): Expectation {
    const factor = factorOf(model);
    const ofModel = this.#models.get(model);
    if (!ofModel) return { ratio: factor, variance: initialDeviation ** 2 };
    const parts = readComposition(composition);
    const { rates, spread } = ofModel;
    const ofSource = this.#sources.get(keyOf(model, source));
    const isProven = ofSource !== undefined && ofSource.reports >= provenReports;
    // What is not known of a class is no more than what is not known of a model.
    const uncertainty = Math.min(rates.varianceOf(parts), initialDeviation ** 2);
    return {
      ratio: factor * (isProven ? ratioOfSource(rates, ofSource, parts) : rates.ratioOf(parts)),
      // Not the sum: what was uncertain of the content is in the errors of those that were sent.
      variance: Math.max((isProven ? ofSource : spread).variance, uncertainty),
    };
  }
}

function keyOf(model: string, source: string): string {
  return `${model}\n${source}`;
}

function factorOf(model: string): number {
  return oldTokenizerModels.has(model) ? 1 : newTokenizerFactor;
}

function ratioOfSource(rates: ContentRates, source: SourceCalibration, parts: Float64Array): number {
  return source.ratio * (rates.ratioOf(parts) / rates.ratioOf(source.parts));
}

/** @param uncertainty what was not known of the content before: it says nothing of how far requests lie apart */
function learnSpread(known: Spread, error: number, uncertainty: number): Spread {
  const reports = known.reports + 1;
  const squared = known.reports === 0 ? 0 : (error ** 2 * known.variance) / (known.variance + uncertainty);
  const weight = Math.max(learningRate, 1 / (reports + pseudoReports));
  const variance = (1 - weight) * (known.variance + weight * squared);
  return { variance: Math.max(variance, smallestDeviation ** 2), reports };
}

/** Tokens of an input by what it is made of, before any calibration. */
export function countRawTokens(request: Pick<RequestBody, 'system' | 'messages'>): number {
  return measureContent(request).rawTokens;
}

/** Output so far, while only its characters are known. */
export function tokensOfOutput(characters: number): number {
  return characters / outputCharactersPerToken;
}
