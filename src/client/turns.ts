/**
 * Whose turn it is among those who share something: who has had least of it. Who comes back after having wanted nothing
 * has saved nothing up. Owned by the client; never throws.
 */
export class Turns<T extends object> {
  readonly #had = new WeakMap<T, number>();
  #waiting: ReadonlySet<T> = new Set();
  /** What whoever was served last had had, or somebody who waited: nobody who comes later counts as having had less. */
  #floor = 0;

  /** All who wait now. */
  see(waiting: ReadonlySet<T>): void {
    const stayed = [...waiting].filter((each) => this.#waiting.has(each));
    this.#raise(stayed);
    for (const each of waiting) {
      if (!this.#waiting.has(each)) this.#had.set(each, Math.max(this.#of(each), this.#floor));
    }
    this.#waiting = waiting;
  }

  first(those: Iterable<T>): T | undefined {
    let first: T | undefined;
    for (const each of those) if (first === undefined || this.#of(each) < this.#of(first)) first = each;
    return first;
  }

  charge(who: T, amount: number): void {
    this.#raise([who, ...this.#waiting]);
    this.#had.set(who, this.#of(who) + amount);
  }

  /** To the least that any of those had. */
  #raise(those: readonly T[]): void {
    const first = this.first(those);
    if (first !== undefined) this.#floor = Math.max(this.#floor, this.#of(first));
  }

  #of(who: T): number {
    return this.#had.get(who) ?? 0;
  }
}
