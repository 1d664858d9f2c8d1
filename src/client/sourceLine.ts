import { addShares, dominantOf, noShares } from './shares';
import type { Shares } from './shares';

/** What a queue must know of those who wait in it. */
export interface Waiting {
  /** Grows with the time of submission: those put back keep their place. */
  readonly sequence: number;
  /** Input tokens as counted from the text: for how much work there is, not for what it costs. */
  readonly rawInputTokens: number;
}

export interface Link<T extends Waiting> {
  readonly item: T;
  readonly line: SourceLine<T>;
  previous: Link<T> | undefined;
  next: Link<T> | undefined;
}

/** Those of one source who wait, first come, first served, and what the source has had. Never throws. */
export class SourceLine<T extends Waiting> {
  readonly source: string;
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;
  #length = 0;
  #rawInputTokens = 0;
  #used: Shares = noShares;
  #served = 0;

  constructor(source: string) {
    this.source = source;
  }

  get first(): T | undefined {
    return this.#first?.item;
  }

  get last(): T | undefined {
    return this.#last?.item;
  }

  get length(): number {
    return this.#length;
  }

  /** Of all who wait. */
  get rawInputTokens(): number {
    return this.#rawInputTokens;
  }

  /** The virtual token counter: the dominant share of what the source has had. */
  get served(): number {
    return this.#served;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let link = this.#first; link; link = link.next) yield link.item;
  }

  push(item: T): Link<T> {
    return this.#insert(item, this.#last);
  }

  /** At the front, yet behind those who came earlier and were put back as well. */
  putBack(item: T): Link<T> {
    let previous: Link<T> | undefined;
    for (let link = this.#first; link && link.item.sequence < item.sequence; link = link.next) previous = link;
    return this.#insert(item, previous);
  }

  remove(link: Link<T>): void {
    if (link.previous) link.previous.next = link.next;
    else this.#first = link.next;
    if (link.next) link.next.previous = link.previous;
    else this.#last = link.previous;
    this.#length--;
    this.#rawInputTokens -= link.item.rawInputTokens;
  }

  /** Negative shares give back. */
  charge(shares: Shares): void {
    this.#used = addShares(this.#used, shares);
    this.#served = dominantOf(this.#used);
  }

  /** Who asked for nothing while others were served has saved nothing up. */
  liftTo(served: number): void {
    const missing = served - this.#served;
    if (missing > 0) this.charge({ requests: missing, inputTokens: missing, outputTokens: missing });
  }

  #insert(item: T, previous: Link<T> | undefined): Link<T> {
    const link: Link<T> = { item, line: this, previous, next: previous ? previous.next : this.#first };
    if (previous) previous.next = link;
    else this.#first = link;
    if (link.next) link.next.previous = link;
    else this.#last = link;
    this.#length++;
    this.#rawInputTokens += item.rawInputTokens;
    return link;
  }
}
