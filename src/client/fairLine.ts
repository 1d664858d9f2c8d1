import { Heap } from './heap';
import { dominantOf } from './shares';
import type { Shares } from './shares';
import { SourceLine } from './sourceLine';
import type { Link, Waiting } from './sourceLine';

/** So many sources without work are remembered beside those with work; then the ones that others have overtaken go. */
const idleSources = 64;
/** Beyond so many sources, those looked at stand for the rest. */
const sampledSources = 64;

/** How much waits before someone. */
export interface Backlog {
  readonly count: number;
  readonly rawInputTokens: number;
}

/**
 * Those of one priority who wait: sources take turns so that each gets the same, measured by its dominant share (a
 * virtual token counter). Next is the source that has had least; one that was idle starts level with the others.
 * https://www.usenix.org/conference/osdi24/presentation/sheng
 *
 * O(log s) for s sources with work, but `putBack`, which also passes those put back before. Never throws.
 */
export class FairLine<T extends Waiting> {
  readonly #lines = new Map<string, SourceLine<T>>();
  readonly #active = new Heap<SourceLine<T>>(isBefore);
  #length = 0;
  #rawInputTokens = 0;
  /** What the source chosen last had had: nobody who comes later starts below. */
  #floor = 0;

  get length(): number {
    return this.#length;
  }

  get knownSources(): number {
    return this.#lines.size;
  }

  get backlog(): Backlog {
    return { count: this.#length, rawInputTokens: this.#rawInputTokens };
  }

  get first(): T | undefined {
    return this.#active.first?.first;
  }

  /** In no particular order. */
  *[Symbol.iterator](): Iterator<T> {
    for (const line of this.#active.values()) yield* line;
  }

  /** In the order in which they will go, if each costs what `costOf` says. */
  *upcoming(costOf: (item: T) => Shares): Generator<T> {
    const waiting = this.#active.ascending();
    const heads: { readonly items: Iterator<T>; item: T; served: number }[] = [];
    let newcomer = waiting.next();
    for (;;) {
      let first = heads[0];
      for (const head of heads) if (first && head.served < first.served) first = head;
      // A source enters when those inside have caught up with it.
      if (!newcomer.done && (!first || newcomer.value.served < first.served)) {
        const items = newcomer.value[Symbol.iterator]();
        const { value, done } = items.next();
        if (!done) heads.push({ items, item: value, served: newcomer.value.served });
        newcomer = waiting.next();
        continue;
      }
      if (!first) return;
      yield first.item;
      first.served += dominantOf(costOf(first.item));
      const { value, done } = first.items.next();
      if (done) heads.splice(heads.indexOf(first), 1);
      else first.item = value;
    }
  }

  /**
   * Who may pass `item`, the first, while it waits for an uncommonly full bucket: the next source, until it has had as
   * much as `item` asks for. So a heavy request delays nobody, and is not put off for ever.
   */
  passerOf(item: T, cost: Shares): T | undefined {
    const [own, next] = this.#active.firstTwo();
    if (own?.first !== item || !next) return undefined;
    return next.served < own.served + dominantOf(cost) ? next.first : undefined;
  }

  push(source: string, item: T): Link<T> {
    const line = this.#lineOf(source);
    if (line.length === 0) line.liftTo(this.#floor);
    return this.#added(line.push(item));
  }

  putBack(source: string, item: T): Link<T> {
    return this.#added(this.#lineOf(source).putBack(item));
  }

  remove(link: Link<T>): void {
    const { line, item } = link;
    line.remove(link);
    this.#length--;
    this.#rawInputTokens -= item.rawInputTokens;
    if (line.length > 0) this.#active.update(line);
    else {
      this.#active.remove(line);
      // With nobody waiting, whoever comes next starts level with who was served last.
      if (this.#active.size === 0) this.#floor = Math.max(this.#floor, line.served);
      this.#forgetIdle();
    }
  }

  /** It starts now: whoever comes later starts level with its source. */
  chosen(source: string): void {
    // Who goes out of turn is ahead of others who are still to be served.
    const served = Math.min(this.#lines.get(source)?.served ?? 0, this.#active.first?.served ?? Infinity);
    this.#floor = Math.max(this.#floor, served);
  }

  /** What a source has had; negative for what turned out to be less. */
  charge(source: string, shares: Shares): void {
    const line = this.#lines.get(source);
    if (!line) return;
    line.charge(shares);
    this.#active.update(line);
  }

  /**
   * What will go before the last of a source: all before it in its own line, and as much of each other source, which
   * may have less waiting now and hand in more until then.
   */
  before(source: string): Backlog {
    const own = this.#lines.get(source);
    if (!own) return { count: 0, rawInputTokens: 0 };
    return this.#besides(own, own.length - 1, own.rawInputTokens - (own.last?.rawInputTokens ?? 0));
  }

  /** What would go before one more of a source. */
  beforeNew(source: string): Backlog {
    const own = this.#lines.get(source);
    return this.#besides(own, own?.length ?? 0, own?.rawInputTokens ?? 0);
  }

  /** So much of a source, and as much of each other. */
  #besides(own: SourceLine<T> | undefined, ownCount: number, ownTokens: number): Backlog {
    let others = 0;
    let otherTokens = 0;
    let looked = 0;
    for (const line of this.#active.values()) {
      if (line === own) continue;
      if (looked++ === sampledSources) break;
      const share = ownTokens / Math.max(line.rawInputTokens, 1);
      others += share * line.length;
      otherTokens += share * line.rawInputTokens;
    }
    const scale = looked > sampledSources ? (this.#active.size - 1) / sampledSources : 1;
    return { count: ownCount + Math.round(others * scale), rawInputTokens: ownTokens + otherTokens * scale };
  }

  #lineOf(source: string): SourceLine<T> {
    let line = this.#lines.get(source);
    if (!line) {
      line = new SourceLine(source);
      line.liftTo(this.#floor);
      this.#lines.set(source, line);
    }
    return line;
  }

  #added(link: Link<T>): Link<T> {
    this.#length++;
    this.#rawInputTokens += link.item.rawInputTokens;
    this.#active.add(link.line);
    this.#active.update(link.line);
    return link;
  }

  #forgetIdle(): void {
    if (this.#lines.size <= 2 * this.#active.size + idleSources) return;
    for (const [source, line] of this.#lines) {
      if (line.length === 0 && line.served <= this.#floor) this.#lines.delete(source);
    }
  }
}

function isBefore<T extends Waiting>(one: SourceLine<T>, other: SourceLine<T>): boolean {
  if (one.served !== other.served) return one.served < other.served;
  return (one.first?.sequence ?? 0) < (other.first?.sequence ?? 0);
}
