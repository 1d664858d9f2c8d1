import type { BatchAnswer, BatchEntry, BatchInfo, BatchOutcome, ModelInfo, RequestBody, Usage } from './types';

/**
 * What the client needs of a provider. Everything that is one provider's own (wire format, authentication, error
 * bodies) stays behind it, and only plain data crosses: the adapter is bundled apart, so its classes are not ours.
 */
export interface Adapter {
  /**
   * Resolves when the stream has ended, without an error also when the signal aborts or the server closes early: only
   * `stop` means complete. Events are told as they are read; an iterator would cost several promises for each.
   */
  stream(body: RequestBody, call: Call, onEvent: (event: AnswerEvent) => void): Promise<void>;
  countTokens(body: Omit<RequestBody, 'maxTokens'>, call: Call): Promise<number>;
  /** One HTTP request; `next` is the cursor of the following page. */
  models(cursor: string | undefined, call: Call): Promise<ModelPage>;
  readonly batches: BatchAdapter;
  /** Turns whatever one of the above threw into data without secrets. */
  explain(error: unknown, call: Call): ApiFailure;
}

/** Message Batches, an HTTP request each. */
export interface BatchAdapter {
  create(entries: readonly BatchEntry[], call: Call): Promise<BatchInfo>;
  get(batchId: string, call: Call): Promise<BatchInfo>;
  /** Newest first. */
  list(cursor: string | undefined, call: Call): Promise<BatchPage>;
  cancel(batchId: string, call: Call): Promise<BatchInfo>;
  /**
   * Resolves when the stream has ended, without an error also when the signal aborts or the server closes early.
   *
   * @returns how many lines could not be read
   */
  results(batchId: string, call: Call, onResult: (customId: string, outcome: ReadOutcome) => void): Promise<number>;
}

export interface BatchPage {
  readonly batches: readonly BatchInfo[];
  /** The cursor of the following page. */
  readonly next: string | undefined;
}

/** A `BatchOutcome` before anyone has said what it costs. */
export type ReadOutcome =
  | Exclude<BatchOutcome, { readonly kind: 'succeeded' }>
  | { readonly kind: 'succeeded'; readonly answer: Omit<BatchAnswer, 'costUsd'> };

export interface AdapterOptions {
  readonly baseUrl: string;
  readonly fetch: typeof fetch | undefined;
}

export type AdapterLoader = (options: AdapterOptions) => Promise<Adapter>;

/** One HTTP request and those who watch it. */
export interface Call {
  readonly apiKey: string;
  readonly signal: AbortSignal;
  /** The request leaves now. */
  readonly onSent: () => void;
  readonly onHeaders: (headers: Headers, isSuccess: boolean) => void;
  /** Something of a stream arrived, be it only a ping. */
  readonly onBytes: () => void;
}

export type AnswerEvent =
  | { readonly type: 'start'; readonly usage: Usage }
  | { readonly type: 'text'; readonly text: string }
  /** Empty when the API says only that the model thinks. */
  | { readonly type: 'thinking'; readonly text: string }
  /** Output that nobody reads: tool input. */
  | { readonly type: 'otherOutput'; readonly characters: number }
  /** Cumulative; a field is `undefined` where the API leaves it out. */
  | { readonly type: 'usage'; readonly stopReason: string | undefined; readonly usage: Partial<Usage> }
  | { readonly type: 'stop' };

export interface ModelPage {
  readonly models: readonly ModelInfo[];
  readonly next: string | undefined;
}

/**
 * Why a call failed. With `status` the server answered; without it but with `type` an error event came in the stream;
 * with neither the connection failed.
 */
export interface ApiFailure {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly errorCode: string | undefined;
  /** Free of the key. */
  readonly message: string;
  readonly requestId: string | undefined;
}
