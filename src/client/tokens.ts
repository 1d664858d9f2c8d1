import { RememberedSources } from './rememberedSources';
import type { ContentBlock, RequestBody } from './types';

/**
 * Characters that make one token of the older models. English prose has about 4, code about 3; letters beyond ASCII
 * are often a token each. A first guess only: calibrated by what the API reports.
 */
const asciiPerToken = 3.8;
const otherPerToken = 1.5;
/** Role markers and framing of one message. */
const tokensPerMessage = 6;
/** An image at the largest size the API keeps, about 1.15 megapixels. https://platform.claude.com/docs/en/build-with-claude/vision */
const tokensPerImage = 1_600;
/** A page of a PDF is charged as text and as image, and takes some 50 kB in the request. */
const documentCharactersPerToken = 20;

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

/** With so many reports a source's own kind of text is known better than its model's average. */
const provenReports = 3;

interface Calibration {
  readonly ratio: number;
  readonly variance: number;
  readonly reports: number;
}

/** Estimates the input of a request from its characters, and learns from what the API reports. Never throws. */
export class TokenEstimator {
  readonly #models = new Map<string, Calibration>();
  readonly #sources = new RememberedSources<Calibration>();

  /** What an input of so many raw tokens costs on average. */
  expect(rawTokens: number, model: string, source: string): number {
    return rawTokens * this.#of(model, source).ratio;
  }

  /** What to reserve for an input of so many raw tokens: the mean and a margin for its spread. */
  estimate(rawTokens: number, model: string, source: string): number {
    const { ratio, variance } = this.#of(model, source);
    return Math.ceil(rawTokens * (ratio + admissionDeviations * Math.sqrt(variance)));
  }

  /** What an input of so many raw tokens will hardly exceed. */
  estimateCautiously(rawTokens: number, model: string, source: string): number {
    const { ratio, variance } = this.#of(model, source);
    return Math.ceil(rawTokens * (ratio + Math.max(cautiousDeviations * Math.sqrt(variance), cautiousMargin * ratio)));
  }

  /** Told with each answer's whole input, cache reads and writes included. */
  calibrate(rawTokens: number, model: string, source: string, actualTokens: number): void {
    if (rawTokens <= 0 || actualTokens <= 0) return;
    const actualRatio = actualTokens / rawTokens;
    const ofModel = this.#models.get(model) ?? firstGuess(model);
    this.#models.set(model, learn(ofModel, actualRatio));
    const key = keyOf(model, source);
    const ofSource = this.#sources.get(key) ?? firstGuess(model);
    this.#sources.set(key, learn(ofSource, actualRatio));
  }

  /** What a source sends is mostly of one kind; until it has shown that, all of the model's stand for it. */
  #of(model: string, source: string): Calibration {
    const ofSource = this.#sources.get(keyOf(model, source));
    if (ofSource && ofSource.reports >= provenReports) return ofSource;
    return this.#models.get(model) ?? firstGuess(model);
  }
}

function keyOf(model: string, source: string): string {
  return `${model}\n${source}`;
}

function firstGuess(model: string): Calibration {
  const ratio = oldTokenizerModels.has(model) ? 1 : newTokenizerFactor;
  return { ratio, variance: (initialDeviation * ratio) ** 2, reports: 0 };
}

function learn(known: Calibration, actualRatio: number): Calibration {
  // How far the guess was off is the model's, and says nothing of how far its requests lie apart.
  const isFirst = known.reports === 0;
  const before = isFirst ? actualRatio : known.ratio;
  const variance = isFirst ? (initialDeviation * actualRatio) ** 2 : known.variance;
  const error = actualRatio - before;
  const reports = known.reports + 1;
  // The first reports count in full, or a wrong guess would linger.
  const ratio = before + Math.max(learningRate, 1 / reports) * error;
  const weight = Math.max(learningRate, 1 / (reports + pseudoReports));
  const spread = (1 - weight) * (variance + weight * error * error);
  return { ratio, variance: Math.max(spread, (smallestDeviation * ratio) ** 2), reports };
}

/** Tokens of an input by its characters alone, before any calibration. */
export function countRawTokens({ system, messages }: Pick<RequestBody, 'system' | 'messages'>): number {
  let tokens = system === undefined ? 0 : tokensOfContent(system);
  for (const { content } of messages) tokens += tokensPerMessage + tokensOfContent(content);
  return tokens;
}

/** Output so far, while only its characters are known. */
export function tokensOfOutput(characters: number): number {
  return characters / asciiPerToken;
}

function tokensOfContent(content: string | readonly ContentBlock[]): number {
  if (typeof content === 'string') return tokensOfText(content);
  return content.reduce((sum, block) => sum + tokensOfBlock(block), 0);
}

function tokensOfBlock(block: ContentBlock): number {
  if (block.type === 'text' && typeof block['text'] === 'string') return tokensOfText(block['text']);
  if (block.type === 'image') return tokensPerImage;
  const json = JSON.stringify(block) ?? '';
  return block.type === 'document' ? json.length / documentCharactersPerToken : tokensOfText(json);
}

function tokensOfText(text: string): number {
  const other = countOther(text);
  return (text.length - other) / asciiPerToken + other / otherPerToken;
}

/** Code units beyond ASCII. Whole pieces without any are passed over by machine words: forecasts read long texts often. */
function countOther(text: string): number {
  let other = 0;
  for (let start = 0; start < text.length; start += pieceLength) {
    const piece = text.slice(start, start + pieceLength);
    if (Buffer.byteLength(piece) === piece.length) continue;
    for (let index = 0; index < piece.length; index++) if (piece.charCodeAt(index) > 127) other++;
  }
  return other;
}

const pieceLength = 16_384;
