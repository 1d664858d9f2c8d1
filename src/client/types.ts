/**
 * The client's contract: what a caller hands in and what it gets back.
 *
 * Times are epoch milliseconds, durations milliseconds, tokens integers.
 */

export interface Disposable {
  dispose(): void;
}

/** Who is waiting: a person at the keyboard, ordinary work, or bulk work that can stand aside. */
export type Priority = 'interactive' | 'normal' | 'background';

/** A content block exactly as the Messages API takes it, `cache_control` included. */
export interface ContentBlock {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string | readonly ContentBlock[];
}

/**
 * Whether the model may think before it answers. `auto` sends nothing, so it is as the model has it; `adaptive` lets the
 * model decide how much and asks for a summary of it; `off` forbids it.
 */
export type ThinkingChoice = 'auto' | 'adaptive' | 'off';

/** What is sent, without how it is scheduled. */
export interface RequestBody {
  readonly model: string;
  /** Upper bound of the answer, in tokens; at least 1. */
  readonly maxTokens: number;
  readonly system?: string | readonly ContentBlock[] | undefined;
  readonly messages: readonly Message[];
  /** Default: `auto`. */
  readonly thinking?: ThinkingChoice | undefined;
  /** Handed to the API as it is. */
  readonly metadata?: { readonly user_id?: string | undefined } | undefined;
}

export interface SendRequest extends RequestBody {
  /** Default: `normal`. */
  readonly priority?: Priority | undefined;
  /**
   * Who submitted this work, such as one job or one chat. Sources of the same priority share fairly by their dominant
   * share, which is what each has used of the limit that is tightest for it. Default: one common source.
   */
  readonly source?: string | undefined;
  /** Which key it goes with, where the client has several: handed to the provider of the key as it is, and sent nowhere. */
  readonly credential?: string | undefined;
  /** Cancels the run, as `Run.cancel()` does. */
  readonly signal?: AbortSignal | undefined;
}

/** Why a run is not running yet. */
export type WaitReason =
  | 'requests'
  | 'inputTokens'
  | 'outputTokens'
  | 'concurrency'
  /** The user's own cap, not the server's. */
  | 'userLimit'
  /** The server said so with a 429. */
  | 'rateLimited'
  /** The server said that usage grew too fast. */
  | 'rampLimited'
  | 'overloaded'
  | 'network'
  /** Another run goes first: the order of the queue, not a limit. */
  | 'turn';

/** Why a run is held by whoever sent it: no key that it may go with, or a spend cap. A client never parks by itself. */
export type ParkReason = 'key' | 'budget';

/** Why an attempt failed and is made again. */
export type RetryReason = 'rateLimited' | 'rampLimited' | 'overloaded' | 'network' | 'stalled' | 'incomplete';

export interface Usage {
  /** Uncached input; cache reads and writes are counted apart, as the API reports them. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** Of `cacheWriteTokens` those kept for an hour, which cost more; missing when there are none. */
  readonly cacheWrite1hTokens?: number | undefined;
}

export interface RunTiming {
  /** From `send()` to the start of the attempt that succeeded. */
  readonly queuedMs: number;
  /** From the start of that attempt to its first text; `undefined` when there was none. */
  readonly firstTokenMs: number | undefined;
  /** From `send()` to the end. */
  readonly totalMs: number;
}

export interface RunResult {
  readonly text: string;
  /** What the API showed of the model's thinking; empty when it showed none. Its tokens are part of the output. */
  readonly thinking: string;
  /** As the API gives it: `end_turn`, `max_tokens`, `refusal`, … */
  readonly stopReason: string;
  readonly usage: Usage;
  /** In US dollars, by `ClientOptions.prices` or the published ones; `undefined` for a model whose price is unknown. */
  readonly costUsd: number | undefined;
  readonly attempts: number;
  readonly timing: RunTiming;
  readonly requestId: string | undefined;
}

export type RunEvent =
  /** In the queue. `position` counts from 1; `readyAt` is an estimate, `undefined` while nothing is known. */
  | { readonly type: 'queued'; readonly position: number; readonly readyAt: number | undefined }
  | { readonly type: 'waiting'; readonly reason: WaitReason; readonly until: number }
  /** Nothing of the API's keeps it; `until` is `undefined` where a person has to decide. */
  | { readonly type: 'parked'; readonly reason: ParkReason; readonly until: number | undefined }
  | { readonly type: 'started'; readonly attempt: number }
  | { readonly type: 'text'; readonly text: string }
  /** Only when the API streams it; mostly before the text. */
  | { readonly type: 'thinking'; readonly text: string }
  /** `attempt` is the attempt that will be made at `until`. */
  | { readonly type: 'retrying'; readonly attempt: number; readonly reason: RetryReason; readonly until: number }
  | { readonly type: 'done'; readonly result: RunResult };

/**
 * The life of one request. Iterating yields its events once, in order; a run nobody reads still finishes, and a
 * `result` nobody awaits never becomes an unhandled rejection. The iterator of a failed run yields what came and then
 * throws the `ClientError` that `result` rejects with.
 */
