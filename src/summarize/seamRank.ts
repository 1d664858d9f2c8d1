/** How well a text may be cut at a place; higher is better. */
export const seamRank = {
  inWord: 0,
  afterComma: 1,
  afterSpace: 2,
  afterSentence: 3,
  /** Between a head and its body, a comment and what it is about, a paragraph's end and its blank lines. */
  boundLine: 4,
  lineEnd: 5,
  shallowLineEnd: 6,
  blankLine: 7,
  deepEnd: 8,
  memberEnd: 9,
  topBlank: 10,
  topEnd: 11,
  topEndAndBlank: 12,
  /** Of the sixth level; each level above counts one more. */
  heading: 13,
  /** A place that was given, at something indented; at a heading, as many more as its level is worth. */
  given: 20,
} as const;

const headingLevels = 6;

export function headingRank(level: number): number {
  return seamRank.heading + headingLevels - level;
}
