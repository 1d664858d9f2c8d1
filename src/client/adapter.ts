import type { ModelInfo, RequestBody, Usage } from './types';

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
  /** Turns whatever one of the above threw into data without secrets. */
  explain(error: unknown, call: Call): ApiFailure;
}

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
