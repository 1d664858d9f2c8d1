/**
 * Owns what a script has opened: servers, browsers, temporary folders.
 *
 * `end()` ends them last-opened first, once, however often it is called; what arrives after it is ended at once. An end
 * that fails does not keep the others from ending: the first failure is thrown when all are through.
 */
export class Resources {
  readonly #ends: (() => unknown)[] = [];
  #ending: Promise<void> | undefined;

  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  async own(end: () => unknown): Promise<void> {
    if (this.#ending) {
      await end();
      return;
    }
    this.#ends.push(end);
  }

  end(): Promise<void> {
    this.#ending ??= this.#endAll();
    return this.#ending;
  }

  async #endAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let end = this.#ends.pop(); end; end = this.#ends.pop()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      throw failures[0];
    }
  }
}
