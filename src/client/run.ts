import type { ClientError } from './errors';
import type { Run, RunEvent, RunResult } from './types';

/**
 * The events of one run, kept until they are read, and read once. A waiting time that nobody has read yet is replaced by
 * a newer one; nothing else is dropped.
 */
export class EventLog implements AsyncIterable<RunEvent> {
  #unread: RunEvent[] = [];
  #readers: PromiseWithResolvers<IteratorResult<RunEvent>>[] = [];
  #hasEnded = false;
  #isAbandoned = false;
  #error: ClientError | undefined;

  push(event: RunEvent): void {
    if (this.#hasEnded || this.#isAbandoned) return;
    const reader = this.#readers.shift();
    if (reader) {
      reader.resolve({ done: false, value: event });
      return;
    }
    if (event.type === 'waiting' && this.#unread.at(-1)?.type === 'waiting') this.#unread.pop();
    this.#unread.push(event);
  }

  /** Nothing more comes; with an error the reader gets it once, after what came. */
  end(error?: ClientError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#error = error;
    const [first, ...others] = this.#readers.splice(0);
    if (first) this.#endReader(first);
    for (const reader of others) reader.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return {
      next: () => {
        const reader = Promise.withResolvers<IteratorResult<RunEvent>>();
        const event = this.#unread.shift();
        if (event) reader.resolve({ done: false, value: event });
        else if (this.#hasEnded || this.#isAbandoned) this.#endReader(reader);
        else this.#readers.push(reader);
        return reader.promise;
      },
      return: () => {
        this.#isAbandoned = true;
        this.#unread = [];
        this.#error = undefined;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  #endReader(reader: PromiseWithResolvers<IteratorResult<RunEvent>>): void {
    const error = this.#error;
    this.#error = undefined;
    if (error) reader.reject(error);
    else reader.resolve({ done: true, value: undefined });
  }
}

/** The run a caller holds: its events, its result, and the ways to end or to hurry it. */
export function createRun(
  id: string,
  events: EventLog,
  result: Promise<RunResult>,
  { cancel, retryNow }: Pick<Run, 'cancel' | 'retryNow'>,
): Run {
  return { id, result, cancel, retryNow, [Symbol.asyncIterator]: () => events[Symbol.asyncIterator]() };
}
