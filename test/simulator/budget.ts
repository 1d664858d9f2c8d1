import type { Clock } from '../../src/client/clock';
import { Bucket } from './bucket';
import type { Limits } from './limits';

const minuteMs = 60_000;

export type Dimension = 'requests' | 'inputTokens' | 'outputTokens';

/** Why a request is not admitted, and how long until this dimension could admit it. */
export interface Shortage {
  readonly dimension: Dimension;
  readonly waitMs: number;
}

export interface BucketLevel {
  readonly limit: number;
  readonly level: number;
  readonly fullInMs: number;
}

export type BudgetLevels = Readonly<Record<Dimension, BucketLevel>>;

/** What happens to a prompt that no full bucket could hold. Which of the two the API does is not established. */
export type OversizedInput = 'debt' | 'refuse';

/**
 * The three buckets of one organization, or workspace, and one limit group. Checking and taking are apart, so that an
 * organization and a workspace can both be asked before either is charged.
 */
export class Budget {
  readonly input: Bucket;
  readonly output: Bucket;
  readonly #requests: Bucket;
  /** Holds what may start within one slice. */
  readonly #slice: Bucket;

  constructor(clock: Clock, limits: Limits) {
    this.#requests = new Bucket(clock, limits.requestsPerMinute, limits.burstShare);
    this.#slice = new Bucket(clock, limits.requestsPerMinute, sliceShare(limits));
    this.input = new Bucket(clock, limits.inputTokensPerMinute, limits.burstShare);
    this.output = new Bucket(clock, limits.outputTokensPerMinute, limits.burstShare);
  }

  /** The dimension that keeps the request waiting longest; `undefined` when it may start. */
  findShortage(inputTokens: number, oversized: OversizedInput): Shortage | undefined {
    const input = oversized === 'debt' ? Math.min(inputTokens, this.input.capacity) : inputTokens;
    const shortages: Shortage[] = [
      { dimension: 'requests', waitMs: Math.max(this.#requests.msUntil(1), this.#slice.msUntil(1)) },
      { dimension: 'inputTokens', waitMs: this.input.msUntil(input) },
      { dimension: 'outputTokens', waitMs: this.output.msUntil(1) },
    ];
    const longest = shortages.reduce((one, other) => (other.waitMs > one.waitMs ? other : one));
    return longest.waitMs > 0 ? longest : undefined;
  }

  take(inputTokens: number): void {
    this.#requests.debit(1);
    this.#slice.debit(1);
    this.input.debit(inputTokens);
  }

  /** What another client takes at once: of each bucket no more than there is. */
  takeElsewhere(amounts: Partial<Record<Dimension, number>>): void {
    takeFrom(this.#requests, amounts.requests);
    takeFrom(this.input, amounts.inputTokens);
    takeFrom(this.output, amounts.outputTokens);
  }

  setLimits(limits: Limits): void {
    this.#requests.setLimit(limits.requestsPerMinute, limits.burstShare);
    this.#slice.setLimit(limits.requestsPerMinute, sliceShare(limits));
    this.input.setLimit(limits.inputTokensPerMinute, limits.burstShare);
    this.output.setLimit(limits.outputTokensPerMinute, limits.burstShare);
  }

  setDrain(share: number): void {
    for (const bucket of [this.#requests, this.input, this.output]) bucket.setDrain(share);
  }

  levels(): BudgetLevels {
    return {
      requests: levelOf(this.#requests),
      inputTokens: levelOf(this.input),
      outputTokens: levelOf(this.output),
    };
  }
}

function takeFrom(bucket: Bucket, amount = 0): void {
  bucket.debit(Math.min(amount, Math.max(bucket.level, 0)));
}

function levelOf(bucket: Bucket): BucketLevel {
  return { limit: bucket.limit, level: bucket.level, fullInMs: bucket.msUntilFull() };
}

function sliceShare(limits: Limits): number {
  if (limits.requestSliceMs === 0 || limits.requestsPerMinute === Infinity) return 1;
  return limits.requestSliceMs / minuteMs;
}
