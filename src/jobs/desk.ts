import type { Disposable, Priority } from '../client/types';
import type { Delivery, Easing, Job, JobSource, NewJob } from './job';

/** A request of a job that is with the client now, in this window. */
export interface JobRequest {
  readonly label: string;
  readonly state: 'queued' | 'waiting' | 'parked' | 'retrying' | 'running' | 'batch';
  /** In the client's queue, from 1. */
  readonly position: number | undefined;
  /** Of the wait; as in the client's events. */
  readonly reason: string | undefined;
  readonly until: number | undefined;
  readonly startedAt: number | undefined;
}

/** A job as it stands. */
export interface JobView extends Job {
  /** Whether this window runs it. */
  readonly isMine: boolean;
  /** Only of those that this window runs. */
  readonly requests: readonly JobRequest[];
  /** When it is expected to end; `undefined` where nothing is known. */
  readonly endsAt: number | undefined;
  /** What would help it along; empty while nothing is wrong with it. */
  readonly offers: readonly Easing[];
  /** Its answers cannot be written: nothing more is asked until they can. */
  readonly isStuck: boolean;
}

/** The jobs of all windows, and the work on those that this window runs. No method throws or rejects. */
export interface Jobs extends Disposable {
  /** Begins it, or joins the one that is under way; `undefined` when it cannot be written down. */
  start(job: NewJob, sources: readonly JobSource[]): { readonly job: Job; readonly isJoined: boolean } | undefined;
  list(): readonly JobView[];
  find(jobId: string): JobView | undefined;
  /** JSON: what there is of it by now. */
  resultOf(jobId: string): string | undefined;
  /** What is under way ends; nothing more is begun. @param until when it goes on by itself */
  pause(jobId: string, until?: number): void;
  resume(jobId: string): void;
  cancel(jobId: string): void;
  /** What has failed is asked again; what is answered is not. */
  retry(jobId: string): void;
  setPriority(jobId: string, priority: Priority): void;
  setDelivery(jobId: string, delivery: Delivery): void;
  ease(jobId: string, easing: Easing): void;
  /** Only of one that has ended. */
  remove(jobId: string): void;
  clear(): void;
  /** What waits at the client goes at once, past what the server asked to wait for. */
  sendNow(jobId: string): void;
  /** Resolves when it is not open any more, with the job as it is then; `undefined` when it is gone. */
  whenEnded(jobId: string): Promise<Job | undefined>;
  onDidChange(listener: () => void): Disposable;
  /** Before the window goes: what is held is given up, so that another window goes on at once. */
  close(): Promise<void>;
}
