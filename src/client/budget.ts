import { Bucket } from './bucket';
import type { BucketMark } from './bucket';
import { dimensions } from './dimensions';
import type { Amounts, Dimension } from './dimensions';
import type { BucketReading, HeaderReading } from './headers';

/** What needs more than this of a bucket waits so long that others may pass. */
const heavyShare = 0.5;

/** What keeps a request from starting, and when that is expected to end (monotonic milliseconds). */
export interface Shortage<Reason> {
  readonly reason: Reason;
  readonly at: number;
}

/**
 * - `served`: what is settled counts
 * - `refused`: the server took nothing for it
 * - `failed`: it counts as a request; its input counts if it was settled
 */
export type ClaimOutcome = 'served' | 'refused' | 'failed';

export interface BucketState {
  readonly limit: number;
  readonly remaining: number;
  readonly fullAt: number;
  /** Epoch milliseconds. */
  readonly observedAt: number;
}

/**
 * The three buckets of a lane, spoken to through four verbs: reserve, settle (on the claim), observe and snapshot.
 *
 * Nothing above may assume to be alone: a reservation can be refused at any time, and what others use shows as a
 * falling level. Owned by one lane; pure arithmetic, told the time, never throws.
 */
export class Budget {
  readonly #buckets: Readonly<Record<Dimension, Bucket>> = {
    requests: new Bucket(),
    inputTokens: new Bucket(),
    outputTokens: new Bucket(),
  };
  readonly #observedAt = new Map<Dimension, number>();

  /** Whether the server has told any limit. */
  get isKnown(): boolean {
    return dimensions.some((dimension) => this.#buckets[dimension].limit !== undefined);
  }

  limitOf(dimension: Dimension): number | undefined {
    return this.#buckets[dimension].limit;
  }

  /**
   * What keeps `amounts` from being reserved now, in the dimension that takes longest. `headroomShare` of each bucket
   * is left free for those who go first.
   */
  findShortage(amounts: Amounts, headroomShare: number, now: number): Shortage<Dimension> | undefined {
    let longest: Shortage<Dimension> | undefined;
    for (const reason of dimensions) {
      const bucket = this.#buckets[reason];
      const headroom = headroomShare === 0 ? 0 : headroomShare * bucket.capacity;
      const at = bucket.readyAt(amounts[reason] + headroom, now);
      if (at > (longest?.at ?? now)) longest = { reason, at };
    }
    return longest;
  }

  /**
   * When all of `amounts`, the sum over a queue, will have flowed in while others take `takenPerMs`, and the dimension
   * that takes longest.
   */
  forecast(amounts: Amounts, takenPerMs: Amounts, now: number): Shortage<Dimension> | undefined {
    let longest: Shortage<Dimension> | undefined;
    for (const reason of dimensions) {
      const at = this.#buckets[reason].refilledAt(amounts[reason], now, takenPerMs[reason]);
      if (at > (longest?.at ?? now)) longest = { reason, at };
    }
    return longest;
  }

  /** Needs so much of a bucket that it must wait until that is uncommonly full. */
  isHeavy(amounts: Amounts): boolean {
    return dimensions.some((dimension) => amounts[dimension] > heavyShare * this.#buckets[dimension].capacity);
  }

  reserve(amounts: Amounts, now: number): Reservation {
    return new Reservation(this.#buckets, amounts, now, (dimension, epochNow) =>
      this.#observedAt.set(dimension, epochNow),
    );
  }

  /** The server refused `amounts` for lack of `dimension` until `readyAt`. */
  refuse(dimension: Dimension, amounts: Amounts, readyAt: number, now: number): void {
    this.#buckets[dimension].refuse(amounts[dimension], readyAt, now);
  }

  /** Which bucket a refusal was about, by what the refusal says of each; `undefined` when it does not tell. */
  findRefusedDimension(amounts: Amounts, reading: HeaderReading | undefined): Dimension | undefined {
    let tightest: Dimension | undefined;
    let smallestShare = 1;
    for (const dimension of dimensions) {
      const remaining = reading?.[dimension]?.remaining;
      // Output is refused only when there is none left: what an answer will need is not known to the server.
      const needed = dimension === 'outputTokens' ? Math.min(amounts[dimension], 1) : amounts[dimension];
      if (remaining === undefined || needed <= 0 || remaining / needed >= smallestShare) continue;
      smallestShare = remaining / needed;
      tightest = dimension;
    }
    return tightest;
  }

  /**
   * Refused at a full bucket of input that seems too small for it, and with no other bucket empty. Seen once it may
   * still be a limit the headers do not show and an estimate that is too high.
   */
  isBeyondCapacity({ inputTokens }: Amounts, reading: HeaderReading | undefined): boolean {
    const { remaining, remainingError } = reading?.inputTokens ?? { remaining: undefined, remainingError: 0 };
    if (reading?.requests?.remaining === 0 || reading?.outputTokens?.remaining === 0) return false;
    const { capacity } = this.#buckets.inputTokens;
    return remaining !== undefined && remaining + remainingError >= capacity && inputTokens > capacity;
  }

  snapshot(dimension: Dimension, now: number): BucketState | undefined {
    const bucket = this.#buckets[dimension];
    const observedAt = this.#observedAt.get(dimension);
    if (bucket.limit === undefined || observedAt === undefined) return undefined;
    return {
      limit: bucket.limit,
      remaining: Math.max(Math.floor(bucket.level(now)), 0),
      fullAt: bucket.fullAt(now),
      observedAt,
    };
  }

  /** What is pledged and not yet debited: 0 when nothing runs. */
  get pledged(): number {
    return dimensions.reduce((sum, dimension) => sum + this.#buckets[dimension].pledged, 0);
  }
}

/**
 * One request's part of a budget. All of it is pledged first. The server debits the request and its input when it admits
 * it, so both are debited when it leaves, and corrected later; output is debited as it is produced. Every method may be
 * called at any time; after `end` none has effect.
 */
export class Reservation {
  readonly #buckets: Readonly<Record<Dimension, Bucket>>;
  readonly #onObserved: (dimension: Dimension, epochNow: number) => void;
  readonly amounts: Amounts;
  /** Debited so far, by dimension; what is missing to `amounts` is pledged. */
  readonly #spent: Record<Dimension, number> = { requests: 0, inputTokens: 0, outputTokens: 0 };
  readonly #pledged: Record<Dimension, number>;
  #marks: Readonly<Record<Dimension, BucketMark>>;
  #isInputSettled = false;
  #hasEnded = false;

  constructor(
    buckets: Readonly<Record<Dimension, Bucket>>,
    amounts: Amounts,
    now: number,
    onObserved: (dimension: Dimension, epochNow: number) => void,
  ) {
    this.#buckets = buckets;
    this.#onObserved = onObserved;
    this.amounts = amounts;
    this.#pledged = { ...amounts };
    for (const dimension of dimensions) buckets[dimension].pledge(amounts[dimension]);
    this.#marks = this.#mark(now);
  }

  /** The request leaves now. */
  sent(now: number): void {
    if (this.#hasEnded) return;
    for (const dimension of ['requests', 'inputTokens'] as const) {
      this.#setSpent(dimension, this.amounts[dimension], now);
      this.#setPledged(dimension, 0);
    }
    this.#marks = this.#mark(now);
  }

  /** Reads the headers of this request's response. An error debits nothing, or its reading shows what it did debit. */
  observe(reading: HeaderReading, isAdmitted: boolean, now: number, epochNow: number): void {
    for (const dimension of dimensions) {
      const bucketReading: BucketReading | undefined = reading[dimension];
      if (!bucketReading) continue;
      // Given back before it is read, or the mirror would be raised to the reading and then by the same amount again.
      if (!isAdmitted && !this.#hasEnded && dimension !== 'outputTokens') this.#setSpent(dimension, 0, now);
      this.#buckets[dimension].observe(bucketReading, this.#marks[dimension], this.#spent[dimension], now);
      this.#onObserved(dimension, epochNow);
    }
  }

  settleInput(tokens: number, now: number): void {
    if (this.#hasEnded) return;
    this.#setSpent('inputTokens', tokens, now);
    this.#isInputSettled = true;
  }

  /** Output so far, in all. */
  produced(tokens: number, now: number): void {
    if (this.#hasEnded) return;
    this.#setSpent('outputTokens', tokens, now);
    this.#setPledged('outputTokens', Math.max(this.amounts.outputTokens - tokens, 0));
  }

  end(outcome: ClaimOutcome, now: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const dimension of dimensions) this.#setPledged(dimension, 0);
    if (outcome === 'refused') this.#setSpent('requests', 0, now);
    if (outcome !== 'served' && !this.#isInputSettled) this.#setSpent('inputTokens', 0, now);
  }

  #setSpent(dimension: Dimension, amount: number, now: number): void {
    this.#buckets[dimension].spend(amount - this.#spent[dimension], now);
    this.#spent[dimension] = amount;
  }

  #setPledged(dimension: Dimension, amount: number): void {
    this.#buckets[dimension].pledge(amount - this.#pledged[dimension]);
    this.#pledged[dimension] = amount;
  }

  #mark(now: number): Readonly<Record<Dimension, BucketMark>> {
    const { requests, inputTokens, outputTokens } = this.#buckets;
    return { requests: requests.mark(now), inputTokens: inputTokens.mark(now), outputTokens: outputTokens.mark(now) };
  }
}
