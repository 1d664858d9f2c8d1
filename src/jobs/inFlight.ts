/**
 * The questions that this window is asking, of all its jobs: leases hold between windows, not within one. Owned by the
 * desk.
 */
export class InFlight {
  readonly #keys = new Map<string, Promise<void>>();

  /** Settles when the first of these is over; `undefined` while none is asked. */
  of(keys: readonly string[]): Promise<void> | undefined {
    for (const key of keys) {
      const found = this.#keys.get(key);
      if (found) return found;
    }
    return undefined;
  }

  /** Those of these that are not asked yet are from now on. @returns how to end it, once */
  begin(keys: readonly string[]): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const own = keys.filter((key) => !this.#keys.has(key));
    for (const key of own) this.#keys.set(key, promise);
    return () => {
      for (const key of own) this.#keys.delete(key);
      resolve();
    };
  }
}
