import { Bucket } from './bucket';
import { dimensions } from './dimensions';
import type { Amounts, Dimension } from './dimensions';
import type { HeaderReading } from './headers';
import { Reservation } from './reservation';
import { Streams } from './streams';

/** What needs more than this of a bucket waits so long that others may pass. */
const heavyShare = 0.5;
/** However much flows in later, this share of an answer must be there when it begins. */
const firstShare = 0.25;
/** Refused after fewer requests, it is a matter of how closely they follow each other, not of a minute's limit. */
const leastForInference = 10;
/** Published limits allow 500 to 2,000 input tokens a request: who sends more meets that limit first, else the other. */
const usualInputPerRequest = 600;
const unlikelyAllowance = 1.5;

/** On what terms a request is looked at. */
export interface Terms {
  /** To be left free for those who go first. */
  readonly headroom: Amounts;
  /** A person waits for it. */
  readonly isUrgent: boolean;
}

/** What keeps a request from starting, and when that is expected to end (monotonic milliseconds). */
export interface Shortage<Reason> {
  readonly reason: Reason;
  readonly at: number;
}

/** What can never be exceeded by one request. */
export interface Ceiling {
  readonly dimension: Dimension;
  readonly limit: number;
  /** What exceeds it. */
  readonly amount: number;
}

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
  readonly #streams = new Streams();
  #sent = 0;
  #firstSentAt = 0;
  readonly #observedAt = new Map<Dimension, number>();

  /** Whether the server has told any limit. */
  get isKnown(): boolean {
    return dimensions.some((dimension) => this.#buckets[dimension].isTold);
  }

  limitOf(dimension: Dimension): number | undefined {
    return this.#buckets[dimension].limit;
  }

  /**
   * What keeps `amounts` from being reserved now, in the dimension that takes longest. The headroom is left free for
   * those who go first.
   */
  findShortage(amounts: Amounts, terms: Terms, now: number): Shortage<Dimension> | undefined {
    let longest: Shortage<Dimension> | undefined;
    for (const reason of dimensions) {
      const needed = amounts[reason] + terms.headroom[reason];
      const at =
        reason === 'outputTokens'
          ? this.#outputReadyAt(amounts.outputTokens, terms, now)
          : this.#buckets[reason].readyAt(needed, now);
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

  /** Of input, per millisecond; 0 while it is not known. */
  get inputRefillPerMs(): number {
    return this.#buckets.inputTokens.ratePerMs;
  }

  capacityOf(dimension: Dimension): number {
    return this.#buckets[dimension].capacity;
  }

  /**
   * The bucket that can never hold so much, by what the server has told of it. Output is not asked for in advance, so it
   * is never too much.
   */
  findTooSmall(amounts: Amounts): Ceiling | undefined {
    for (const dimension of ['requests', 'inputTokens'] as const) {
      const bucket = this.#buckets[dimension];
      if (bucket.isTold && amounts[dimension] > bucket.capacity) {
        return { dimension, limit: Math.floor(bucket.capacity), amount: Math.ceil(amounts[dimension]) };
      }
    }
    return undefined;
  }

  /** Needs so much of a bucket that it must wait until that is uncommonly full. */
  isHeavy(amounts: Amounts): boolean {
    return dimensions.some((dimension) => amounts[dimension] > heavyShare * this.#buckets[dimension].capacity);
  }

  reserve(amounts: Amounts, now: number): Reservation {
    if (this.#sent++ === 0) this.#firstSentAt = now;
    return new Reservation(this.#buckets, this.#streams, amounts, now, (dimension, epochNow) =>
      this.#observedAt.set(dimension, epochNow),
    );
  }

  /** The server refused `amounts` for lack of `dimension` until `readyAt`. */
  refuse(dimension: Dimension, amounts: Amounts, readyAt: number, now: number): void {
    this.#buckets[dimension].refuse(amounts[dimension], readyAt, now);
  }

  /**
   * Refused by a server that tells no limits. Output is left out: what the answers under way will need is not known
   * yet, and whoever paces requests and input paces it as well.
   *
   * @returns whether the refusal shows anything
   */
  inferFromRefusal(now: number): boolean {
    if (this.isKnown || this.#sent < leastForInference) return false;
    const { requests, inputTokens } = this.#buckets;
    const sinceMs = now - this.#firstSentAt;
    const isOfInput = inputTokens.spentUnlimited > usualInputPerRequest * requests.spentUnlimited;
    requests.infer(sinceMs, isOfInput ? unlikelyAllowance : 1, now);
    inputTokens.infer(sinceMs, isOfInput ? 1 : unlikelyAllowance, now);
    return true;
  }

  /** A request was accepted. */
  confirm(): void {
    for (const dimension of dimensions) this.#buckets[dimension].confirm();
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

  /**
   * When an answer of so many tokens can begin. It is written over time, as those that run already are, and the bucket
   * fills meanwhile: so not all of what they need must be there. A person does not wait for what others may yet need.
   */
  #outputReadyAt(tokens: number, { headroom, isUrgent }: Terms, now: number): number {
    const bucket = this.#buckets.outputTokens;
    if (bucket.limit === undefined || tokens <= 0) return now;
    const running = isUrgent ? 0 : this.#streams.count;
    const pledged = isUrgent ? 0 : bucket.pledged;
    const share = this.#streams.shareNeeded(running + 1, bucket.ratePerMs);
    const needed = Math.max((pledged + tokens) * share, tokens * firstShare) + headroom.outputTokens;
    return bucket.levelAt(Math.min(needed, pledged + bucket.capacity), running + 1, now);
  }

  /** What is pledged and not yet debited: 0 when nothing runs. */
  get pledged(): number {
    return dimensions.reduce((sum, dimension) => sum + this.#buckets[dimension].pledged, 0);
  }
}
