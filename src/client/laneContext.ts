import type { Adapter } from './adapter';
import type { Clock } from './clock';
import type { Amounts } from './dimensions';
import type { Lane } from './lane';
import type { RetryPolicy } from './retry';
import type { FailureDetails } from './task';
import type { TokenEstimator } from './tokens';
import type { RefusedKey, RememberedLimits } from './types';
import type { UserCaps } from './userCaps';

/** What the lanes of a client share. */
export interface LaneContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly caps: UserCaps;
  /** This one and the policy may be another one each time they are read. */
  readonly maxConcurrent: number | undefined;
  readonly policy: RetryPolicy;
  readonly tokens: TokenEstimator;
  /** What a limit group was seen to allow in an earlier life: a guess until the server has spoken. */
  readonly rememberedOf: (group: string) => RememberedLimits | undefined;
  readonly getApiKey: (credential: string | undefined) => Promise<string>;
  readonly onKeyRefused: ((refused: RefusedKey) => void) | undefined;
  readonly getAdapter: () => Promise<Adapter>;
  /** A lane has taken so much of what all lanes share. */
  readonly onStarted: (lane: Lane, amounts: Amounts) => void;
  /** Something that all lanes share was given back, or has become free with time: whoever is most urgent goes first. */
  readonly onFreed: () => void;
  /** The snapshot changed by more than the passing of time. */
  readonly onChanged: () => void;
  /** A spend cap holds for the organization: whoever waits would only hear the same. */
  readonly onSpendLimit: (message: string, details: FailureDetails) => void;
}
