export const dimensions = ['requests', 'inputTokens', 'outputTokens'] as const;
export type Dimension = (typeof dimensions)[number];
/** What each is called where it is limited per minute. */
export const limitNames = {
  requests: 'requestsPerMinute',
  inputTokens: 'inputTokensPerMinute',
  outputTokens: 'outputTokensPerMinute',
} as const satisfies Readonly<Record<Dimension, string>>;

export type Amounts = Readonly<Record<Dimension, number>>;

export const noAmounts: Amounts = { requests: 0, inputTokens: 0, outputTokens: 0 };

export function mapAmounts(change: (dimension: Dimension) => number): Amounts {
  return { requests: change('requests'), inputTokens: change('inputTokens'), outputTokens: change('outputTokens') };
}

export function addAmounts(one: Amounts, other: Amounts): Amounts {
  return mapAmounts((dimension) => one[dimension] + other[dimension]);
}
