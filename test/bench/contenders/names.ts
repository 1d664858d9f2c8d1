/** What the tables call them, in the order of the tables. */
export const contenderTitles = {
  sluice: 'Sluice',
  sdk: 'SDK, 2 retries',
  'p-limit': 'p-limit(4)',
  'p-queue': 'p-queue at RPM',
  bottleneck: 'static Bottleneck',
  'global-pause': 'global pause',
  'llm-throttle': 'llm-throttle',
} as const;

export type ContenderName = keyof typeof contenderTitles;

export const contenderNames: readonly ContenderName[] = Object.keys(contenderTitles).filter(
  (name): name is ContenderName => name in contenderTitles,
);
