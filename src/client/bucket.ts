import { ForeignUse } from './foreignUse';
import { Spending } from './spending';
import { refillMs } from './trend';
import type { BucketReading } from './headers';

const minuteMs = 60_000;
/** An inferred limit is lowered by this at each refusal, and so slowly raised between that few are refused. */
const inferenceStep = 0.04;
const acceptancesPerRefusal = 25;
/** A level this close to what is needed counts as enough: the rest is rounding of floating-point refill. */
const epsilon = 1e-6;

/** However much others seem to take, this share of the refill is counted on: or nothing would ever be tried again. */
const smallestNetShare = 0.1;

/** Less than this of the refill is noise of our own estimates, not somebody else. */
const noticeableShare = 0.05;
/** Between two readings others are ahead of us by so much of their use. */
const foreignLeadMs = 1_000;
const largestMarginShare = 0.05;
/** What is under way and not settled explains differences up to this share of it: nobody else need have been there. */
const doubtShare = 0.1;
/** By how much the server's own estimate of a request may be too low, where a reading would raise the level. */
const correctionShare = 0.25;

/** By so much one request may overtake another between its leaving here and its being counted there. */
const overtakingMs = 250;

/** Where a bucket stood in our own books when a request left. */
export interface BucketMark {
  readonly sentAt: number;
  /** Debited for requests whose cost is not certain yet. */
  readonly unsettled: number;
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Our mirror of one of the server's token buckets: refilled continuously, debited by what we send, and held within what
 * the headers allow. Until a limit is known it is boundless.
 *
 * Pure arithmetic: every method is told the time (monotonic milliseconds, never going back) and none throws. The level
 * may be negative: the server admits some costs before it knows them. Owned by one `Budget`.
 */
export class Bucket {
  /** Per minute; `undefined` until the server has told. */
  #limit: number | undefined;
  #isInferred = false;
  /** What the bucket can hold: a minute's worth, or less where the server shows so. */
  #capacity: Interval = { low: Infinity, high: Infinity };
  #level = 0;
  #updatedAt = 0;
  /** Expected of running requests and not yet debited. */
  #pledged = 0;
  /**
   * All that was ever debited. What is given back does not lower it: that was mostly debited before the earlier
   * reading, and would pass for room the server never told of.
   */
  readonly #spending = new Spending();
  readonly #foreign = new ForeignUse();
  #unsettled = 0;
  /** How far what the headers say may be off. */
  #readingError = 0;

  get limit(): number | undefined {
    return this.#limit;
  }

