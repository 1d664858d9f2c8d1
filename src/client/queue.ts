import type { Priority } from './types';

/** First to last. */
const order = ['interactive', 'normal', 'background'] as const satisfies readonly Priority[];

/** What a queue must know of those who wait in it. */
export interface Waiting {
  readonly priority: Priority;
  /** Grows with the time of submission: those put back keep their place. */
  readonly sequence: number;
}

interface Link<T> {
  readonly item: T;
  previous: Link<T> | undefined;
  next: Link<T> | undefined;
}

interface Line<T> {
  first: Link<T> | undefined;
  last: Link<T> | undefined;
  length: number;
}

/**
 * Those who wait, by strict priority and first come, first served within one. Everything is O(1) but `putBack`, which
 * passes only those put back before. Owned by one lane; never throws.
 */
export class Queue<T extends Waiting> {
  readonly #lines: Readonly<Record<Priority, Line<T>>> = {
    interactive: emptyLine(),
    normal: emptyLine(),
    background: emptyLine(),
  };
  readonly #links = new Map<T, Link<T>>();

  get size(): number {
    return this.#links.size;
  }

  has(item: T): boolean {
    return this.#links.has(item);
  }

  get first(): T | undefined {
    for (const priority of order) {
      const link = this.#lines[priority].first;
      if (link) return link.item;
    }
    return undefined;
  }

  /** In the order in which they will go; must not be changed while it is read. */
  *[Symbol.iterator](): Iterator<T> {
    for (const priority of order) {
      for (let link = this.#lines[priority].first; link; link = link.next) yield link.item;
    }
  }

  /** How many would go before a newcomer of this priority. */
  lengthBefore(priority: Priority): number {
    let length = 0;
    for (const each of order) {
      length += this.#lines[each].length;
      if (each === priority) break;
    }
    return length;
  }

  push(item: T): void {
    const line = this.#lines[item.priority];
    this.#insert(line, item, line.last);
  }

  /** At the front, yet behind those who came earlier and were put back as well. */
  putBack(item: T): void {
    const line = this.#lines[item.priority];
    let previous: Link<T> | undefined;
    for (let link = line.first; link && link.item.sequence < item.sequence; link = link.next) previous = link;
    this.#insert(line, item, previous);
  }

  /** @returns whether it was waiting */
  remove(item: T): boolean {
    const link = this.#links.get(item);
    if (!link) return false;
    const line = this.#lines[item.priority];
    if (link.previous) link.previous.next = link.next;
    else line.first = link.next;
    if (link.next) link.next.previous = link.previous;
    else line.last = link.previous;
    line.length--;
    this.#links.delete(item);
    return true;
  }

  #insert(line: Line<T>, item: T, previous: Link<T> | undefined): void {
    const link: Link<T> = { item, previous, next: previous ? previous.next : line.first };
    if (previous) previous.next = link;
    else line.first = link;
    if (link.next) link.next.previous = link;
    else line.last = link;
    line.length++;
    this.#links.set(item, link);
  }
}

function emptyLine<T>(): Line<T> {
  return { first: undefined, last: undefined, length: 0 };
}
