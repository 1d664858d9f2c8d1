/** Kinds of characters, and how often one follows the other in a text: all that is asked of a text to estimate it. */
const kinds = [
  'small',
  'capital',
  'digit',
  'symbol',
  'blank',
  'newline',
  'accent',
  'cyrillic',
  'otherAlphabet',
  'ideograph',
  'syllable',
  'other',
] as const;
export type Kind = (typeof kinds)[number];
/** A pair of kinds is `first << kindBits | second`. */
const kindBits = 4;
const pairCount = 1 << (2 * kindBits);
const newline = kinds.indexOf('newline');

/** Up to which code the blocks are of a kind; between two the last one goes on. */
const blocks: readonly (readonly [until: number, kind: Kind])[] = [
  [0x00c0, 'other'],
  [0x0380, 'accent'],
  [0x0400, 'otherAlphabet'],
  [0x0540, 'cyrillic'],
  [0x1e00, 'otherAlphabet'],
  [0x1f00, 'accent'],
  [0x2000, 'otherAlphabet'],
  [0x2e80, 'other'],
  [0x3040, 'ideograph'],
  [0x3100, 'syllable'],
  [0xa000, 'ideograph'],
  [0xac00, 'otherAlphabet'],
  [0xd7c0, 'syllable'],
  [0xf900, 'other'],
  [0xfb00, 'ideograph'],
  [0xfe00, 'otherAlphabet'],
  [0xff00, 'other'],
  [0x10000, 'ideograph'],
];

const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => kinds.indexOf(kindOfAscii(code)));
/** Scripts begin and end at multiples of this, or near enough. */
const blockBits = 6;
const blockKinds = Uint8Array.from({ length: 0x10000 >> blockBits }, (_, block) =>
  kinds.indexOf(kindOfBlock(block << blockBits)),
);
function kindOfAscii(code: number): Kind {
  if (code >= 97 && code <= 122) return 'small';
  if (code >= 65 && code <= 90) return 'capital';
  if (code >= 48 && code <= 57) return 'digit';
  if (code === 10 || code === 13) return 'newline';
  return code === 32 || code === 9 ? 'blank' : 'symbol';
}

function kindOfBlock(code: number): Kind {
  return blocks.find(([until]) => code < until)?.[1] ?? 'other';
}

/** Of each pair that there is. */
export function mapPairs<T>(of: (first: Kind, second: Kind, pair: number) => T): readonly T[] {
  return kinds.flatMap((first, row) => kinds.map((second, column) => of(first, second, (row << kindBits) | column)));
}

/** Longer texts are looked at here and there: forecasts read them often. */
const longestReadInFull = 32_768;
const windowLength = 1_024;
const strideLength = 8_192;

/** Used again for each text: many requests may come at once, and what they leave behind stops everyone. */
const pairs = new Float64Array(pairCount);

/** How often each pair of kinds follows each other; of a long text, about as often. Valid until the next call. */
export function countPairs(text: string, isExact: boolean): Float64Array {
  pairs.fill(0);
  if (isExact || text.length <= longestReadInFull) {
    addPairs(text, 0, text.length);
    return pairs;
  }
  let read = 0;
  // Where a window lies in its stride differs, or the lines of a table might all be met at the same column.
  let scatter = 0;
  for (let stride = 0; stride < text.length; stride += strideLength) {
    scatter = (scatter * 1_103 + 3_001) % (strideLength - windowLength);
    const from = Math.min(stride + scatter, text.length - windowLength);
    addPairs(text, from, from + windowLength);
    read += windowLength;
  }
  const factor = text.length / read;
  for (let pair = 0; pair < pairCount; pair++) pairs[pair] = (pairs[pair] ?? 0) * factor;
  return pairs;
}

function addPairs(text: string, from: number, to: number): void {
  let last = newline;
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    const kind = (code < 128 ? asciiKinds[code] : blockKinds[code >> blockBits]) ?? 0;
    const pair = (last << kindBits) | kind;
    pairs[pair] = (pairs[pair] ?? 0) + 1;
    last = kind;
  }
}
