import type { Disposable } from '../../client/types';

/** While an answer streams, a crash may cost this much of it. */
const gatherMs = 1_000;
/** A disk that was full may have room again. */
const retryMs = 5_000;

export interface PendingWritesOptions {
  /** Told with the error when a write failed, and with `undefined` when all is written again. */
  readonly onProblem: (error: unknown) => void;
}

/**
 * What is to be written and is not yet: one write for each thing, the newest. What could not be written is tried again
 * until it is, in the order in which it was first asked for. Never throws.
 */
export class PendingWrites implements Disposable {
  readonly #options: PendingWritesOptions;
  readonly #writes = new Map<string, () => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasProblem = false;
  #isFlushing = false;

  constructor(options: PendingWritesOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#writes.size === 0;
  }

  /** At once. */
  now(thing: string, write: () => void): void {
    this.#writes.set(thing, write);
    this.flush();
  }

  /** Soon, together with what else comes: the changes of a stream become few writes. */
  soon(thing: string, write: () => void): void {
    this.#writes.set(thing, write);
    this.#schedule(gatherMs);
  }

  /** Forgets what was to be written of it. */
  drop(thing: string): void {
    this.#writes.delete(thing);
  }

  flush(): void {
    // A write may ask for others: they come in their turn.
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      this.#writeAll();
    } finally {
      this.#isFlushing = false;
    }
  }

  #writeAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [thing, write] of this.#writes) {
      try {
        write();
      } catch (error) {
        this.#hasProblem = true;
        // What comes after it may build upon it.
        this.#schedule(retryMs);
        this.#options.onProblem(error);
        return;
      }
      if (this.#writes.get(thing) === write) this.#writes.delete(thing);
    }
    if (!this.#hasProblem) return;
    this.#hasProblem = false;
    this.#options.onProblem(undefined);
  }

  /** Writes what there is; what fails now is lost. */
  dispose(): void {
    this.flush();
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    this.#timer ??= setTimeout(() => this.flush(), delayMs);
  }
}
