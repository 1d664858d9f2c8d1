import type { Disposable } from '../../client/types';

/** While an answer streams, a crash may cost this much of it. */
const gatherMs = 1_000;
/** A disk that was full may have room again. */
const retryMs = 5_000;

export interface PendingWritesOptions {
  /** Told with the error each time a write failed, and with `undefined` when all is written again. */
  readonly onProblem: (error: unknown) => void;
  /** Does something about what a write failed with. True when all that is still to be written was asked for anew. */
  readonly mend?: ((error: unknown) => boolean) | undefined;
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
  #isDisposed = false;

  constructor(options: PendingWritesOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#writes.size === 0;
  }

  has(thing: string): boolean {
    return this.#writes.has(thing);
  }

  /** At once; asked for by a write, right after it. */
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

  /** Writes what there is. What fails now or is asked for later is tried once. */
  dispose(): void {
    this.flush();
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  /** Forgets all that was to be written until now. */
  clear(): void {
    this.#writes.clear();
  }

  /** Forgets all that was to be written, and takes nothing any more. */
  abandon(): void {
    this.#writes.clear();
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  #writeAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // The first one each time: a write that was asked for anew while it ran must not be passed over.
    for (let next = this.#first(); next; next = this.#first()) {
      const [thing, write] = next;
      const failure = this.#attempt(write);
      // It may have been given up meanwhile, or asked for anew.
      if (this.#writes.get(thing) !== write) continue;
      if (failure) return this.#putOff(failure.error);
      this.#writes.delete(thing);
    }
    if (!this.#hasProblem) return;
    this.#hasProblem = false;
    this.#options.onProblem(undefined);
  }

  #first(): [string, () => void] | undefined {
    return this.#writes.entries().next().value;
  }

  #attempt(write: () => void): { readonly error: unknown } | undefined {
    try {
      write();
      return undefined;
    } catch (error) {
      return this.#mend(error);
    }
  }

  #mend(error: unknown): { readonly error: unknown } | undefined {
    try {
      return this.#options.mend?.(error) ? undefined : { error };
    } catch (secondError) {
      return { error: secondError };
    }
  }

  /** What comes after it waits as well: it may build upon it. */
  #putOff(error: unknown): void {
    this.#hasProblem = true;
    this.#schedule(retryMs);
    this.#options.onProblem(error);
  }

  #schedule(delayMs: number): void {
    if (!this.#isDisposed) this.#timer ??= setTimeout(() => this.flush(), delayMs);
  }
}
