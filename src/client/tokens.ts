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
/** Admitting at the mean plus this many deviations is short about one time in ten, by little. */
const admissionDeviations = 1.3;
/** For what must not be exceeded: short about one time in a thousand… */
const cautiousDeviations = 3;
/** …and never closer than this share, however well the reports agreed so far. */
const cautiousMargin = 0.1;

interface Calibration {
  ratio: number;
  variance: number;
  reports: number;
}

/** Estimates the input of a request from its characters, and learns from what the API reports. Never throws. */
export class TokenEstimator {
  readonly #calibrations = new Map<string, Calibration>();

  /** What an input of so many raw tokens costs on average. */
  expect(rawTokens: number, model: string): number {
    return rawTokens * this.#of(model).ratio;
  }

  /** What to reserve for an input of so many raw tokens: the mean and a margin for its spread. */
  estimate(rawTokens: number, model: string): number {
    const { ratio, variance } = this.#of(model);
    return Math.ceil(rawTokens * (ratio + admissionDeviations * Math.sqrt(variance)));
  }

  /** What an input of so many raw tokens will hardly exceed. */
  estimateCautiously(rawTokens: number, model: string): number {
    const { ratio, variance } = this.#of(model);
    return Math.ceil(rawTokens * (ratio + Math.max(cautiousDeviations * Math.sqrt(variance), cautiousMargin * ratio)));
  }

  /** Told with each answer's whole input, cache reads and writes included. */
  calibrate(rawTokens: number, model: string, actualTokens: number): void {
    if (rawTokens <= 0 || actualTokens <= 0) return;
    const calibration = this.#of(model);
    const actualRatio = actualTokens / rawTokens;
    if (calibration.reports === 0) {
      // How far the guess was off is the model's, and says nothing of how far its requests lie apart.
      calibration.ratio = actualRatio;
      calibration.variance = (initialDeviation * actualRatio) ** 2;
    }
    const error = actualRatio - calibration.ratio;
    calibration.reports++;
    // The first reports count in full, or a wrong guess would linger.
    calibration.ratio += Math.max(learningRate, 1 / calibration.reports) * error;
    const weight = Math.max(learningRate, 1 / (calibration.reports + pseudoReports));
    calibration.variance = Math.max(
      (1 - weight) * (calibration.variance + weight * error * error),
      (smallestDeviation * calibration.ratio) ** 2,
    );
    this.#calibrations.set(model, calibration);
  }

  #of(model: string): Calibration {
    const known = this.#calibrations.get(model);
    if (known) return known;
    const ratio = oldTokenizerModels.has(model) ? 1 : newTokenizerFactor;
    return { ratio, variance: (initialDeviation * ratio) ** 2, reports: 0 };
  }
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
  let other = 0;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) other++;
  return (text.length - other) / asciiPerToken + other / otherPerToken;
}
