import type { BatchAnswer, UserLimits } from '../client/types';
import type { JobLog } from './books';
import type { Easing } from './job';
import type { Program } from './program';
import type { JobRecords } from './records';
import type { AcquiredClient } from './surroundings';

export interface JobDeskOptions {
  /** Asked anew each time. May throw `StoreError`. */
  readonly records: () => JobRecords;
  /** Whether another window has written since it was last asked. */
  readonly hasChanged: () => boolean;
  readonly windowId: string;
  readonly program: Program;
  /**
   * Without a key, that of now. A job that meets anything but a `ClientError` here is paused, and its failure is the
   * `reason` of that error.
   */
  readonly acquire: (keyId?: string) => Promise<AcquiredClient>;
  /** The person's own caps. */
  readonly limits: () => UserLimits;
  /** Answers of batches are seen by nobody else: each is told once, when it is kept. */
  readonly account: (keyId: string, answer: BatchAnswer) => void;
  /** What to do under pressure. */
  readonly easeBySetting: () => 'ask' | 'wait' | Easing;
  readonly cheaperThan: (model: string) => string | undefined;
  /** The spec as it is then; `undefined` where that does not apply. */
  readonly applyEasing: (spec: string, easing: Easing) => string | undefined;
  readonly log: JobLog;
  readonly now: () => number;
}
