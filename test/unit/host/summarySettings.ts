import type { SummarySettings } from '../../../src/host/settings';

/** As nobody has set anything, and kept nowhere. */
export const usualSummaries: SummarySettings = {
  preset: 'standard',
  ownPrompt: '',
  language: '',
  mapModel: '',
  delivery: 'direct',
  underPressure: 'ask',
  isSaved: false,
  retentionDays: undefined,
};
