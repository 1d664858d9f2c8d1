import type { JobCost } from './job';
import type { Answer } from './question';
import type { JobRecords, KeptAnswer } from './records';

type LogContext = Readonly<Record<string, unknown>>;

export interface JobLog {
  info(message: string, context?: LogContext): void;
  warn(message: string, context?: LogContext): void;
  error(message: string, error: unknown, context?: LogContext): void;
}

/** Reasons of `StoreError` after which it is worth to try again. */
const passingFailures: ReadonlySet<unknown> = new Set(['full', 'busy', 'unwritable', 'corrupt', 'moved', 'closed']);

interface Unwritten {
  readonly write: (records: JobRecords) => void;
  readonly onWritten: (() => void) | undefined;
}

/**
 * The records as the work on jobs sees them: what cannot be written now waits in memory, in order, and is tried again
 * with each heartbeat. Owned by the desk. Only `attempt` rejects.
 */
export class Books {
  readonly #records: () => JobRecords;
  readonly #log: JobLog;
  #unwritten: Unwritten[] = [];
  /** Those that are not written yet. */
  readonly #answers = new Map<string, Answer>();
  #nextBeat = Promise.withResolvers<void>();
  #hasFailed = false;
  #lastFailure: unknown;

  constructor(records: () => JobRecords, log: JobLog) {
    this.#records = records;
    this.#log = log;
  }

  /** Nothing more may be asked: what is answered could not be kept. */
  get isStuck(): boolean {
    return this.#hasFailed || this.#unwritten.length > 0;
  }

  /** What it cannot find out is `otherwise`. */
  read<T>(look: (records: JobRecords) => T, otherwise: T): T {
    try {
      return look(this.#records());
    } catch (error) {
      this.#tell(error);
      return otherwise;
    }
  }

  /** Those that are only in memory included. */
  answers(keys: readonly string[]): ReadonlyMap<string, Answer> {
    if (keys.length === 0) return new Map();
    const found = new Map(this.read<Iterable<[string, Answer]>>((records) => records.answers(keys).entries(), []));
    if (this.#answers.size === 0) return found;
    for (const key of keys) {
      const answer = this.#answers.get(key);
      if (answer && !found.has(key)) found.set(key, answer);
    }
    return found;
  }

  /** At once where nothing stands in the way; otherwise later, in order. */
  write(write: (records: JobRecords) => void, onWritten?: () => void): void {
    this.#unwritten.push({ write, onWritten });
    if (this.#unwritten.length === 1) this.#flush();
  }

  keep(jobId: string, answers: readonly KeptAnswer[], cost: JobCost, onWritten?: () => void): void {
    for (const { key, text, isCut } of answers) this.#answers.set(key, { text, isCut });
    this.write(
      (records) => records.keep(jobId, answers, cost),
      () => {
        for (const { key } of answers) this.#answers.delete(key);
        onWritten?.();
      },
    );
  }

  /**
   * Tries until it succeeds, with each heartbeat. Rejects when it never will, and with what `findEnd` returns once that is
   * something.
   */
  async attempt<T>(work: (records: JobRecords) => T, findEnd: () => Error | undefined): Promise<T> {
    for (;;) {
      const end = findEnd();
      if (end) throw end;
      if (this.#unwritten.length === 0) {
        try {
          const result = work(this.#records());
          this.#succeeded();
          return result;
        } catch (error) {
          if (!isPassingFailure(error)) throw error;
          this.#failed(error);
        }
      }
      await this.#nextBeat.promise;
    }
  }

  /** Everything that could not be done is tried again. */
  beat(): void {
    this.#flush();
    const { resolve } = this.#nextBeat;
    this.#nextBeat = Promise.withResolvers();
    resolve();
  }

  #flush(): void {
    for (let first = this.#unwritten[0]; first; first = this.#unwritten[0]) {
      try {
        first.write(this.#records());
        this.#succeeded();
      } catch (error) {
        if (isPassingFailure(error)) return this.#failed(error);
        // It would stand in the way for ever; a job that is gone needs nothing any more.
        this.#tell(error);
      }
      this.#unwritten.shift();
      first.onWritten?.();
    }
  }

  #succeeded(): void {
    this.#hasFailed = false;
    this.#lastFailure = undefined;
  }

  #failed(error: unknown): void {
    this.#hasFailed = true;
    this.#tell(error);
  }

  /** Once, not with every heartbeat. */
  #tell(error: unknown): void {
    const reason = reasonOf(error) ?? String(error);
    if (reason === this.#lastFailure) return;
    this.#lastFailure = reason;
    this.#log.error('The records of jobs cannot be reached', error);
  }
}

function isPassingFailure(error: unknown): boolean {
  return passingFailures.has(reasonOf(error));
}

function reasonOf(error: unknown): unknown {
  return error instanceof Error && 'reason' in error ? error.reason : undefined;
}
