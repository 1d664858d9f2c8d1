import { countPairs, mapPairs } from './characterPairs';
import type { Kind } from './characterPairs';
import type { ContentBlock, RequestBody } from './types';

/**
 * What an input is made of, each with its own worth in tokens: `unit` tokens for one of it in a tokenizer of the usual
 * kind, of which `share` are expected before a model has reported any. The units were fitted to two public tokenizers
 * over source code, documents and prose in many languages. What a model really counts is learned from its reports.
 */
const contentClasses = {
  words: { unit: 0.53, share: 1 },
  letters: { unit: 0.17, share: 1 },
  capitals: { unit: 0.22, share: 1 },
  numbers: { unit: 1.35, share: 1 },
  digits: { unit: 0.08, share: 1 },
  /** Letters next to digits, as in hashes and encoded data. */
  alternations: { unit: 0.15, share: 1 },
  symbolRuns: { unit: 1.18, share: 1 },
  /** Usually a token together: `});` */
  symbols: { unit: 0.3, share: 0 },
  lines: { unit: 0.3, share: 0.2 },
  /** After another blank: indentation, tables. */
  blanks: { unit: 0.1, share: 0.2 },
  /** Words of most languages with such letters fall into more tokens than English ones: counted on them. */
  accents: { unit: 2.5, share: 1 },
  cyrillic: { unit: 0.55, share: 1 },
  otherAlphabets: { unit: 1.2, share: 1 },
  ideographs: { unit: 1.2, share: 1 },
  syllables: { unit: 1.15, share: 1 },
  otherSigns: { unit: 0.8, share: 1 },
  /** Role markers and framing of messages. */
  framing: { unit: 1, share: 1 },
  /** Images and documents, which no text tells about. */
  media: { unit: 1, share: 1 },
} as const satisfies Readonly<Record<string, { readonly unit: number; readonly share: number }>>;

type ContentClass = keyof typeof contentClasses;

const classes = Object.values(contentClasses);
export const classCount = classes.length;
/** Of each class, how much of its worth is expected before anything is known of a model. */
export const expectedShares: readonly number[] = classes.map(({ share }) => share);
const names = Object.keys(contentClasses);
const framing = names.indexOf('framing');
const media = names.indexOf('media');

const tokensPerMessage = 6;
/** An image at the largest size the API keeps, about 1.15 megapixels. https://platform.claude.com/docs/en/build-with-claude/vision */
const tokensPerImage = 1_600;
/** A page of a PDF is charged as text and as image, and takes some 50 kB in the request. */
const documentCharactersPerToken = 20;

/** What an input is worth before its model has reported anything, and what it is made of. */
export interface Content {
  readonly rawTokens: number;
  readonly composition: Composition;
}

/**
 * How much each class has of the whole, one character for one class: a hundred thousand requests may wait, and a short
 * string takes a fraction of what a list of numbers does.
 */
export type Composition = string;

/** The square root of a share in so many steps: small shares keep their proportion. */
const shareSteps = 255;

/** What a pair of characters adds to a class; flat, because it is gone through for every text. */
const worths = mapPairs((first, second, pair) =>
  classesOf(first, second).map((name) => ({ pair, each: names.indexOf(name), unit: contentClasses[name].unit })),
).flat();
const worthPairs = worths.map(({ pair }) => pair);
const worthClasses = worths.map(({ each }) => each);
const worthUnits = worths.map(({ unit }) => unit);

function isLetter(kind: Kind): boolean {
  return kind === 'small' || kind === 'capital';
}

