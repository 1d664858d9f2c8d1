import type { Shortage } from './budget';
import { backoffMs } from './retry';

export type OutageReason = 'overloaded' | 'network' | 'stalled' | 'incomplete';

/** While a person waits it is found out sooner whether it is over: one request more in so long harms nobody. */
const longestUrgentPauseMs = 3_000;

/**
 * Faults that are not the caller's quota: 529, 5xx, lost connections. They never touch a bucket. All requests of a lane
 * share one verdict: those that were under way when the trouble began add nothing to it, and after the pause a single
 * request finds out for the others whether it is over.
 *
 * Told the time (monotonic milliseconds), never throws.
 */
export class Outage {
  readonly #random: () => number;
  #failures = 0;
  #reason: OutageReason = 'overloaded';
  /** Nothing is sent before. */
  #until = 0;
  /** The server's own word: nobody goes before. */
  #notBefore = 0;
  /** What was sent earlier belongs to the trouble already known. */
  #since = 0;
  #isProbing = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A shortage that has no time of its own ends with the probe: `at` is then now. */
  findShortage(isUrgent: boolean, now: number): Shortage<'overloaded' | 'network'> | undefined {
    if (this.#failures === 0) return undefined;
    const reason = this.#reason === 'overloaded' ? 'overloaded' : 'network';
    const at = isUrgent
      ? Math.max(Math.min(this.#until, this.#since + longestUrgentPauseMs), this.#notBefore)
      : this.#until;
    if (now < at) return { reason, at };
    return this.#isProbing ? { reason, at: now } : undefined;
  }

  /** A request is let through. */
  started(): void {
    if (this.#failures > 0) this.#isProbing = true;
  }

  /** It ended, or was answered. */
  probed(startedAt: number): void {
    if (startedAt >= this.#since) this.#isProbing = false;
  }

  succeeded(startedAt: number): void {
    if (startedAt < this.#since) return;
    this.#failures = 0;
    this.#isProbing = false;
  }

  /** Whether the failure of a request that started then says more than was known. */
  isNews(startedAt: number): boolean {
    return this.#failures === 0 || startedAt >= this.#since;
  }

  /** @returns when it may be tried again */
  failed(reason: OutageReason, startedAt: number, retryAfterMs: number | undefined, now: number): number {
    this.#notBefore = Math.max(this.#notBefore, now + (retryAfterMs ?? 0));
    if (!this.isNews(startedAt)) {
      this.#until = Math.max(this.#until, this.#notBefore);
      return this.#until;
    }
    this.#failures++;
    this.#reason = reason;
    this.#since = now;
    this.#isProbing = false;
    this.#until = Math.max(now + backoffMs(this.#failures, retryAfterMs, this.#random), this.#notBefore);
    return this.#until;
  }
}
