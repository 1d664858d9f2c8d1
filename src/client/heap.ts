/**
 * A binary min-heap whose items know nothing of it and whose order may change: `update` restores it in O(log n).
 * Owned by one line of a queue; never throws.
 */
export class Heap<T> {
  readonly #isBefore: (one: T, other: T) => boolean;
  readonly #items: T[] = [];
  readonly #indices = new Map<T, number>();

  constructor(isBefore: (one: T, other: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  /** In no particular order. */
  values(): Iterable<T> {
    return this.#items.values();
  }

  add(item: T): void {
    if (this.#indices.has(item)) return;
    this.#place(item, this.#items.length);
    this.#rise(item, this.#items.length - 1);
  }

  remove(item: T): void {
    const index = this.#indices.get(item);
    if (index === undefined) return;
    this.#indices.delete(item);
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#place(last, index);
    this.update(last);
  }

  /** The item's place in the order has changed. */
  update(item: T): void {
    const index = this.#indices.get(item);
    if (index === undefined) return;
    this.#sink(item, this.#rise(item, index));
  }

  firstTwo(): readonly [T | undefined, T | undefined] {
    return [this.#items[0], this.#items[this.#isAtBefore(2, 1) ? 2 : 1]];
  }

  /** From the first on, as far as it is read; O(k) for each of the first k. */
  *ascending(): Generator<T> {
    const frontier = [0];
    while (frontier.length > 0) {
      let best = 0;
      for (let each = 1; each < frontier.length; each++) {
        if (this.#isAtBefore(frontier[each], frontier[best])) best = each;
      }
      const [index = 0] = frontier.splice(best, 1);
      const item = this.#items[index];
      if (item === undefined) continue;
      yield item;
      for (const child of [2 * index + 1, 2 * index + 2]) if (child < this.#items.length) frontier.push(child);
    }
  }

  #rise(item: T, from: number): number {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex];
      if (parent === undefined || !this.#isBefore(item, parent)) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(item, index);
    return index;
  }

  #sink(item: T, from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const childIndex = this.#isAtBefore(left + 1, left) ? left + 1 : left;
      const child = this.#items[childIndex];
      if (child === undefined || !this.#isBefore(child, item)) break;
      this.#place(child, index);
      index = childIndex;
    }
    this.#place(item, index);
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    this.#indices.set(item, index);
  }

  #isAtBefore(one: number | undefined, other: number | undefined): boolean {
    const first = one === undefined ? undefined : this.#items[one];
    const second = other === undefined ? undefined : this.#items[other];
    return first !== undefined && second !== undefined && this.#isBefore(first, second);
  }
}
