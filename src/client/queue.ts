import { FairLine } from './fairLine';
import type { Backlog } from './fairLine';
import type { Shares } from './shares';
import type { Link, Waiting } from './sourceLine';
import type { Priority } from './types';

/** First to last. */
const order = ['interactive', 'normal', 'background'] as const satisfies readonly Priority[];

/**
 * Ageing. Each start of a higher priority tries the patience of those passed over, one of `normal` far more than one
 * of `interactive`; and the longer the first of them has waited, the less patience is left. While a person's requests
 * leave room for others at all, this never comes to bear on them.
 */
const trial = { interactive: 1, normal: 16, background: 0 } as const satisfies Record<Priority, number>;
const firstPatience = 1_024;
const lastPatience = 64;
/** Halved for each: all that is ever lost of it is lost in a minute. */
const patienceHalfLifeMs = 15_000;

export interface Queued extends Waiting {
  readonly priority: Priority;
  readonly source: string;
  /** Monotonic milliseconds. */
  readonly queuedAt: number;
}

interface Choice<T> {
  readonly item: T;
  /** Passed over for so long that it goes before higher priorities, for once. */
  readonly isOverdue: boolean;
}

/**
 * Those who wait: whoever was forced goes first, then strictly by priority but for ageing, and sources of one priority
 * take turns. Owned by one lane; never throws.
 */
export class Queue<T extends Queued> {
  readonly #forced = new Set<T>();
  readonly #lines: Readonly<Record<Priority, FairLine<T>>> = {
    interactive: new FairLine(),
    normal: new FairLine(),
    background: new FairLine(),
  };
  readonly #links = new Map<T, Link<T>>();
  readonly #tried: Record<Priority, number> = { interactive: 0, normal: 0, background: 0 };

  get size(): number {
    return this.#links.size + this.#forced.size;
  }

  /** Sources with work, and those whose share is still remembered. For tests. */
  get knownSources(): number {
    return order.reduce((sum, priority) => sum + this.#lines[priority].knownSources, 0);
  }

  has(item: T): boolean {
    return this.#links.has(item) || this.#forced.has(item);
  }

  isForced(item: T): boolean {
    return this.#forced.has(item);
  }

  get hasForced(): boolean {
    return this.#forced.size > 0;
  }

  /** In the order in which they were forced. */
  get forced(): readonly T[] {
    return [...this.#forced];
  }

  /** Of those not forced. `isStrict` leaves ageing out. */
  next(now: number, isStrict = false): Choice<T> | undefined {
    let highest: T | undefined;
    for (const priority of order) {
      const { first } = this.#lines[priority];
      if (!first) continue;
      if (!highest) highest = first;
      else if (!isStrict && this.#tried[priority] >= patienceAfter(now - first.queuedAt)) {
        return { item: first, isOverdue: true };
      }
    }
    return highest && { item: highest, isOverdue: false };
  }

  /** Who may pass the first of its priority while that one waits for an uncommonly full bucket. */
  passerOf(item: T, cost: Shares): T | undefined {
    return this.#lines[item.priority].passerOf(item, cost);
  }

  /** In no particular order; must not be changed while it is read. */
  *[Symbol.iterator](): Iterator<T> {
    yield* this.#forced;
    for (const priority of order) yield* this.#lines[priority];
  }

  /** In the order in which they will go, ageing left out; must not be changed while it is read. */
  *upcoming(costOf: (item: T) => Shares): Generator<T> {
    yield* this.#forced;
    for (const priority of order) yield* this.#lines[priority].upcoming(costOf);
  }

  /** What goes before the newest of its source and priority. */
  before({ priority, source }: T): Backlog {
    return this.#behindHigher(priority, this.#lines[priority].before(source));
  }

  /** What would go before one that came now. */
  beforeNew(priority: Priority, source: string): Backlog {
    return this.#behindHigher(priority, this.#lines[priority].beforeNew(source));
  }

  push(item: T): void {
    this.#links.set(item, this.#lines[item.priority].push(item.source, item));
  }

  /** At the front of its source. */
  putBack(item: T): void {
    this.#links.set(item, this.#lines[item.priority].putBack(item.source, item));
  }

  /** Before everyone, in the order in which it was asked for. @returns whether it was waiting */
  force(item: T): boolean {
    if (this.#forced.has(item)) return true;
    if (!this.remove(item)) return false;
    this.#forced.add(item);
    return true;
  }

  /** @returns whether it was waiting */
  remove(item: T): boolean {
    const link = this.#links.get(item);
    if (!link) return this.#forced.delete(item);
    this.#lines[item.priority].remove(link);
    this.#links.delete(item);
    if (this.#lines[item.priority].length === 0) this.#tried[item.priority] = 0;
    return true;
  }

  /** It starts now and is going to cost so much. */
  start(item: T, cost: Shares): void {
    const { priority, source } = item;
    this.#lines[priority].chosen(source);
    // While the source still has it, or what it had would be forgotten with it.
    this.#lines[priority].charge(source, cost);
    this.remove(item);
    this.#tried[priority] = 0;
    for (const lower of order.slice(order.indexOf(priority) + 1)) {
      if (this.#lines[lower].length > 0) this.#tried[lower] += trial[priority];
    }
  }

  /** What started has cost so much more than was said, or less. */
  charge({ priority, source }: T, difference: Shares): void {
    this.#lines[priority].charge(source, difference);
  }

  #behindHigher(priority: Priority, own: Backlog): Backlog {
    let count = own.count + this.#forced.size;
    let { rawInputTokens } = own;
    for (const higher of order) {
      if (higher === priority) break;
      const { backlog } = this.#lines[higher];
      count += backlog.count;
      rawInputTokens += backlog.rawInputTokens;
    }
    return { count, rawInputTokens };
  }
}

function patienceAfter(waitedMs: number): number {
  return Math.max(firstPatience / 2 ** Math.floor(waitedMs / patienceHalfLifeMs), lastPatience);
}
