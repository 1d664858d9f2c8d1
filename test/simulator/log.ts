import type { Dimension } from './budget';

export interface AttemptUsage {
  /** Not cached. */
  inputTokens: number;
  /** Produced so far, whether or not somebody still listened. */
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

/** One request as the server saw it. The log keeps writing to it until `outcome` is no longer `running`. */
export interface Attempt {
  /** Counts from 1. */
  readonly number: number;
  readonly requestId: string;
  /** Epoch milliseconds of its arrival. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** How the key was sent; the key itself is kept nowhere. */
  readonly auth: 'bearer' | 'x-api-key' | 'none';
  /** What the client sent, without the key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; `undefined` when it was none. */
  body: Readonly<Record<string, unknown>> | undefined;
  keyId: string | undefined;
  organization: string | undefined;
  group: string | undefined;
  model: string | undefined;
  isStream: boolean;
  /** `undefined` while, or because, no headers were sent. */
  status: number | undefined;
  errorType: string | undefined;
  errorCode: string | undefined;
  /** The dimension that refused it. */
  shortage: Dimension | undefined;
  /** The kind of the fault it met. */
  fault: string | undefined;
  usage: AttemptUsage | undefined;
  firstByteAt: number | undefined;
  endedAt: number | undefined;
  /**
   * `completed`: answered in full; `refused`: answered with an error; `broken`: ended early by the server, with or
   * without an error event; `aborted`: the client went away.
   */
  outcome: 'running' | 'completed' | 'refused' | 'broken' | 'aborted';
}

export type AttemptRecord = Readonly<Attempt>;

/** Every attempt in the order of arrival. */
export class AttemptLog {
  #attempts: Attempt[] = [];

  get attempts(): readonly AttemptRecord[] {
    return this.#attempts;
  }

  /** Attempts to produce an answer, without key checks, model lists and counts. */
  get messages(): readonly AttemptRecord[] {
    return this.#attempts.filter((attempt) => attempt.path === '/v1/messages');
  }

  get last(): AttemptRecord | undefined {
    return this.#attempts.at(-1);
  }

  add(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  clear(): void {
    this.#attempts = [];
  }
}
