import type { Priority } from '../client/types';

/**
 * `running` means that it wants to be run: whether a window does, and what it waits for, is told by `runner` and by that
 * window. `incomplete`: it has ended and has a result, of which something is missing. `failed`: it has none.
 */
export type JobState = 'running' | 'paused' | 'done' | 'incomplete' | 'failed' | 'cancelled';

/** At the pace of the limits, or by Message Batches: half the price, and up to a day later. */
export type Delivery = 'direct' | 'batch';

/** What was done to a job so that it comes to an end sooner, or costs less. */
export type Easing = 'cheaperModel' | 'shorter' | 'batch' | 'later';

/** A text that a job works on, as it was when the job was started. Keys are taken out of it. */
export interface JobSource {
  /** As a person knows it: `src/retry.ts`. */
  readonly name: string;
  /** Where it lies, to be opened; `undefined` for what lies nowhere, such as a selection in a terminal. */
  readonly uri: string | undefined;
  readonly text: string;
  /** Where it may well be cut: offsets into the text, such as where functions and classes begin. Ascending. */
  readonly seams?: readonly number[] | undefined;
}

export interface JobCost {
  /** Requests that were paid for. */
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of what has a price. */
  readonly costUsd: number;
  readonly hasUnknownCost: boolean;
}

/** What a job is expected to take in all, before it is begun. */
type JobAmounts = Pick<JobCost, 'requests' | 'inputTokens' | 'outputTokens'>;

export interface NewJob {
  /** What it is about: `src`, `retry.ts:12–48`. */
  readonly title: string;
  /** Of the sources and of all that decides the result: who asks for the same again joins the job that is under way. */
  readonly identity: string;
  /** Folder of the workspace it was begun in, as a URI. */
  readonly workspace: string | undefined;
  readonly model: string;
  readonly priority: Priority;
  readonly delivery: Delivery;
  readonly expected: JobAmounts;
  /** JSON: what is to be done with the sources. */
  readonly spec: string;
}

/** One durable piece of work, without its spec, its sources and its result, which can be large. Times: epoch ms. */
export interface Job extends Omit<NewJob, 'spec'> {
  readonly id: string;
  readonly state: JobState;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Questions: answered, and as many as are known of; failed ones for good. */
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly cost: JobCost;
  /** Of a paused one that goes on by itself. */
  readonly pausedUntil: number | undefined;
  /** Why it failed, is incomplete or paused itself: a reason of `ClientError` or another word; for people, `host` has texts. */
  readonly failure: string | undefined;
  /** When that ends by itself, where known. */
  readonly failureUntil: number | undefined;
  readonly easings: readonly Easing[];
  /** The window that runs it, until its lease ends; `undefined` when none does. */
  readonly runner: { readonly windowId: string; readonly until: number } | undefined;
}

/** What of a job can be changed; what is left out stays as it is. `null` takes a value away. */
export interface JobChange {
  readonly state?: JobState;
  readonly priority?: Priority;
  readonly delivery?: Delivery;
  readonly spec?: string;
  readonly startedAt?: number;
  readonly endedAt?: number | null;
  readonly done?: number;
  readonly total?: number;
  readonly failed?: number;
  readonly pausedUntil?: number | null;
  readonly failure?: string | null;
  readonly failureUntil?: number | null;
  readonly easings?: readonly Easing[];
  /** JSON, of whoever runs it. */
  readonly result?: string;
}

export const noCost: JobCost = { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, hasUnknownCost: false };

/** States that end by themselves or by a word of the person. */
export function isOpen({ state }: Pick<Job, 'state'>): boolean {
  return state === 'running' || state === 'paused';
}
