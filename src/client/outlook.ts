import type { Means } from './admission';
import type { Shortage } from './budget';
import type { Costs } from './costs';
import { dimensions, limitNames, mapAmounts, noAmounts } from './dimensions';
import type { Amounts, Dimension } from './dimensions';
import type { Backlog } from './fairLine';
import type { Bid } from './task';
import { trendMs } from './trend';
import type { Priority, RememberedLimits, WaitReason } from './types';

const minuteMs = 60_000;

/** How long past use counts for what is expected: bursts of a few seconds are no trend. */
const memoryMs = trendMs;
/** How long an attempt is taken to last before any has ended, for waits that only its end can finish. */
const initialAttemptMs = 5_000;
/** Weight of the newest attempt in the average length. */
const attemptWeight = 0.2;

/** A rate that forgets: what was spent over the last minute or so, weighed by how recent it is. */
class Rate {
  #sum: Amounts = noAmounts;
  #at: number | undefined;
  #since = 0;

  add(amounts: Amounts, now: number): void {
    if (this.#at === undefined) this.#since = now;
    const kept = this.#keptAt(now);
    this.#sum = mapAmounts((dimension) => this.#sum[dimension] * kept + amounts[dimension]);
    this.#at = now;
  }

  perMs(dimension: Dimension, now: number): number {
    if (this.#at === undefined) return 0;
    // What has not been watched for the whole of the memory must not count as if nothing had been spent before.
    const watchedMs = Math.max(memoryMs * (1 - Math.exp(-(now - this.#since) / memoryMs)), 1_000);
    return (this.#sum[dimension] * this.#keptAt(now)) / watchedMs;
  }

  #keptAt(now: number): number {
    return Math.exp(-(now - (this.#at ?? now)) / memoryMs);
  }
}

/** When will whoever waits be able to start? Learns what goes before it and how long attempts last. Never throws. */
export class Outlook {
  readonly #costs: Costs;
  /** From an earlier life: only for telling times until the server has spoken. */
  readonly #remembered: RememberedLimits | undefined;
  readonly #rates: Readonly<Record<Priority, Rate>> = {
    interactive: new Rate(),
    normal: new Rate(),
    background: new Rate(),
  };
  #attemptMs = initialAttemptMs;

  constructor(costs: Costs, remembered: RememberedLimits | undefined) {
    this.#costs = costs;
    this.#remembered = remembered;
  }

  /** How long an attempt lasts, on average. */
  get attemptMs(): number {
    return this.#attemptMs;
  }

  /** When it starts, what is expected of it; when it has ended, the difference to what it was. */
  spent({ priority }: Bid, amounts: Amounts, now: number): void {
    this.#rates[priority].add(amounts, now);
  }

  ended(lastedMs: number): void {
    this.#attemptMs += attemptWeight * (lastedMs - this.#attemptMs);
  }

  /**
   * When who has so much before it may start, and which limit decides: `undefined` while too little is known, or nothing
   * is in its way.
   */
  startOf(bid: Bid, before: Backlog, means: Means): Shortage<WaitReason> | undefined {
    const { budget, maxConcurrent, running, now } = means;
    const amounts = this.#costs.amountsUpTo(bid, before);
    if (!budget.isKnown) return this.#recall(amounts, now);
    const flow = budget.forecast(amounts, this.takenBefore(bid.priority, now), now);
    const rounds = Math.max(before.count + 1 + running - maxConcurrent, 0) / maxConcurrent;
    const slot = { reason: 'concurrency', at: now + rounds * this.#attemptMs } as const;
    return slot.at > (flow?.at ?? now) ? slot : flow;
  }

  /** As if the remembered limits still held and nobody had drawn on them. */
  #recall(amounts: Amounts, now: number): Shortage<WaitReason> | undefined {
    let longest: Shortage<WaitReason> | undefined;
    for (const reason of dimensions) {
      const limit = this.#remembered?.[limitNames[reason]];
      if (limit === undefined || limit <= 0) continue;
      const at = now + Math.max(amounts[reason] / limit - 1, 0) * minuteMs;
      if (at >= (longest?.at ?? now)) longest = { reason, at };
    }
    return longest;
  }

  /** What those who go before this priority are going to take, by what they took. */
  takenBefore(priority: Priority, now: number): Amounts {
    if (priority === 'interactive') return noAmounts;
    const higher = priority === 'normal' ? [this.#rates.interactive] : [this.#rates.interactive, this.#rates.normal];
    return mapAmounts((dimension) => higher.reduce((sum, rate) => sum + rate.perMs(dimension, now), 0));
  }
}