export interface Run extends AsyncIterable<RunEvent> {
  readonly id: string;
  readonly result: Promise<RunResult>;
  /** Ends the run with `cancelled`; nothing happens when it has ended already. */
  cancel(): void;
  /**
   * Sends a waiting run at once, before everyone else and past what the server asked to wait for, which may well refuse
   * it again; never past the user's own caps. False, without effect, when it is not waiting.
   */
  retryNow(): boolean;
}

export interface BucketSnapshot {
  /** Per minute. */
  readonly limit: number;
  /** What is left now, refill and running requests included; never below 0. */
  readonly remaining: number;
  /** When the bucket is full again if nothing more is sent. */
  readonly resetAt: number;
  /** When the server last told us about this bucket. */
  readonly observedAt: number;
}

/** One organization × one limit group of models. A bucket nobody has told us about is `undefined`. */
export interface LaneSnapshot {
  /** `undefined` until a response has named it. */
  readonly organization: string | undefined;
  readonly group: string;
  readonly requests: BucketSnapshot | undefined;
  readonly inputTokens: BucketSnapshot | undefined;
  readonly outputTokens: BucketSnapshot | undefined;
  readonly queued: number;
  readonly running: number;
  /** Set while the lane as a whole, or the first in its queue, is held back: the reason and the time it goes on. */
  readonly held: { readonly reason: WaitReason; readonly until: number } | undefined;
}

export type CountRequest = Pick<SendRequest, 'model' | 'system' | 'messages' | 'signal' | 'credential'>;

/** What a forecast must know of a request. */
export type ForecastRequest = Pick<SendRequest, 'model' | 'maxTokens' | 'system' | 'messages' | 'priority' | 'source'>;

/** What a request is expected to take, and when it would start if it were sent now. All of it is an estimate. */
export interface Forecast {
  /** What counts against the limit: what is expected to be read from the cache is left out. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** `undefined` while the limits are not known. */
  readonly startsAt: number | undefined;
  /** What it would wait for; `undefined` when it could start at once or nothing is known. */
  readonly reason: WaitReason | undefined;
  /** It can never be sent at this size: the bucket holds less, by what the server has shown, or the user's cap is lower. */
  readonly tooLarge:
    | {
        readonly dimension: LimitDimension;
        readonly limit: number;
        /** What exceeds it. A user's cap is held to more than is expected, so this may be more than is told above. */
        readonly amount: number;
      }
    | undefined;
}

/** What is limited per minute. */
export type LimitDimension = 'requests' | 'inputTokens' | 'outputTokens';

export interface ModelInfo {
  readonly id: string;
  readonly displayName: string;
  /** Context window in tokens; `undefined` where the API does not say. */
  readonly maxInputTokens: number | undefined;
  readonly maxOutputTokens: number | undefined;
}

/** Over all models of the client. */
export interface UserLimits {
  /** Calls of every kind, counting tokens and listing models included. */
  readonly requestsPerMinute?: number | undefined;
  /** Cache reads do not count. A request larger than this fails with `tooLarge`. */
  readonly inputTokensPerMinute?: number | undefined;
  /** Also bounds each single answer, as `maxTokens` does. */
  readonly outputTokensPerMinute?: number | undefined;
  readonly maxConcurrent?: number | undefined;
}

export interface RetryOptions {
  /** Attempts in all, the first included. Default: 10. */
  readonly maxAttempts?: number | undefined;
  /** From `send()` to the first output; past it the run fails with the reason it waited for. Default: no bound. */
  readonly maxWaitMs?: number | undefined;
}

/** What of a client can be changed while it runs. What is left out stays as it is. */
export interface ClientSettings {
  /** As a whole: a field that is left out is no cap. */
  readonly limits?: UserLimits | undefined;
  /** As a whole: a field that is left out is at its default. `maxWaitMs` is that of runs sent from then on. */
  readonly retry?: RetryOptions | undefined;
}

/** The limits a limit group was last seen to have, per minute, as `LaneSnapshot` names them. */
export interface RememberedLimits {
  /** `undefined` where no response named it. */
  readonly organization: string | undefined;
  readonly group: string;
  readonly requestsPerMinute?: number | undefined;
  readonly inputTokensPerMinute?: number | undefined;
  readonly outputTokensPerMinute?: number | undefined;
}

/** Per minute; `undefined` where nobody has told. */
export type ModelLimits = Pick<
  RememberedLimits,
  'requestsPerMinute' | 'inputTokensPerMinute' | 'outputTokensPerMinute'
>;

/** US dollars for a million tokens. */
export interface ModelPrice {
  /** Uncached input. */
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
  /** Everything costs so many times as much when the prompt, its cached part included, has more tokens than this. */
  readonly longPrompt?: { readonly aboveTokens: number; readonly factor: number } | undefined;
}

