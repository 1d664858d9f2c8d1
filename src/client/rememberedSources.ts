/** Enough for all that work side by side, and little to keep. */
const most = 500;

/** What is known of each source; of too many, the one that reported longest ago is forgotten. Never throws. */
export class RememberedSources<T> {
  readonly #known = new Map<string, T>();

  get(source: string): T | undefined {
    return this.#known.get(source);
  }

  set(source: string, known: T): void {
    // Again at the end: a map keeps the order in which its keys came.
    this.#known.delete(source);
    this.#known.set(source, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest);
  }
}
