import type { Books } from './books';
import type { JobRecords } from './records';

/** How long a window holds what it holds of jobs, unless it renews it. */
export const leaseMs = 20_000;
export const heartbeatMs = 5_000;

/**
 * The leases of one job on questions, renewed with each heartbeat, and those that it waits for because another window
 * holds them.
 */
export class QuestionLeases {
  readonly #jobId: string;
  readonly #books: Books;
  readonly #held = new Set<string>();
  readonly #awaited = new Map<string, Set<() => void>>();
  #isOver = false;

  constructor(jobId: string, books: Books) {
    this.#jobId = jobId;
    this.#books = books;
  }

  /** All of them or none. Throws like the records. */
  take(records: JobRecords, keys: readonly string[]): boolean {
    const taken = records.leaseQuestions(this.#jobId, keys, leaseMs);
    if (taken.length === keys.length) {
      for (const key of keys) this.#held.add(key);
      return true;
    }
    const superfluous = taken.filter((key) => !this.#held.has(key));
    if (superfluous.length > 0) records.releaseQuestions(superfluous);
    return false;
  }

  /** They are answered, and given up together with that. */
  forget(keys: readonly string[]): void {
    for (const key of keys) this.#held.delete(key);
  }

  giveUp(keys: readonly string[]): void {
    const own = keys.filter((key) => this.#held.delete(key));
    if (own.length > 0) this.#books.write((records) => records.releaseQuestions(own));
  }

  /** Resolves when one of these may be answered, or free; and when it is all over. */
  whenFree(keys: readonly string[]): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      for (const key of keys) {
        const waiting = this.#awaited.get(key) ?? new Set();
        this.#awaited.set(key, waiting.add(resolve));
      }
    });
  }

  beat(): void {
    const held = [...this.#held];
    if (held.length > 0) this.#books.read((records) => records.leaseQuestions(this.#jobId, held, leaseMs), []);
    const awaited = [...this.#awaited.keys()];
    if (awaited.length === 0) return;
    const answered = this.#books.answers(awaited);
    const free = this.#books.read((records) => {
      const taken = records.leaseQuestions(this.#jobId, awaited, leaseMs).filter((key) => !this.#held.has(key));
      // Whoever waits takes them when it is its turn.
      if (taken.length > 0) records.releaseQuestions(taken);
      return taken;
    }, []);
    for (const key of [...answered.keys(), ...free]) this.#wake(key);
  }

  /** Whoever waits finds out that it is over. */
  end(): void {
    this.#isOver = true;
    for (const key of this.#awaited.keys()) this.#wake(key);
  }

  #wake(key: string): void {
    const waiting = this.#awaited.get(key);
    this.#awaited.delete(key);
    for (const resolve of waiting ?? []) resolve();
  }
}
