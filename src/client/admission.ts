import type { Budget } from './budget';
import type { Costs } from './costs';
import { noAmounts } from './dimensions';
import type { Amounts } from './dimensions';
import type { Outlook } from './outlook';
import type { Recovery } from './recovery';
import type { Bid } from './task';
import type { WaitReason } from './types';
import type { UserCaps } from './userCaps';

const shortestEstimateMs = 1_000;

export interface Wait {
  readonly reason: WaitReason;
  /** Monotonic milliseconds. */
  readonly at: number;
  /** Ends with a running attempt, and nobody knows when that is. */
  readonly isEstimate: boolean;
}

/** What a lane can spend now. */
export interface Means {
  readonly budget: Budget;
  readonly running: number;
  readonly maxConcurrent: number;
  readonly now: number;
}

/** How one stands among those who wait. */
export interface Standing {
  /** The person wants it sent now, whatever the server said: only the person's own caps still count. */
  readonly isForced: boolean;
  /** It goes before higher priorities, for once. */
  readonly isOverdue: boolean;
}

/**
 * May one start, and if not, what keeps it and until when? Asks everyone who has a say: the lane's recovery, the
 * user's caps and the budget. Decides nothing else and keeps nothing. Never throws.
 */
export class Admission {
  readonly #caps: UserCaps;
  readonly #costs: Costs;
  readonly #recovery: Recovery;
  readonly #outlook: Outlook;

  constructor(caps: UserCaps, costs: Costs, recovery: Recovery, outlook: Outlook) {
    this.#caps = caps;
    this.#costs = costs;
    this.#recovery = recovery;
    this.#outlook = outlook;
  }

  /** Of all that keeps a task from starting, what lasts longest. */
  findWait(bid: Bid, amounts: Amounts, standing: Standing, means: Means): Wait | undefined {
    const { budget, running, now } = means;
    const { isForced, isOverdue } = standing;
    const isUrgent = bid.priority === 'interactive';
    const headroom = isUrgent || isOverdue ? noAmounts : this.#costs.headroom((each) => budget.capacityOf(each));
    const held = isForced ? undefined : this.#recovery.findShortage({ running, isUrgent, ...amounts }, now);
    const shortages = [
      held,
      this.#caps.findShortage(this.#costs.capAmountsOf(bid, amounts), now),
      isForced ? undefined : budget.findShortage(amounts, { headroom, isUrgent }, now),
    ];
    let longest: Wait | undefined;
    for (const shortage of shortages) {
      if (shortage && shortage.at > (longest?.at ?? now)) longest = { ...shortage, isEstimate: false };
    }
    if (longest) return longest;
    const reason = this.#caps.isConcurrencyReached ? 'concurrency' : held?.reason;
    if (!reason) return undefined;
    return { reason, at: now + Math.max(this.#outlook.attemptMs, shortestEstimateMs), isEstimate: true };
  }
}
