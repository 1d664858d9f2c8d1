import type { Adapter, Call } from './adapter';
import type { Attempt } from './attempt';
import type { Clock } from './clock';
import { ClientError } from './errors';
import type { ClientErrorReason, PartialAnswer } from './errors';
import type { Queued } from './queue';
import type { Disposable, Priority, RetryReason, WaitReason } from './types';

/** A change of `until` below this is not told: clock times are shown to the second. */
const untilToleranceMs = 1_000;

/** What a call is going to cost, as far as it is known before. */
export interface Demand {
  /** `undefined` for calls that are not about a model. */
  readonly model: string | undefined;
  /** By characters, before calibration. */
  readonly rawInputTokens: number;
  readonly maxOutputTokens: number;
}

/** How a task's life is told; every field of time is epoch milliseconds. */
export type TaskEvent =
  | { readonly type: 'queued'; readonly position: number; readonly readyAt: number | undefined }
  | { readonly type: 'waiting'; readonly reason: WaitReason; readonly until: number }
  | { readonly type: 'started'; readonly attempt: number }
  | { readonly type: 'retrying'; readonly attempt: number; readonly reason: RetryReason; readonly until: number };

export interface TaskOptions<T> {
  readonly clock: Clock;
  readonly sequence: number;
  readonly priority: Priority;
  /** Default: one common source. */
  readonly source?: string | undefined;
  readonly demand: Demand;
  readonly maxWaitMs: number;
  /** One attempt; called again only while `partial` is `undefined`. */
  perform(adapter: Adapter, call: Call, attempt: Attempt): Promise<T>;
  readonly onEvent?: ((event: TaskEvent) => void) | undefined;
  /** What has come so far, once output has begun. */
  readonly partial?: (() => PartialAnswer | undefined) | undefined;
}

export interface FailureDetails {
  readonly until?: number | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/**
 * One call to the API over all its attempts: what lanes schedule. It ends exactly once, by success, failure or
 * cancellation, whatever its current attempt is doing; what comes later has no effect. The result never becomes an
 * unhandled rejection. No method throws.
 */
export class Task<T> implements Queued {
  readonly sequence: number;
  readonly priority: Priority;
  readonly source: string;
  /** Monotonic milliseconds. */
  readonly queuedAt: number;
  readonly demand: Demand;
  readonly result: Promise<T>;
  readonly #options: TaskOptions<T>;
  /** Methods rather than functions, so that a task of something is a task of anything. */
  readonly #resolvers: { resolve(value: T): void; reject(error: ClientError): void };
  readonly #onSettled: (() => void)[] = [];
  #attempts = 0;
  #isSettled = false;
  #isRunning = false;
  #lastWait: { readonly reason: WaitReason; readonly until: number } | undefined;
  #deadline: Disposable | undefined;

  constructor(options: TaskOptions<T>) {
    this.#options = options;
    this.sequence = options.sequence;
    this.priority = options.priority;
    this.source = options.source ?? '';
    this.queuedAt = options.clock.monotonic();
    this.demand = options.demand;
    const { promise, ...resolvers } = Promise.withResolvers<T>();
    this.result = promise;
    this.#resolvers = resolvers;
    this.result.catch(() => {});
    if (options.maxWaitMs < Infinity) {
      this.#deadline = options.clock.schedule(() => this.#giveUp(), options.maxWaitMs);
    }
  }

  get rawInputTokens(): number {
    return this.demand.rawInputTokens;
  }

  get attempts(): number {
    return this.#attempts;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Since it was submitted or last started. */
  get hasToldWait(): boolean {
    return this.#lastWait !== undefined;
  }

  get hasOutput(): boolean {
    return this.#options.partial?.() !== undefined;
  }

  /** Runs at once when the task has ended already. */
  onSettled(callback: () => void): void {
    if (this.#isSettled) callback();
    else this.#onSettled.push(callback);
  }

  /** Rejects with whatever the adapter throws, and leaves the task unsettled then. */
  async perform(adapter: Adapter, call: Call, attempt: Attempt): Promise<void> {
    const value = await this.#options.perform(adapter, call, attempt);
    attempt.answered();
    if (this.#settle()) this.#resolvers.resolve(value);
  }

  fail(reason: ClientErrorReason, message: string, details: FailureDetails = {}): void {
    if (this.#isSettled) return;
    const error = new ClientError(reason, message, { ...details, partial: this.#options.partial?.() });
    this.#settle();
    this.#resolvers.reject(error);
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
      (isEstimate ? last.until > this.#options.clock.now() : Math.abs(last.until - until) <= untilToleranceMs);
    if (isSame) return;
    this.#lastWait = { reason, until };
    this.#tell({ type: 'waiting', reason, until });
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
    if (!this.#isSettled) this.#options.onEvent?.(event);
  }

  #giveUp(): void {
    const waited = this.#lastWait;
    const reason = this.#isRunning ? 'stalled' : waited ? failureOfWait(waited.reason) : 'rateLimited';
    this.fail(
      reason,
      `Failed to get an answer within ${this.#options.maxWaitMs} ms: ${this.#isRunning ? 'no output yet' : (waited?.reason ?? 'turn')}`,
      {
        until: waited?.until,
      },
    );
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.outputBegan();
    for (const callback of this.#onSettled.splice(0)) callback();
    return true;
  }
}

function failureOfWait(reason: WaitReason): ClientErrorReason {
  return reason === 'overloaded' || reason === 'network' ? reason : 'rateLimited';
}
