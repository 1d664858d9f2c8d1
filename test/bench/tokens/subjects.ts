import { measureContent } from '../../../src/client/content';
import type { Content } from '../../../src/client/content';
import { TokenEstimator } from '../../../src/client/tokens';

/** An estimate that learns from what was reported. */
export interface Subject {
  expect(text: string): number;
  learn(text: string, tokens: number): void;
}

const model = 'claude-sonnet-5-5';
const source = 'job';

function measure(text: string): Content {
  return measureContent({ messages: [{ role: 'user', content: text }] });
}

export function createSluice(): Subject {
  const estimator = new TokenEstimator();
  return {
    expect: (text) => {
      const { rawTokens, composition } = measure(text);
      return estimator.expect(rawTokens, model, source, composition);
    },
    learn: (text, tokens) => {
      const { rawTokens, composition } = measure(text);
      estimator.calibrate(rawTokens, model, source, tokens, composition);
    },
  };
}

const asciiPerToken = 3.8;
const otherPerToken = 1.5;
const framingTokens = 6;
const learningRate = 0.1;

function countByCharacters(text: string): number {
  let ascii = 0;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) < 128) ascii++;
  return framingTokens + ascii / asciiPerToken + (text.length - ascii) / otherPerToken;
}

/** By the number of characters, ASCII or not, and one factor that is learned: what is usual, and what Sluice did before. */
export function createByCharacters(): Subject {
  let factor = 1;
  let reports = 0;
  return {
    expect: (text) => countByCharacters(text) * factor,
    learn: (text, tokens) => {
      reports++;
      factor += Math.max(learningRate, 1 / reports) * (tokens / countByCharacters(text) - factor);
    },
  };
}
