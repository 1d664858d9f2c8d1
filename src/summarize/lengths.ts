import { expectTokens } from './pieceSize';

/** Some scripts take several tokens for a word, and models do not count well: the bound only stops what does not end. */
const mostTokensAWord = 5;
const spareTokens = 200;

/** Of the words they may use, models use about so many. */
const usedShare = 0.8;

/** Some words as they are in summaries of code, to learn what a word takes. */
const sample =
  'Requests that wait longer than allowed are cancelled by the queue, which tells its listeners how many attempts are ' +
  'left; headers of previous responses decide when the following request starts.';
const sampleWords = sample.split(' ').length;

export function maxTokensFor(words: number): number {
  return words * mostTokensAWord + spareTokens;
}

/** What an answer of at most so many words is expected to take. */
export function expectAnswerTokens(words: number, model: string): number {
  const aWord = (expectTokens(sample, model) - expectTokens('', model)) / sampleWords;
  return words * usedShare * aWord;
}
