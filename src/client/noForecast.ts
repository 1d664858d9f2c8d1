import type { Forecast } from './types';

/** Of a request that would not be sent at all. */
export const nothingToForecast: Forecast = {
  inputTokens: 0,
  outputTokens: 0,
  startsAt: undefined,
  reason: undefined,
  tooLarge: undefined,
};