  /** What flows in; 0 while the limit is unknown. */
  get ratePerMs(): number {
    return (this.#limit ?? 0) / minuteMs;
  }

  /** Told by the server, not inferred. */
  get isTold(): boolean {
    return this.#limit !== undefined && !this.#isInferred;
  }

  get pledged(): number {
    return this.#pledged;
  }

  /** The middle of what the readings leave open; infinite while the limit is unknown. */
  get capacity(): number {
    return (this.#capacity.low + this.#capacity.high) / 2;
  }

  level(now: number): number {
    this.#refill(now);
    return this.#level;
  }

  /** What a new request can count on. */
  available(now: number): number {
    return this.#limit === undefined ? Infinity : this.level(now) - this.#pledged;
  }

  /** All that was debited while no limit was known. */
  get spentUnlimited(): number {
    return this.#limit === undefined ? -this.#level : 0;
  }

  /** When `amount` will be available if nothing else happens. More than the bucket can hold means: when it is full. */
  readyAt(amount: number, now: number): number {
    return this.refilledAt(Math.min(amount + this.#foreignMargin(now), this.capacity), now);
  }

  /**
   * When so much will have flowed in while others take `takenPerMs` for a while, whether or not it would fit in at once: for those
   * further back in a queue.
   */
  refilledAt(amount: number, now: number, takenPerMs = 0): number {
    if (this.#limit === undefined) return now;
    const missing = amount - this.available(now);
    if (missing <= epsilon) return now;
    if (this.ratePerMs <= 0) return Infinity;
    return now + refillMs(missing, this.#netRatePerMs(now), takenPerMs);
  }

  /** When the level, what is pledged included, will be so high if `streams` share the refill between them. */
  levelAt(level: number, streams: number, now: number): number {
    if (this.#limit === undefined) return now;
    const missing = level - this.level(now);
    if (missing <= epsilon) return now;
    return this.ratePerMs > 0 ? now + (missing * streams) / this.ratePerMs : Infinity;
  }

  /** When the bucket is full again if nothing more is sent. */
  fullAt(now: number): number {
    return this.readyAt(this.capacity, now);
  }

  /** A negative amount gives back. */
  spend(amount: number, now: number): void {
    this.#refill(now);
    this.#level = this.#limit === undefined ? this.#level - amount : Math.min(this.#level - amount, this.capacity);
    if (amount > 0) this.#spending.add(amount, now);
  }

  pledge(amount: number): void {
    this.#pledged = Math.max(this.#pledged + amount, 0);
  }

  /** So much of what is debited is an estimate; negative when it no longer is. */
  addUnsettled(amount: number): void {
    this.#unsettled += amount;
  }

  mark(now: number): BucketMark {
    return { sentAt: now, unsettled: this.#unsettled };
  }

  /**
   * Reads the header of a response, dated to when its request left: `remaining` held at some moment since then. What we
   * spent after that moment is not in it, and `ownCost`, the part of the request itself, may be in it or not. So the
   * reading is an interval, and the mirror is moved only as far as it must be to lie within.
   */
  observe(reading: BucketReading, mark: BucketMark, ownCost: number, now: number): void {
    this.#refill(now);
    const isFirst = this.#limit === undefined || (this.#isInferred && reading.limit !== undefined);
    if (reading.limit !== undefined) this.#setLimit(reading.limit);
    const limit = this.#limit;
    if (limit === undefined) return;
    // Requests overtake each other on their way: of those sent about the same time any may be in the reading or not.
    const spentSince = this.#spending.since(mark.sentAt - overtakingMs);
    const spentAfter = this.#spending.since(mark.sentAt + overtakingMs);
    if (reading.remaining === undefined) {
      // Told the limit only: nobody else is known to draw on it.
      if (isFirst) this.#level = Math.min(limit - spentSince, this.capacity);
      return;
    }
    const told = this.#readLevel(reading, reading.remaining);
    // The server corrects its own estimates while requests run: what was under way may still turn out to cost more.
    const low = told.low - spentSince - correctionShare * mark.unsettled;
    // With the request itself debited, no more than the rest of a full bucket can be left.
    const left = Math.min(told.high, this.#capacity.high - ownCost);
    const high = Math.max(left + this.ratePerMs * (now - mark.sentAt) - spentAfter, low);
    const expected = isFirst ? reading.remaining - (spentSince - ownCost) : this.#level;
    const level = clamp(expected, { low, high });
    if (!isFirst) this.#foreign.saw(beyond(expected - level, 1 + doubtShare * (mark.unsettled + this.#unsettled)), now);
    this.#readingError = reading.remainingError;
    this.#level = Math.min(level, this.capacity);
  }

  /** The server refused `amount` and named the moment it can succeed: nothing the headers say may promise it earlier. */
  refuse(amount: number, readyAt: number, now: number): void {
    this.#refill(now);
    if (this.#limit === undefined) return;
    // As the wait for it will be reckoned, margin and all: the server's word is neither undercut nor outdone.
    const needed = Math.min(amount + this.#foreignMargin(now), this.capacity) + this.#pledged;
    const level = needed - this.#netRatePerMs(now) * Math.max(readyAt - this.#updatedAt, 0);
    this.#level = Math.min(level, this.capacity);
  }

  /**
   * A refusal by a server that tells no limits: what was spent up to it shows the limit, if the bucket holds a minute's
   * worth and was full `sinceMs` ago; each later refusal shows that it was taken too high. Where another bucket is the
   * likelier cause, `allowance` above 1 says so.
   */
  infer(sinceMs: number, allowance: number, now: number): void {
    if (this.#limit === undefined) {
      const limit = (allowance * Math.max(-this.#level, 1)) / (1 + sinceMs / minuteMs);
      this.#setLimit(limit);
      this.#isInferred = true;
      this.#updatedAt = now;
      this.#level = (allowance - 1) * limit;
    } else if (this.#isInferred) {
      this.#refill(now);
      this.#scaleLimit(1 - inferenceStep);
      this.#level = Math.min(this.#level, 0);
    }
  }

  /** A request was accepted: if the limit is inferred, it may be higher. */
  confirm(): void {
    if (this.#isInferred) this.#scaleLimit(1 + inferenceStep / acceptancesPerRefusal);
  }

  #scaleLimit(factor: number): void {
    const limit = (this.#limit ?? 0) * factor;
    this.#limit = limit;
    this.#capacity = { low: limit, high: limit };
  }

  /** `remaining` within its rounding, narrowed by the level that the time of the full bucket implies. */
  #readLevel(reading: BucketReading, remaining: number): Interval {
    const told = { low: remaining - reading.remainingError, high: remaining + reading.remainingError };
    // A reset in the past, with a bucket that is not full, says nothing.
    if (reading.fullInMs === undefined || reading.fullInMs <= 0) return told;
    const missing = {
      low: Math.max(reading.fullInMs - reading.fullErrorMs, 0) * this.ratePerMs,
      high: (reading.fullInMs + reading.fullErrorMs) * this.ratePerMs,
    };
    this.#learnCapacity({ low: told.low + missing.low, high: told.high + missing.high });
    return intersect(told, { low: this.#capacity.low - missing.high, high: this.#capacity.high - missing.low }) ?? told;
  }

  /**
   * What is in the bucket and what it takes to be full make the true capacity, which can be much smaller than a
   * minute's worth. Readings that agree narrow it; one that contradicts replaces it, because limits change.
   */
  #learnCapacity(seen: Interval): void {
    const limit = this.#limit ?? Infinity;
    const possible = intersect(seen, { low: 0, high: limit });
    if (possible) this.#capacity = intersect(this.#capacity, possible) ?? possible;
  }

  #setLimit(limit: number): void {
    if (limit === this.#limit) return;
    this.#isInferred = false;
    this.#limit = limit;
    this.#capacity = { low: limit, high: limit };
    this.#level = Math.min(this.#level, limit);
  }

  /** While others draw on the bucket, it can hold less than the last reading said, and than it seemed to say. */
  #foreignMargin(now: number): number {
    const perMs = this.#foreign.perMs(now);
    if (perMs < this.ratePerMs * noticeableShare) return 0;
    return Math.min(this.#readingError + perMs * foreignLeadMs, this.capacity * largestMarginShare);
  }

  /** What flows in, less what others are seen to take. */
  #netRatePerMs(now: number): number {
    return Math.max(this.ratePerMs - this.#foreign.perMs(now), this.ratePerMs * smallestNetShare);
  }

  #refill(now: number): void {
    const elapsedMs = Math.max(now - this.#updatedAt, 0);
    this.#updatedAt += elapsedMs;
    if (this.#limit === undefined || elapsedMs === 0) return;
    this.#level = Math.min(this.#level + this.#netRatePerMs(now) * elapsedMs, this.capacity);
  }
}

/** The part of a difference that a doubt of this size leaves. */
function beyond(difference: number, doubt: number): number {
  return Math.sign(difference) * Math.max(Math.abs(difference) - doubt, 0);
}

function intersect(one: Interval, other: Interval): Interval | undefined {
  const low = Math.max(one.low, other.low);
  const high = Math.min(one.high, other.high);
  return low <= high ? { low, high } : undefined;
}

function clamp(value: number, { low, high }: Interval): number {
  return Math.min(Math.max(value, low), high);
}
