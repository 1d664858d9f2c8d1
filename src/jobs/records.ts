import type { Job, JobChange, JobCost, JobSource, NewJob } from './job';
import type { Answer } from './question';

export interface KeptAnswer extends Answer {
  /** Of its question, or of the request of a bundle. */
  readonly key: string;
}

/**
 * A batch that was handed to the API, or is about to be. It is written down before it is sent: should the window end in
 * between, the next one looks for it at the API before it sends anything.
 */
export interface BatchRecord {
  /** Ours, made before it is sent. */
  readonly token: string;
  readonly jobId: string;
  /** The API's; `undefined` until it has answered. */
  readonly batchId: string | undefined;
  /** Whose limits and account it belongs to: only the same may ask for it. */
  readonly keyId: string;
  readonly createdAt: number;
  /** `custom_id` of each entry: the key of its request. */
  readonly customIds: readonly string[];
}

/**
 * What the work on jobs needs of whatever keeps it: the store. Every method is synchronous, a transaction of its own, and
 * throws `StoreError` (which is known by its `reason`) with nothing written. Names of windows come from the store itself.
 */
export interface JobRecords {
  /** Where an open job has the same identity, that one, with nothing written. */
  add(job: NewJob, sources: readonly JobSource[]): { readonly job: Job; readonly isNew: boolean };
  /** Open ones first, then by their beginning, newest first. */
  list(): readonly Job[];
  find(jobId: string): Job | undefined;
  /** @returns `undefined` when it is not there */
  specOf(jobId: string): string | undefined;
  /** Empty when the job has ended and has nothing that could be tried again. */
  sourcesOf(jobId: string): readonly JobSource[];
  resultOf(jobId: string): string | undefined;
  /**
   * Nothing of one that is done, and not the state of one that was cancelled: what was written late must not bring it back.
   *
   * @returns `undefined` when it is not there any more, or done
   */
  change(jobId: string, change: JobChange): Job | undefined;
  /** With all that belongs to it; answers stay until they are pruned. */
  remove(jobId: string): void;

  /**
   * Makes this window the runner, unless another window's lease holds. Also renews. False for a job that is gone, and for
   * one that is done or cancelled: there is nothing left to run of it.
   */
  lease(jobId: string, forMs: number): boolean;
  /** Gives up what this window holds of a job, its questions included. */
  release(jobId: string): void;
  /** Of this window, when it ends. */
  releaseAll(): void;
  /**
   * Those that this window may ask now; the others are asked by another window, whose lease holds. Also renews. Look at
   * `answers` once more after it: another window may have kept one since they were last looked at.
   */
  leaseQuestions(jobId: string, keys: readonly string[], forMs: number): readonly string[];
  releaseQuestions(keys: readonly string[]): void;

  /** Marks them as used, too: what is used is pruned later. */
  answers(keys: readonly string[]): ReadonlyMap<string, Answer>;
  /**
   * Together with what they cost, which is added to the job; and gives up the leases on their questions. Of two answers
   * to a question the first one stays: others may have been built on it. They are kept, too, when the job is gone.
   */
  keep(jobId: string, answers: readonly KeptAnswer[], cost: JobCost): void;
  /** What was decided under this name first, by whichever window. Throws `gone` when the job is. */
  decide(jobId: string, name: string, value: string): string;
  decisionOf(jobId: string, name: string): string | undefined;

  /** Throws `gone` when the job is. */
  addBatch(batch: BatchRecord): void;
  setBatchId(token: string, batchId: string): void;
  /** It is over, and all of it is collected. */
  removeBatch(token: string): void;
  batchesOf(jobId: string): readonly BatchRecord[];
  /** Ids of all batches that belong to some job: none of them is another one that was lost. */
  knownBatchIds(): readonly string[];

  /** Ended jobs and answers that were last used before this time. */
  prune(olderThan: number): void;
  /** All ended jobs, and all answers that no open job may need. */
  clear(): void;
}
