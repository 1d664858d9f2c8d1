import type { Clock } from '../../src/client/clock';
import type { ApiError } from './apiError';
import { errorBody } from './apiError';
import type { HeaderOptions, HeaderRecord } from './headers';
import type { Attempt } from './log';

export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

/** Where an answer goes. Both faces implement it; nothing is called after `end` or `lose`. */
export interface Sink {
  begin(status: number, headers: HeaderRecord): void;
  write(text: string): void;
  end(): void;
  /** The connection is lost: the client sees a network fault. */
  lose(): void;
}

/** What a face keeps of a request that runs. */
export interface Connection {
  /** The client went away; harmless after the end. */
  abort(): void;
}

/**
 * One request on its way: it writes the answer and keeps the attempt's record in step with it. After the end, however
 * it came, every method does nothing.
 */
export class Exchange {
  readonly attempt: Attempt;
  readonly #clock: Clock;
  readonly #sink: Sink;
  readonly #identity: HeaderRecord;
  readonly #clockSkewMs: number;
  readonly #endListeners: (() => void)[] = [];
  #isAnswerLost = false;
  #insteadOfAnswer: ApiError | undefined;
  #failAnswer: ((errorType: string, message: string) => void) | undefined;

  constructor(clock: Clock, sink: Sink, attempt: Attempt, options: HeaderOptions) {
    this.#clock = clock;
    this.#sink = sink;
    this.attempt = attempt;
    this.#clockSkewMs = options.clockSkewMs;
    this.#identity = options.hasIdentity ? { 'request-id': attempt.requestId } : {};
  }

  get isOver(): boolean {
    return this.attempt.outcome !== 'running';
  }

  /** Known once the key is. */
  identify(headers: HeaderRecord): void {
    Object.assign(this.#identity, headers);
  }

  /** Calls back when the exchange is over, whoever ended it. */
  addEndListener(listener: () => void): void {
    this.#endListeners.push(listener);
  }

  /** How an answer that has been admitted fails; only its writer knows whether that is an event or a status. */
  onFail(failAnswer: (errorType: string, message: string) => void): void {
    this.#failAnswer = failAnswer;
  }

  fail(errorType: string, message: string): void {
    if (!this.isOver) this.#failAnswer?.(errorType, message);
  }

  /** All is done as it was asked, and nobody hears of it: the connection is lost, or something in between answers. */
  loseAnswer(instead: ApiError | undefined): void {
    this.#isAnswerLost = true;
    this.#insteadOfAnswer = instead;
  }

  begin(status: number, headers: HeaderRecord): void {
    if (this.isOver) return;
    if (this.#isAnswerLost) {
      this.#isAnswerLost = false;
      if (this.#insteadOfAnswer === undefined) this.lose();
      else this.refuse(this.#insteadOfAnswer);
      return;
    }
    this.attempt.status = status;
    this.attempt.firstByteAt = this.#clock.now();
    const date = new Date(this.#clock.now() + this.#clockSkewMs).toUTCString();
    this.#sink.begin(status, { date, ...this.#identity, ...headers });
  }

  write(text: string): void {
    if (!this.isOver) this.#sink.write(text);
  }

  sendJson(status: number, body: Record<string, unknown>, headers: HeaderRecord = {}): void {
    this.begin(status, { 'content-type': 'application/json', ...headers });
    this.write(JSON.stringify(body));
    this.end(status < 400 ? 'completed' : 'refused');
  }

  refuse(error: ApiError, headers: HeaderRecord = {}): void {
    this.noteError(error.type, error.errorCode);
    const all = { ...headers, ...error.headers };
    if (error.html === undefined) {
      this.sendJson(error.status, errorBody(error.type, error.message, error.errorCode, this.attempt.requestId), all);
      return;
    }
    this.begin(error.status, { 'content-type': 'text/html', ...all });
    this.write(error.html);
    this.end('refused');
  }

  noteError(type: string, errorCode?: string): void {
    this.attempt.errorType = type;
    this.attempt.errorCode = errorCode;
  }

  end(outcome: 'completed' | 'refused' | 'broken'): void {
    if (this.isOver) return;
    this.#close(outcome);
    this.#sink.end();
  }

  lose(): void {
    if (this.isOver) return;
    this.#close('broken');
    this.#sink.lose();
  }

  abort(): void {
    if (!this.isOver) this.#close('aborted');
  }

  #close(outcome: Exclude<Attempt['outcome'], 'running'>): void {
    this.attempt.outcome = outcome;
    this.attempt.endedAt = this.#clock.now();
    for (const listener of this.#endListeners) listener();
  }
}
