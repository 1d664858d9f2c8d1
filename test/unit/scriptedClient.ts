import { ClientError } from '../../src/client/errors';
import { EventLog } from '../../src/client/run';
import type {
  Batches,
  Client,
  Forecast,
  LaneSnapshot,
  ModelLimits,
  Run,
  RunEvent,
  RunResult,
  SendRequest,
} from '../../src/client/types';

export const someUsage = { inputTokens: 120, outputTokens: 30, cacheReadTokens: 8, cacheWriteTokens: 4 } as const;

export const someCostUsd = 0.004;

/** A run whose life the test writes. It keeps the contract of runs: one end, and a result that nobody needs to await. */
export class ScriptedRun implements Run {
  readonly id: string;
  readonly request: SendRequest;
  readonly result: Promise<RunResult>;
  isCancelled = false;
  /** How often it was to be sent before its time. */
  hurried = 0;
  readonly #log = new EventLog();
  readonly #outcome = Promise.withResolvers<RunResult>();
  #hasEnded = false;

  constructor(id: string, request: SendRequest) {
    this.id = id;
    this.request = request;
    this.result = this.#outcome.promise;
    this.result.catch(() => {});
    request.signal?.addEventListener('abort', () => this.cancel());
  }

  /** The prompt of a request with a single message. */
  get prompt(): string {
    const content = this.request.messages[0]?.content;
    if (typeof content !== 'string') throw new Error('The first message is no text');
    return content;
  }

  emit(...events: readonly RunEvent[]): void {
    for (const event of events) this.#log.push(event);
  }

  finish(text: string, stopReason = 'end_turn', more: Partial<RunResult> = {}): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const timing = { queuedMs: 0, firstTokenMs: 1, totalMs: 2 };
    const result = {
      text,
      thinking: '',
      stopReason,
      usage: someUsage,
      costUsd: someCostUsd,
      attempts: 1,
      timing,
      requestId: undefined,
      ...more,
    };
    this.emit({ type: 'done', result });
    this.#log.end();
    this.#outcome.resolve(result);
  }

  fail(error: ClientError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#log.end(() => error);
    this.#outcome.reject(error);
  }

  retryNow(): boolean {
    if (this.#hasEnded) return false;
    this.hurried++;
    return true;
  }

  cancel(): void {
    if (this.#hasEnded) return;
    this.isCancelled = true;
    this.fail(new ClientError('cancelled', 'The run was cancelled'));
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return this.#log[Symbol.asyncIterator]();
  }
}

function nobodyBatches(): Promise<never> {
  return Promise.reject(new ClientError('invalid', 'Nobody makes batches here'));
}

/** A client without an API behind it: what is sent is listed, and answered by the test. */
export class ScriptedClient implements Client {
  readonly runs: ScriptedRun[] = [];
  batches: Batches = {
    create: nobodyBatches,
    get: nobodyBatches,
    list: nobodyBatches,
    cancel: nobodyBatches,
    results: nobodyBatches,
  };
  lanes: readonly LaneSnapshot[] = [];
  /** What is forecast of every request. */
  prospects: Forecast = {
    inputTokens: 0,
    outputTokens: 0,
    startsAt: undefined,
    reason: undefined,
    tooLarge: undefined,
  };

  readonly #onSend: (run: ScriptedRun) => void;

  constructor(onSend: (run: ScriptedRun) => void = () => {}) {
    this.#onSend = onSend;
  }

  /** The run sent last. */
  get latest(): ScriptedRun {
    const run = this.runs.at(-1);
    if (!run) throw new Error('Nothing was sent yet');
    return run;
  }

  send(request: SendRequest): Run {
    const run = new ScriptedRun(`run-${this.runs.length + 1}`, request);
    this.runs.push(run);
    this.#onSend(run);
    return run;
  }

  organization(): string | undefined {
    return undefined;
  }

  quota(): readonly LaneSnapshot[] {
    return this.lanes;
  }

  /** Those of the lane that is listed first: there is one group of models here. */
  limits(): ModelLimits {
    const [lane] = this.lanes;
    return {
      requestsPerMinute: lane?.requests?.limit,
      inputTokensPerMinute: lane?.inputTokens?.limit,
      outputTokensPerMinute: lane?.outputTokens?.limit,
    };
  }

  forecast(): Forecast {
    return this.prospects;
  }

  onDidChangeQuota(): { dispose(): void } {
    return { dispose: () => {} };
  }

  configure(): void {}

  async countTokens(): Promise<number> {
    throw new Error('Nobody counts tokens here');
  }

  async models(): Promise<readonly []> {
    return [];
  }

  async close(): Promise<void> {}
}

/** Lets everything happen that has been set in motion: it all runs in microtasks, and this comes after them. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
