import type { AttemptRecord } from '../simulator/log';
import type { Answer } from './contender';
import type { Submission, Workload } from './workload';

export interface Answered {
  readonly submission: Submission;
  /** `undefined`: neither answered nor failed when the contender was closed. */
  readonly answer: Answer | undefined;
}

/** All that is known of one contender's run through one workload; the measures are functions of it. */
export interface Trace {
  readonly workload: Workload;
  readonly seed: number;
  readonly durationMs: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** When every attempt begun in the measured time had ended and the contender was closed. */
  readonly closedAt: number;
  readonly answers: readonly Answered[];
  /** The server's log of message requests, those after the measured time included. */
  readonly attempts: readonly AttemptRecord[];
  /** Submissions that were not answered in any way even when the contender had been closed. */
  readonly neverEnded: number;
}
