import type { Adapter, Call } from './adapter';
import type { Attempt } from './attempt';
import type { Clock } from './clock';
import type { Composition } from './content';
import { ClientError } from './errors';
import type { ClientErrorReason, PartialAnswer } from './errors';
import type { Queued } from './queue';
import type { Disposable, Priority, RetryReason, WaitReason } from './types';

/** A change of `until` below this is not told: clock times are shown to the second. */
const untilToleranceMs = 1_000;

/** Shared by all that have none, as most do. */
const noCallbacks: readonly never[] = [];

/** What a call is going to cost, as far as it is known before. */
export interface Demand {
  /** `undefined` for calls that are not about a model. */
  readonly model: string | undefined;
  /** By what it is made of, before calibration. */
  readonly rawInputTokens: number;
  /** What that input is made of. */
  readonly composition?: Composition | undefined;
  readonly maxOutputTokens: number;
}

/** Who asks to start: a task, or a request that is only thought of. */
export interface Bid {
  readonly demand: Demand;
  readonly priority: Priority;
  readonly source: string;
}

/** How a task's life is told; every field of time is epoch milliseconds. */
export type TaskEvent =
  | { readonly type: 'queued'; readonly position: number; readonly readyAt: number | undefined }
  | { readonly type: 'waiting'; readonly reason: WaitReason; readonly until: number }
  | { readonly type: 'started'; readonly attempt: number }
  | { readonly type: 'retrying'; readonly attempt: number; readonly reason: RetryReason; readonly until: number };

/** What the work must know of its task, and tell it. */
export interface Progress {
  /** The one under way included. */
  readonly attempts: number;
  /** Monotonic milliseconds. */
  readonly queuedAt: number;
  /** From now on nothing is sent again. */
  outputBegan(): void;
}

/** What a task does, and who hears of it: one object with methods, so that a task that waits keeps no closures alive. */
export interface Work<T> extends Demand {
  /** Which key it goes with. */
  readonly credential?: string | undefined;
  /** To be done twice by no means: it is not sent again once it may have arrived. */
  readonly isOnlyOnce?: boolean | undefined;
  /** What has come so far, once output has begun. */
  readonly partial?: PartialAnswer | undefined;
  /** One attempt; called again only while `partial` is `undefined`. */
  perform(adapter: Adapter, call: Call, attempt: Attempt, progress: Progress): Promise<T>;
  tell?(event: TaskEvent): void;
  /** The end, told once. */
  succeeded?(value: T): void;
  failed?(error: () => ClientError): void;
}

interface TaskOptions {
  readonly clock: Clock;
  readonly sequence: number;
  readonly priority: Priority;
  /** Default: one common source. */
  readonly source?: string | undefined;
  readonly maxWaitMs: number;
}

export interface FailureDetails {
  readonly until?: number | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

type Ending<T> = { readonly value: T } | { readonly error: () => ClientError };

/** Methods rather than functions, so that a task of something is a task of anything. */
interface Awaited<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: ClientError): void;
}

/**
 * One call to the API over all its attempts: what lanes schedule. It ends exactly once, by success, failure or
 * cancellation, whatever its current attempt is doing; what comes later has no effect. The result never becomes an
 * unhandled rejection. No method throws.
 *
 * A hundred thousand of them may wait: what only those need that run, or that are read, is made then.
 */
export class Task<T> implements Queued, Bid, Progress {
  readonly sequence: number;
  readonly priority: Priority;
  readonly source: string;
  /** Monotonic milliseconds. */
  readonly queuedAt: number;
  readonly #clock: Clock;
  readonly #work: Work<T>;
  #onSettled: readonly ((task: Task<unknown>) => void)[] = noCallbacks;
  #attempts = 0;
  #isRunning = false;
  #lastWait: { readonly reason: WaitReason; readonly until: number } | undefined;
  #deadline: Disposable | undefined;
  #awaited: Awaited<T> | undefined;
  #ending: Ending<T> | undefined;

  constructor(work: Work<T>, { clock, sequence, priority, source, maxWaitMs }: TaskOptions) {
    this.sequence = sequence;
    this.priority = priority;
    this.source = source ?? '';
    this.queuedAt = clock.monotonic();
    this.#clock = clock;
    this.#work = work;
    if (maxWaitMs < Infinity) this.#deadline = clock.schedule(() => this.#giveUp(maxWaitMs), maxWaitMs);
  }

  get demand(): Demand {
    return this.#work;
  }

  get rawInputTokens(): number {
    return this.#work.rawInputTokens;
  }