function classesOf(first: Kind, second: Kind): readonly ContentClass[] {
  switch (second) {
    case 'small':
    case 'capital':
      return [
        'letters',
        ...(second === 'capital' ? (['capitals'] as const) : []),
        ...(isLetter(first) || first === 'accent' ? [] : (['words'] as const)),
        ...(first === 'digit' ? (['alternations'] as const) : []),
      ];
    case 'digit':
      if (first === 'digit') return ['digits'];
      return isLetter(first) ? ['digits', 'numbers', 'alternations'] : ['digits', 'numbers'];
    case 'symbol':
      return first === 'symbol' ? ['symbols'] : ['symbols', 'symbolRuns'];
    case 'blank':
      return first === 'blank' ? ['blanks'] : [];
    case 'newline':
      return ['lines'];
    case 'accent':
      return ['accents'];
    case 'cyrillic':
      return ['cyrillic'];
    case 'otherAlphabet':
      return ['otherAlphabets'];
    case 'ideograph':
      return ['ideographs'];
    case 'syllable':
      return ['syllables'];
    case 'other':
      return ['otherSigns'];
  }
}

/** Adds up what an input is made of. */
class Tally {
  readonly #worths = expectedShares.map(() => 0);

  addText(text: string, isExact = false): void {
    const pairs = countPairs(text, isExact);
    for (let index = 0; index < worthPairs.length; index++) {
      const count = pairs[worthPairs[index] ?? 0] ?? 0;
      if (count > 0) this.add(worthClasses[index] ?? 0, count * (worthUnits[index] ?? 0));
    }
  }

  addContent(content: string | readonly ContentBlock[]): void {
    if (typeof content === 'string') this.addText(content);
    else for (const block of content) this.#addBlock(block);
  }

  add(each: number, worth: number): void {
    this.#worths[each] = (this.#worths[each] ?? 0) + worth;
  }

  get content(): Content {
    let rawTokens = 0;
    let whole = 0;
    for (let each = 0; each < classCount; each++) {
      const worth = this.#worths[each] ?? 0;
      rawTokens += worth * (expectedShares[each] ?? 0);
      whole += worth;
    }
    if (!(whole > 0)) return noContent;
    let composition = '';
    for (let each = 0; each < classCount; each++) {
      composition += String.fromCharCode(Math.round(Math.sqrt((this.#worths[each] ?? 0) / whole) * shareSteps));
    }
    return { rawTokens, composition };
  }

  #addBlock(block: ContentBlock): void {
    if (block.type === 'text' && typeof block['text'] === 'string') return this.addText(block['text']);
    if (block.type === 'image') return this.add(media, tokensPerImage);
    const json = JSON.stringify(block) ?? '';
    if (block.type === 'document') return this.add(media, json.length / documentCharactersPerToken);
    return this.addText(json);
  }
}

export const noContent: Content = { rawTokens: 0, composition: '' };

/** @throws where a block cannot be written as JSON */
export function measureContent({ system, messages }: Pick<RequestBody, 'system' | 'messages'>): Content {
  const tally = new Tally();
  if (system !== undefined) tally.addContent(system);
  for (const { content } of messages) {
    tally.add(framing, tokensPerMessage);
    tally.addContent(content);
  }
  return tally.content;
}

/** Of a message of this text alone, every character of it read: for pieces that must not be larger than they may. */
export function measureTextExactly(text: string): Content {
  const tally = new Tally();
  tally.add(framing, tokensPerMessage);
  tally.addText(text, true);
  return tally.content;
}

/** English prose, for whoever has not looked at what it is. */
const unknownComposition = measureTextExactly(
  'The harbour master has written it down, as he does each night.',
).composition;

/**
 * What one token by our own count is made of: how much of each class is in it, such that what is expected of it before
 * any report is 1.
 */
export function readComposition(composition: Composition): Float64Array {
  const known = composition.length === classCount ? composition : unknownComposition;
  const parts = new Float64Array(classCount);
  let expected = 0;
  for (let each = 0; each < classCount; each++) {
    const part = (known.charCodeAt(each) / shareSteps) ** 2;
    parts[each] = part;
    expected += part * (expectedShares[each] ?? 0);
  }
  if (!(expected > 0)) return readComposition(unknownComposition);
  for (let each = 0; each < classCount; each++) parts[each] = (parts[each] ?? 0) / expected;
  return parts;
}
