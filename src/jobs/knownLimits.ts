import { limitGroupOf } from '../client/limitGroups';
import type { LaneSnapshot, ModelLimits, UserLimits } from '../client/types';
import type { KnownLimits } from './program';

/** What holds for a model by what is told of it and by the person's own caps, whichever is less. */
export function knownLimits(told: ModelLimits | undefined, caps: UserLimits): KnownLimits {
  return {
    requestsPerMinute: lesser(told?.requestsPerMinute, caps.requestsPerMinute),
    inputTokensPerMinute: lesser(told?.inputTokensPerMinute, caps.inputTokensPerMinute),
    outputTokensPerMinute: lesser(told?.outputTokensPerMinute, caps.outputTokensPerMinute),
    isCapOnly: told?.inputTokensPerMinute === undefined,
  };
}

export function laneOf(model: string, lanes: readonly LaneSnapshot[]): LaneSnapshot | undefined {
  const group = limitGroupOf(model);
  return lanes.find((lane) => lane.group === group);
}

function lesser(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