  get credential(): string | undefined {
    return this.#work.credential;
  }

  get attempts(): number {
    return this.#attempts;
  }

  get isSettled(): boolean {
    return this.#ending !== undefined;
  }

  /** Made when somebody asks for it. */
  get result(): Promise<T> {
    if (!this.#awaited) {
      this.#awaited = Promise.withResolvers<T>();
      this.#deliver();
    }
    return this.#awaited.promise;
  }

  /** Since it was submitted or last started. */
  get hasToldWait(): boolean {
    return this.#lastWait !== undefined;
  }

  get hasOutput(): boolean {
    return this.#work.partial !== undefined;
  }

  get isOnlyOnce(): boolean {
    return this.#work.isOnlyOnce ?? false;
  }

  /** Runs at once when the task has ended already. */
  onSettled(callback: (task: Task<unknown>) => void): void {
    if (this.#ending) callback(this);
    // Not spread and not pushed to, which would make room for seventeen.
    else this.#onSettled = this.#onSettled.concat(callback);
  }

  /** Rejects with whatever the adapter throws, and leaves the task unsettled then. */
  async perform(adapter: Adapter, call: Call, attempt: Attempt): Promise<void> {
    const value = await this.#work.perform(adapter, call, attempt, this);
    attempt.answered();
    if (this.#settle({ value })) this.#work.succeeded?.(value);
  }

  fail(reason: ClientErrorReason, message: string, details: FailureDetails = {}): void {
    if (this.#ending) return;
    const { partial } = this.#work;
    let made: ClientError | undefined;
    // Made when somebody looks at it: of thousands that are cancelled at once few are, and each captures a stack.
    const error = () => (made ??= new ClientError(reason, message, { ...details, partial }));
    if (this.#settle({ error })) this.#work.failed?.(error);
  }

  /** From now on `maxWaitMs` no longer counts. */
  outputBegan(): void {
    this.#deadline?.dispose();
    this.#deadline = undefined;
  }

  tellQueued(position: number, readyAt: number | undefined): void {
    this.#tell({ type: 'queued', position, readyAt });
  }

  /** Told again only when the reason or the time really changed; an estimate stands until it has passed. */
  tellWaiting(reason: WaitReason, until: number, isEstimate: boolean): void {
    const last = this.#lastWait;
    // A refusal and the bucket it emptied end at the same time: for whoever waits they are one wait.
    const isSameReason = last?.reason === reason || last?.reason === 'rateLimited';
    const isSame =
      last !== undefined &&
      isSameReason &&
      (isEstimate ? last.until > this.#clock.now() : Math.abs(last.until - until) <= untilToleranceMs);
    if (isSame) return;
    const event = { type: 'waiting', reason, until } as const;
    this.#lastWait = event;
    this.#tell(event);
  }

  tellStarted(): void {
    this.#attempts++;
    this.#isRunning = true;
    this.#lastWait = undefined;
    this.#tell({ type: 'started', attempt: this.#attempts });
  }

  tellRetrying(reason: RetryReason, until: number): void {
    this.#isRunning = false;
    this.#lastWait = { reason: reason === 'stalled' || reason === 'incomplete' ? 'network' : reason, until };
    this.#tell({ type: 'retrying', attempt: this.#attempts + 1, reason, until });
  }

  #tell(event: TaskEvent): void {
    if (!this.#ending) this.#work.tell?.(event);
  }

  #giveUp(maxWaitMs: number): void {
    const waited = this.#lastWait;
    const reason = this.#isRunning ? 'stalled' : waited ? failureOfWait(waited.reason) : 'rateLimited';
    const instead = this.#isRunning ? 'no output yet' : (waited?.reason ?? 'turn');
    this.fail(reason, `Failed to get an answer within ${maxWaitMs} ms: ${instead}`, { until: waited?.until });
  }

  #settle(ending: Ending<T>): boolean {
    if (this.#ending) return false;
    this.#ending = ending;
    this.outputBegan();
    const callbacks = this.#onSettled;
    this.#onSettled = noCallbacks;
    for (const callback of callbacks) callback(this);
    this.#deliver();
    return true;
  }

  #deliver(): void {
    const awaited = this.#awaited;
    const ending = this.#ending;
    if (!awaited || !ending) return;
    if ('value' in ending) awaited.resolve(ending.value);
    else {
      // Nobody need await it.
      awaited.promise.catch(() => {});
      awaited.reject(ending.error());
    }
  }
}

function failureOfWait(reason: WaitReason): ClientErrorReason {
  return reason === 'overloaded' || reason === 'network' ? reason : 'rateLimited';
}
