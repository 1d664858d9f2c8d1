import type { ClientError } from './errors';
import type { Task } from './task';
import type { Run, RunEvent, RunResult } from './types';

type Reader = PromiseWithResolvers<IteratorResult<RunEvent>>;

/** A link of the chain of unread events: an array would take room for seventeen of them, and most runs have two. */
interface Unread {
  event: RunEvent;
  next: Unread | undefined;
}

/**
 * The events of one run, kept until they are read, and read once. A waiting time that nobody has read yet is replaced by
 * a newer one; nothing else is dropped.
 */
export class EventLog implements AsyncIterable<RunEvent> {
  #first: Unread | undefined;
  #last: Unread | undefined;
  /** Who reads before there is something; made when the first does. */
  #readers: Reader[] | undefined;
  #hasEnded = false;
  #error: (() => ClientError) | undefined;

  push(event: RunEvent): void {
    if (this.#hasEnded) return;
    const reader = this.#readers?.shift();
    if (reader) reader.resolve({ done: false, value: event });
    else if (event.type === 'waiting' && this.#last?.event.type === 'waiting') this.#last.event = event;
    else {
      const unread: Unread = { event, next: undefined };
      if (this.#last) this.#last.next = unread;
      else this.#first = unread;
      this.#last = unread;
    }
  }

  /** Nothing more comes; with an error the reader gets it once, after what came. */
  end(error?: () => ClientError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#error = error;
    for (const reader of this.#readers?.splice(0) ?? []) this.#endReader(reader);
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return {
      next: () => {
        const reader: Reader = Promise.withResolvers();
        const event = this.#takeFirst();
        if (event) reader.resolve({ done: false, value: event });
        else if (this.#hasEnded) this.#endReader(reader);
        else (this.#readers ??= []).push(reader);
        return reader.promise;
      },
      return: () => {
        this.end();
        this.#first = undefined;
        this.#last = undefined;
        this.#error = undefined;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  #takeFirst(): RunEvent | undefined {
    const unread = this.#first;
    this.#first = unread?.next;
    if (!this.#first) this.#last = undefined;
    return unread?.event;
  }

  #endReader(reader: Reader): void {
    const error = this.#error;
    this.#error = undefined;
    if (error) reader.reject(error());
    else reader.resolve({ done: true, value: undefined });
  }
}

/** The run a caller holds: its events, its result, and the ways to end or to hurry it. */
export class SubmittedRun implements Run {
  readonly #task: Task<RunResult>;
  readonly #events: EventLog;
  readonly #lane: { retryNow(task: Task<RunResult>): boolean } | undefined;

  constructor(task: Task<RunResult>, events: EventLog, lane: { retryNow(task: Task<RunResult>): boolean } | undefined) {
    this.#task = task;
    this.#events = events;
    this.#lane = lane;
  }

  get id(): string {
    return `run-${this.#task.sequence}`;
  }

  get result(): Promise<RunResult> {
    return this.#task.result;
  }

  cancel(): void {
    this.#task.fail('cancelled', 'The run was cancelled');
  }

  retryNow(): boolean {
    return this.#lane?.retryNow(this.#task) ?? false;
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return this.#events[Symbol.asyncIterator]();
  }
}
