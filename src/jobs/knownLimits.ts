import { limitGroupOf } from '../client/limitGroups';
import type { LaneSnapshot, UserLimits } from '../client/types';
import type { KnownLimits } from './program';

/** What holds for a model by what its lane is known to have and by the person's own caps, whichever is less. */
export function knownLimits(model: string, lanes: readonly LaneSnapshot[], caps: UserLimits): KnownLimits {
  const lane = laneOf(model, lanes);
  return {
    requestsPerMinute: lesser(lane?.requests?.limit, caps.requestsPerMinute),
    inputTokensPerMinute: lesser(lane?.inputTokens?.limit, caps.inputTokensPerMinute),
    outputTokensPerMinute: lesser(lane?.outputTokens?.limit, caps.outputTokensPerMinute),
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
