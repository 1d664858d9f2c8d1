import type { Amounts, Budget, Dimension, Shortage } from './budget';
import type { Clock } from './clock';
import type { Costs } from './costs';
import type { Queue } from './queue';
import type { Recovery } from './recovery';
import type { Task } from './task';
import type { WaitReason } from './types';
import type { UserCaps } from './userCaps';

/** What normal and background work leaves free in every bucket, so that a person need not wait for a refill. */
const headroomShare = 0.04;
/** How many of those who wait are told their time at each change: beyond, it is too uncertain to be worth the work. */
const toldWaits = 50;
/** How long an attempt is taken to last before any has ended, for waits that only its end can finish. */
const initialAttemptMs = 5_000;
const shortestEstimateMs = 1_000;
/** Weight of the newest attempt in the average length. */
const attemptWeight = 0.2;

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
  readonly now: number;
}

/**
 * May a task start, and if not, what keeps it and until when? Asks everyone who has a say: the lane's recovery, the
 * user's caps and the budget. Decides nothing else and keeps only an average. Never throws.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #caps: UserCaps;
  readonly #costs: Costs;
  readonly #recovery: Recovery;
  #attemptMs = initialAttemptMs;

  constructor(clock: Clock, caps: UserCaps, costs: Costs, recovery: Recovery) {
    this.#clock = clock;
    this.#caps = caps;
    this.#costs = costs;
    this.#recovery = recovery;
  }

  /** Of all that keeps a task from starting, what lasts longest. */
  findWait(task: Task<unknown>, amounts: Amounts, { budget, running, now }: Means): Wait | undefined {
    const headroom = task.priority === 'interactive' ? 0 : headroomShare;
    const held = this.#recovery.findShortage(running, now);
    const shortages = [
      held,
      this.#caps.findShortage(this.#costs.capAmountsOf(task, amounts), now),
      budget.findShortage(amounts, headroom, now),
    ];
    let longest: Wait | undefined;
    for (const shortage of shortages) {
      if (shortage && shortage.at > (longest?.at ?? now)) longest = { ...shortage, isEstimate: false };
    }
    if (longest) return longest;
    const reason = this.#caps.isConcurrencyReached ? 'concurrency' : held?.reason;
    if (!reason) return undefined;
    return { reason, at: now + Math.max(this.#attemptMs, shortestEstimateMs), isEstimate: true };
  }

  /** When a newcomer may start; `undefined` while too little is known. */
  estimateStart(task: Task<unknown>, queue: Queue<Task<unknown>>, means: Means): number | undefined {
    const { budget, now } = means;
    const amounts = this.#costs.amountsOf(task);
    const ahead = queue.lengthBefore(task.priority);
    const wait = this.findWait(task, amounts, means);
    if (ahead === 0 && !wait) return now;
    if (!budget.isKnown) return undefined;
    // Those ahead are taken to be like this one: looking at each would cost too much in a long queue.
    const upToHere = multiply(amounts, ahead + 1);
    return Math.max(wait?.at ?? now, budget.forecast(upToHere, now)?.at ?? now);
  }

  /**
   * The first in the queue waits for `first`; each one behind it also for what those before will take. Newcomers are
   * told at least once, wherever they stand, so that each knows why it waits.
   */
  tellWaits(
    queue: Queue<Task<unknown>>,
    first: Wait,
    { budget, now }: Means,
    newcomers: Iterable<Task<unknown>> = [],
  ): void {
    const tell = (task: Task<unknown>, own: Shortage<Dimension> | undefined) => {
      const wait = own && own.at > first.at ? { ...own, isEstimate: false } : first;
      task.tellWaiting(wait.reason, this.toEpoch(wait.at), wait.isEstimate);
    };
    let upToHere: Amounts = { requests: 0, inputTokens: 0, outputTokens: 0 };
    let told = 0;
    for (const task of queue) {
      if (told++ === toldWaits) break;
      upToHere = sum(upToHere, this.#costs.amountsOf(task));
      tell(task, told === 1 ? undefined : budget.forecast(upToHere, now));
    }
    for (const task of newcomers) {
      if (task.hasToldWait || !queue.has(task)) continue;
      tell(task, budget.forecast(multiply(this.#costs.amountsOf(task), queue.lengthBefore(task.priority)), now));
    }
  }

  learnDuration(attemptMs: number): void {
    this.#attemptMs += attemptWeight * (attemptMs - this.#attemptMs);
  }

  /** Monotonic to epoch milliseconds. */
  toEpoch(at: number): number {
    return Math.round(this.#clock.now() + at - this.#clock.monotonic());
  }
}

function sum(one: Amounts, other: Amounts): Amounts {
  return {
    requests: one.requests + other.requests,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  };
}

function multiply({ requests, inputTokens, outputTokens }: Amounts, factor: number): Amounts {
  return { requests: requests * factor, inputTokens: inputTokens * factor, outputTokens: outputTokens * factor };
}
