import { sentences } from './prompts';
import type { Preset, SummarySpec } from './spec';

export type Length = SummarySpec['length'];

/** How a text is to be asked for, and how long the answer is meant to be. */
export interface Shape {
  readonly task: string;
  readonly words: number;
}

/** What a part of that many characters deserves: a sentence for a tiny file, a paragraph or two for a long one. */
const partSteps: readonly (readonly [characters: number, words: number])[] = [
  [1_200, 25],
  [6_000, 40],
  [20_000, 80],
  [Infinity, 150],
];

/** The same of a whole, as a person reads it. */
const wholeSteps: typeof partSteps = [
  [2_000, 80],
  [20_000, 180],
  [Infinity, 300],
];

/** Up to here one sentence holds it all. */
const mostOfASentence = 25;
/** Any fewer say nothing. */
const fewestWords = 15;
const shortShare = 0.5;

export function partWords(characters: number, length: Length): number {
  return byLength(stepOf(partSteps, characters), length);
}

export function byLength(words: number, length: Length): number {
  return length === 'short' ? Math.max(fewestWords, Math.round(words * shortShare)) : words;
}

function stepOf(steps: typeof partSteps, characters: number): number {
  return steps.find(([most]) => characters <= most)?.[1] ?? 0;
}

export function atMost(words: number): string {
  return words <= mostOfASentence
    ? `Use a single sentence of at most ${words} words.`
    : `Use at most ${words} words, without an introduction.`;
}

/** The last word on a summary: what a person asked for. `characters`: of all that it is about. */
export function finalShape(spec: SummarySpec, characters: number): Shape {
  const { preset, ownPrompt = '', length } = spec;
  const own = ownPrompt.trim();
  const words = byLength(presetWords[preset] ?? stepOf(wholeSteps, characters), length);
  const wish = preset === 'own' && own !== '' ? `Do it as the reader wishes: ${own}` : '';
  const task = sentences(wish === '' ? presetTasks[preset](words, length) : wish, inLanguage(spec));
  return { task, words };
}

const presetWords: Readonly<Record<Preset, number | undefined>> = {
  standard: undefined,
  threeSentences: 75,
  hundredWords: 100,
  bullets: 150,
  releaseNotes: 300,
  newcomers: 350,
  own: 400,
};

const presetTasks: Readonly<Record<Preset, (words: number, length: Length) => string>> = {
  standard: atMost,
  threeSentences: (words) => `Write exactly three sentences, at most ${words} words in all.`,
  hundredWords: (words) => `Write about ${words} words.`,
  bullets: (words, length) =>
    `Write ${length === 'short' ? 'three to five' : 'five to ten'} bullet points of one line each, the most important ` +
    `first, at most ${words} words in all.`,
  releaseNotes: (words) =>
    'Write release notes for those who use it: bullet points under the bold labels Added, Changed, Fixed and Removed, ' +
    `as far as they apply; leave out what no user notices. ${atMost(words)}`,
  newcomers: (words) =>
    'Write for somebody who is new to it: what it is for, how its parts work together, where to begin to read, and the ' +
    `words that one has to know. ${atMost(words)}`,
  own: atMost,
};

/** What the parts have to keep for the final text, where that is not what any summary keeps. */
export function lookFor({ preset }: SummarySpec): string {
  switch (preset) {
    case 'releaseNotes':
      return 'Keep what changes for those who use it: what is added, changed, fixed or removed.';
    case 'newcomers':
      return 'Keep what a newcomer needs: its purpose, how it is connected with the rest, and words of its own.';
    case 'standard':
    case 'threeSentences':
    case 'hundredWords':
    case 'bullets':
    case 'own':
      return '';
  }
}

export function inLanguage({ language = '' }: SummarySpec): string {
  return language.trim() === ''
    ? 'Use the language of the text, and English for code.'
    : `Write in this language: ${language.trim()}.`;
}
