import type { CountRequest } from '../client/types';
import type { Job, JobSource } from './job';
import type { Asker } from './question';

/** Per minute, the person's own caps included; `undefined` while nobody has told. */
export interface KnownLimits {
  readonly requestsPerMinute: number | undefined;
  readonly inputTokensPerMinute: number | undefined;
  readonly outputTokensPerMinute: number | undefined;
  /** Nobody has told them: there is but a cap of the person's, which says only what must not be exceeded. */
  readonly isCapOnly?: boolean | undefined;
}

export interface JobContext {
  readonly job: Job;
  /** JSON, as the job has it now. */
  readonly spec: string;
  readonly sources: readonly JobSource[];
  readonly asker: Asker;
  readonly limitsOf: (model: string) => KnownLimits;
  /** For what a decision hangs on only. Rejects with `ClientError`. */
  readonly countTokens: (request: Pick<CountRequest, 'model' | 'system' | 'messages'>) => Promise<number>;
  /** What was decided under this name the first time, also by a window that is gone: a job that goes on asks the same. */
  readonly once: (name: string, decide: () => string | Promise<string>) => Promise<string>;
  /** What there is of the result by now (JSON). Costs little: may be called with each answer. */
  readonly publish: (result: string) => void;
}

export interface JobOutcome {
  /** JSON. */
  readonly result: string;
  readonly isComplete: boolean;
  /** What ended it before its time, where something did. */
  readonly failure: Error | undefined;
}

/**
 * What a job does, written as if it never stopped. It is run again from its beginning after a restart: since known answers
 * come at once, it is soon where it was. So it must ask the same whenever it is run; what depends on anything but the spec
 * and the sources goes through `once`. Rejects only where there is nothing at all.
 */
export type Program = (context: JobContext) => Promise<JobOutcome>;