/** A key that the API did not take (401). */
export interface RefusedKey {
  readonly credential: string | undefined;
  /** The one that was sent: the provider may give another by now. */
  readonly apiKey: string;
}

export interface ClientOptions {
  /**
   * A provider is asked before every attempt, and told the `credential` of the request; one that throws ends the run with
   * `authentication` and its cause.
   */
  readonly apiKey: string | ((credential: string | undefined) => string | Promise<string>);
  /** Called before anything else follows from it: who then throws from the provider has no further request sent. */
  readonly onKeyRefused?: ((refused: RefusedKey) => void) | undefined;
  /** https, or http on loopback. Default: https://api.anthropic.com */
  readonly baseUrl?: string | undefined;
  /** The user's own caps: never exceeded over any 60 seconds, whatever the server allows. */
  readonly limits?: UserLimits | undefined;
  readonly retry?: RetryOptions | undefined;
  /** By model id, before the published prices. An id without a date holds for its dated snapshots as well. */
  readonly prices?: Readonly<Record<string, ModelPrice>> | undefined;
  /** Of the same key, from an earlier client: what to expect until the server says it itself. */
  readonly rememberedLimits?: readonly RememberedLimits[] | undefined;
  /** Transport, for proxies and tests. */
  readonly fetch?: typeof fetch | undefined;
}

/** One request of a batch. */
export interface BatchEntry {
  /** 1 to 64 letters, digits, `_` or `-`; unique within its batch. */
  readonly customId: string;
  readonly request: RequestBody;
}

export interface BatchInfo {
  readonly id: string;
  readonly state: 'inProgress' | 'canceling' | 'ended';
  readonly createdAt: number;
  /** What is not done by then never will be. */
  readonly expiresAt: number;
  readonly endedAt: number | undefined;
  readonly counts: Readonly<Record<'processing' | 'succeeded' | 'errored' | 'canceled' | 'expired', number>>;
  /** They are kept for 29 days. */
  readonly hasResults: boolean;
}

/** What became of one entry. */
export type BatchOutcome =
  | { readonly kind: 'succeeded'; readonly answer: BatchAnswer }
  /** `isFinal`: the same request would fail again. */
  | { readonly kind: 'errored'; readonly type: string; readonly message: string; readonly isFinal: boolean }
  | { readonly kind: 'canceled' | 'expired' };

export interface BatchAnswer extends Pick<RunResult, 'text' | 'thinking' | 'stopReason' | 'usage' | 'costUsd'> {
  readonly model: string;
}

/**
 * Message Batches: half the price, done within a day. Results come in any order. All of it goes through a lane of its own.
 * Everything rejects with `ClientError`.
 */
export interface Batches {
  /**
   * Never sent again on its own once it may have arrived: `network`, `stalled` or `incomplete` then says that nobody knows
   * whether there is a batch now, and so does whatever ends it while it is under way. Refusals (429, 529) are waited out.
   */
  create(entries: readonly BatchEntry[], options?: BatchCallOptions): Promise<BatchInfo>;
  get(batchId: string, options?: BatchCallOptions): Promise<BatchInfo>;
  /** Newest first; those that were made at that time or later. */
  list(since: number, options?: BatchCallOptions): Promise<readonly BatchInfo[]>;
  /** What has not begun ends as `canceled`; resolves at once, and the batch ends later. */
  cancel(batchId: string, options?: BatchCallOptions): Promise<BatchInfo>;
  /**
   * Once it has ended, or it fails with `invalid`. Resolves when all of them were told, each of them once. A listener that
   * throws ends it with `invalid` and what was thrown as the cause.
   */
  results(
    batchId: string,
    onResult: (customId: string, outcome: BatchOutcome) => void,
    options?: BatchCallOptions,
  ): Promise<void>;
}

export interface BatchCallOptions {
  readonly credential?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Client {
  send(request: SendRequest): Run;
  readonly batches: Batches;
  /** Tokens of the input as the API estimates them. Rejects with `ClientError`. */
  countTokens(request: CountRequest): Promise<number>;
  /** Rejects with `ClientError`. */
  models(credential?: string): Promise<readonly ModelInfo[]>;
  /** As the responses name it, those to `models()` included; `undefined` until one has. */
  organization(): string | undefined;
  quota(): readonly LaneSnapshot[];
  /** As the server has told them last, or as they are remembered while it has not. */
  limits(model: string): ModelLimits;
  /** Sends nothing and changes nothing; cheap enough to be asked while somebody types. Never throws. */
  forecast(request: ForecastRequest): Forecast;
  onDidChangeQuota(listener: () => void): Disposable;
  /**
   * Changes the user's own caps and the retry policy. What was sent within the last minute counts against the new caps;
   * whoever waits is judged by them at once, and a waiting request that is larger than a new cap fails with `tooLarge`.
   *
   * @throws {ClientError} `invalid`, with nothing changed
   */
  configure(settings: ClientSettings): void;
  /** Ends waiting and running runs with `closed`; resolves when all have ended. */
  close(): Promise<void>;
}
