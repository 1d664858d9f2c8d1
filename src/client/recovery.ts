import type { Shortage } from './budget';
import { Outage } from './outage';
import type { OutageReason } from './outage';
import { RampPace } from './rampPace';
import { backoffMs } from './retry';
import { SlowStart } from './slowStart';
import type { WaitReason } from './types';

interface Hold {
  readonly reason: 'rateLimited' | 'rampLimited';
  readonly until: number;
}

export interface Refusal {
  /** Usage grew too fast. */
  readonly isRamp: boolean;
  /** A bucket shows why. */
  readonly isExplained: boolean;
  /** When the refused request started. */
  readonly startedAt: number;
  /** The moment the server named, if it did. */
  readonly retryAt: number | undefined;
  readonly running: number;
  readonly inputTokens: number;
  /** Of the input bucket; 0 while it is not known. */
  readonly refillPerMs: number;
}

/** Who wants to start. */
export interface Candidate {
  readonly running: number;
  /** A person waits for it. */
  readonly isUrgent: boolean;
  readonly inputTokens: number;
}

export interface Breakage {
  readonly reason: OutageReason;
  readonly startedAt: number;
  readonly retryAfterMs: number | undefined;
  readonly running: number;
}

/**
 * What holds a lane back as a whole, beside its buckets: the server's `retry-after`, an outage, and the slow start while
 * it is not known what the server bears. One verdict for all requests of a lane: nobody sleeps on his own.
 *
 * Owned by one lane; told the time (monotonic milliseconds), never throws.
 */
export class Recovery {
  readonly #random: () => number;
  readonly #outage: Outage;
  #slowStart = new SlowStart();
  #ramp = new RampPace();
  #hold: Hold | undefined;
  /** In a row, for the backoff when a refusal names no time. */
  #refusals = 0;
  #refusedAt = -Infinity;

  constructor(random: () => number) {
    this.#random = random;
    this.#outage = new Outage(random);
  }

  /** A shortage that ends with a running attempt rather than at a time has `at` now. */
  findShortage({ running, isUrgent, inputTokens }: Candidate, now: number): Shortage<WaitReason> | undefined {
    const hold = this.findHold(now, isUrgent);
    if (hold) return hold;
    // A person's few requests go beside what is opened step by step; only the first must find out for all.
    if (isUrgent && !this.#slowStart.isProbing) return undefined;
    const at = this.#slowStart.nextStartAt;
    if (at > now) return { reason: 'rateLimited', at };
    const rampAt = this.#ramp.readyAt(inputTokens, now);
    if (rampAt > now) return { reason: 'rampLimited', at: rampAt };
    return running >= this.#slowStart.window ? { reason: 'turn', at: now } : undefined;
  }

  /** The lane as a whole is stopped. */
  findHold(now: number, isUrgent = false): Shortage<WaitReason> | undefined {
    const outage = this.#outage.findShortage(isUrgent, now);
    if (this.#hold && this.#hold.until > Math.max(now, outage?.at ?? 0)) {
      return { reason: this.#hold.reason, at: this.#hold.until };
    }
    return outage;
  }

  started(inputTokens: number, now: number): void {
    this.#ramp.started(inputTokens, now);
    this.#outage.started();
    this.#slowStart.started(now);
  }

  /** The server has taken the request on. */
  accepted(startedAt: number, areLimitsKnown: boolean): void {
    this.#outage.succeeded(startedAt);
    this.#slowStart.accepted(areLimitsKnown);
    if (startedAt < this.#refusedAt) return;
    this.#refusals = 0;
    // One that was forced: the server has overtaken its own word, which would go on to stop all others.
    if (this.#hold?.reason === 'rateLimited') this.#hold = undefined;
  }

  ended(startedAt: number): void {
    this.#outage.probed(startedAt);
  }

  /** Nobody goes before: the server's own word. */
  holdUntil(reason: Hold['reason'], until: number): void {
    if (until >= (this.#hold?.until ?? 0)) this.#hold = { reason, until };
  }

  /** Those that were under way when the first refusal came only repeat it. */
  isNews(startedAt: number): boolean {
    return startedAt >= this.#refusedAt;
  }

  /** It turned out to be about one request only. */
  takeBackHold(until: number): void {
    if (this.#hold?.until === until) this.#hold = undefined;
  }

  /** @returns when it may be tried again */
  refused(
    { isRamp, isExplained, startedAt, retryAt, running, inputTokens, refillPerMs }: Refusal,
    now: number,
  ): number {
    const isNews = this.isNews(startedAt);
    this.#ramp.takeBack(inputTokens);
    if (isNews) {
      this.#refusals++;
      this.#refusedAt = now;
      if (isRamp) {
        this.#slowStart.rampRefused();
        this.#ramp.refused(refillPerMs, now);
      } else if (!isExplained) this.#slowStart.refused(running);
    }
    const heldUntil = this.#hold?.until ?? 0;
    const backoff = () => now + backoffMs(this.#refusals, undefined, this.#random);
    let until = retryAt ?? (heldUntil > now ? heldUntil : backoff());
    // A time that was named and did not hold may be wrong again, and 0 would be asked for without end.
    if (isNews && this.#refusals > 1) until = Math.max(until, backoff());
    this.holdUntil(isRamp ? 'rampLimited' : 'rateLimited', until);
    return Math.max(until, heldUntil);
  }

  /** @returns when it may be tried again */
  failed({ reason, startedAt, retryAfterMs, running }: Breakage, now: number): number {
    if (this.#outage.isNews(startedAt)) this.#slowStart.brokeDown(running);
    return this.#outage.failed(reason, startedAt, retryAfterMs, now);
  }

  /** Nothing is known any more about what the server bears. */
  forgetLimits(): void {
    this.#slowStart = new SlowStart();
    this.#ramp = new RampPace();
    this.#hold = undefined;
    this.#refusals = 0;
  }
}
