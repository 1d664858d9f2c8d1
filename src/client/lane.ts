import { Admission } from './admission';
import type { Means, Standing, Wait } from './admission';
import { Announcer } from './announcer';
import type { Attempt } from './attempt';
import { toEpoch } from './clock';
import { Costs } from './costs';
import { mapAmounts } from './dimensions';
import type { Amounts } from './dimensions';
import { Dispatcher } from './dispatcher';
import { Forecaster } from './forecaster';
import type { LaneContext } from './laneContext';
import { Outlook } from './outlook';
import { Queue } from './queue';
import { Recovery } from './recovery';
import { noShares, sharesOf, subtractShares } from './shares';
import type { Shares } from './shares';
import type { Bid, Task } from './task';
import { Tenant } from './tenant';
import type { Disposable, Forecast, LaneSnapshot, Priority } from './types';

type AnyTask = Task<unknown>;

/** Who is first and cannot start. */
interface Blocked {
  readonly task: AnyTask;
  readonly wait: Wait;
  /** It waits for an uncommonly full bucket, and others may pass. */
  readonly isHeavy: boolean;
  /** Monotonic milliseconds. */
  readonly lookAgainAt: number;
}

/**
 * One organization × one limit group: the queue of those who wait for it, the budget that says when one may start, and
 * the gate it then passes. Work is bound late: a task stays in the queue, where it can be cancelled and overtaken,
 * until the moment it may start.
 *
 * Everything happens in `pump`, called after whatever may let the next task start; between calls a single timer waits
 * for the exact moment the first one may go. Owned by the client; no method throws.
 */
export class Lane {
  readonly group: string;
  readonly #context: LaneContext;
  readonly #queue = new Queue<AnyTask>();
  readonly #costs: Costs;
  readonly #recovery: Recovery;
  readonly #outlook: Outlook;
  readonly #admission: Admission;
  readonly #tenant: Tenant;
  readonly #dispatcher: Dispatcher;
  readonly #announcer: Announcer;
  readonly #forecaster: Forecaster;
  /** What a source was charged for an attempt that still runs: to be corrected by what it cost. */
  readonly #charged = new WeakMap<AnyTask, Shares>();
  /** One function for all: many may wait. */
  readonly #onLeft = (task: AnyTask) => this.#left(task);
  #timer: Disposable | undefined;
  #isClosing = false;
  #isFirstHeavy = false;

  constructor(group: string, context: LaneContext) {
    const { clock, caps, random, tokens } = context;
    this.group = group;
    this.#context = context;
    this.#costs = new Costs(tokens, caps);
    this.#recovery = new Recovery(random);
    this.#outlook = new Outlook(this.#costs, context.rememberedOf(group));
    this.#admission = new Admission(caps, this.#costs, this.#recovery, this.#outlook);
    this.#tenant = new Tenant(clock);
    this.#dispatcher = new Dispatcher(context, this.#tenant, this.#costs, this.#recovery, {
      onEnded: (task, attempt, cost) => this.#ended(task, attempt, cost),
      onPutBack: (task) => this.#queue.putBack(task),
      onShown: () => this.pump(),
    });
    this.#announcer = new Announcer(clock, this.#queue, this.#costs, this.#outlook, () => this.#means);
    this.#forecaster = new Forecaster({
      clock,
      caps,
      costs: this.#costs,
      admission: this.#admission,
      outlook: this.#outlook,
      queue: this.#queue,
      means: () => this.#means,
    });
  }

  get organization(): string | undefined {
    return this.#tenant.organization;
  }

  get firstPriority(): Priority | undefined {
    if (this.#queue.hasForced) return 'interactive';
    return this.#queue.next(this.#context.clock.monotonic())?.item.priority;
  }

  submit(task: AnyTask): void {
    const { clock } = this.#context;
    const means = this.#means;
    this.#queue.push(task);
    const before = this.#queue.before(task);
    const start = this.#outlook.startOf(task, before, means);
    const isFirst = this.#queue.next(means.now)?.item === task;
    const isReady = isFirst && !this.#findWait(task, means);
    const readyAt = isReady ? means.now : start?.at;
    task.tellQueued(before.count + 1, readyAt === undefined ? undefined : toEpoch(clock, readyAt));
    task.onSettled(this.#onLeft);
    // Behind others it cannot start, unless it may pass the first; and many may come at once.
    if (isFirst || this.#isFirstHeavy) this.pump();
    if (this.#queue.has(task)) this.#announcer.joined(task, start);
    this.#context.onChanged();
  }

  /** Before everyone, past the server's word and the buckets, yet not past the user's caps. @returns whether it waited */
  retryNow(task: AnyTask): boolean {
    const isWaiting = this.#queue.force(task);
    if (isWaiting) this.pump();
    return isWaiting;
  }

  setMaxConcurrent(maxConcurrent: number | undefined): void {
    this.#dispatcher.setMaxConcurrent(maxConcurrent);
  }

  /**
   * Starts whoever may start, tells the others what they wait for, and sets the timer for the next.
   *
   * @returns whether it stopped at `most` starts: then it is to be called again
   */
  pump(most = Infinity): boolean {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#isClosing) return false;
    const forcedAt = this.#startForced();
    const enough = this.#dispatcher.running + most;
    let blocked: Blocked | undefined;
    while (!blocked) {
      if (this.#dispatcher.running >= enough) return true;
      const means = this.#means;
      const next = this.#queue.next(means.now);
      if (!next) break;
      if (this.#failOversized(next.item)) continue;
      blocked = this.#startOrPass(next.item, next.isOverdue, means);
    }
    this.#isFirstHeavy = blocked?.isHeavy ?? false;
    this.#announcer.found(blocked?.task, blocked?.wait);
    const at = Math.min(blocked?.lookAgainAt ?? Infinity, forcedAt);
    if (at < Infinity) {
      this.#timer = this.#context.clock.schedule(() => this.#context.onFreed(), at - this.#context.clock.monotonic());
    }
    return false;
  }

  /** Ends everyone who still waits. */
  failWaiting(fail: (task: AnyTask) => void): void {
    Array.from(this.#queue).forEach(fail);
  }

  snapshot(): LaneSnapshot {
    const { clock } = this.#context;
    const { first } = this.#announcer;
    const hold = this.#recovery.findHold(clock.monotonic()) ?? (first?.isEstimate ? undefined : first);
    return {
      organization: this.#tenant.organization,
      group: this.group,
      requests: this.#tenant.snapshot('requests'),
      inputTokens: this.#tenant.snapshot('inputTokens'),
      outputTokens: this.#tenant.snapshot('outputTokens'),
      queued: this.#queue.size,
      running: this.#dispatcher.running,
      held: hold && { reason: hold.reason, until: toEpoch(clock, hold.at) },
    };
  }

  /** As if it were submitted now; nothing is changed by it. */
  forecast(bid: Bid): Forecast {
    return this.#forecaster.forecast(bid);
  }

  /** What is reserved and not yet settled: 0 when nothing runs. */
  get pledged(): number {
    return this.#tenant.pledged;
  }

  /** Nobody starts any more; whoever waits or runs is the caller's to end. */
  stop(): void {
    this.#isClosing = true;
    this.#timer?.dispose();
    this.#announcer.dispose();
  }

  /** Resolves when the last attempt has ended. */
  async close(): Promise<void> {
    this.stop();
    await this.#dispatcher.close();
  }

  get #means(): Means {
    const { clock, maxConcurrent } = this.#context;
    return {
      budget: this.#tenant.budget,
      running: this.#dispatcher.running,
      maxConcurrent: maxConcurrent ?? Infinity,
      now: clock.monotonic(),
    };
  }

  #findWait(task: AnyTask, means: Means, isOverdue = false): Wait | undefined {
    const standing: Standing = { isForced: this.#queue.isForced(task), isOverdue };
    return this.#admission.findWait(task, this.#costs.amountsOf(task), standing, means);
  }

  #failOversized(task: AnyTask): boolean {
    const amounts = this.#costs.capAmountsOf(task, this.#costs.amountsOf(task));
    if (this.#context.caps.canEverHold(amounts)) return false;
    this.#queue.remove(task);
    task.fail('tooLarge', 'Failed to send the request: it is larger than the cap set for a minute');
    return true;
  }

  /** Those that were forced go beside all others: one that waits for the user's caps stops nobody. @returns when next */
  #startForced(): number {
    let at = Infinity;
    for (const task of this.#queue.forced) {
      if (this.#failOversized(task)) continue;
      const wait = this.#findWait(task, this.#means);
      if (!wait) this.#start(task);
      else {
        task.tellWaiting(wait.reason, toEpoch(this.#context.clock, wait.at), wait.isEstimate);
        at = Math.min(at, wait.at);
      }
    }
    return at;
  }

  /** @returns what keeps the first, when neither it nor anyone who may pass it can start */
  #startOrPass(task: AnyTask, isOverdue: boolean, means: Means): Blocked | undefined {
    const wait = this.#findWait(task, means, isOverdue);
    if (!wait) {
      this.#start(task);
      return undefined;
    }
    const amounts = this.#costs.amountsOf(task);
    const isHeavy = means.budget.isHeavy(amounts);
    if (isOverdue && (isHeavy || this.#recovery.findHold(means.now))) {
      // Its turn has come, yet it cannot use it for long: a person does not wait for that.
      const strictly = this.#queue.next(means.now, true);
      if (strictly && strictly.item !== task) return this.#startOrPass(strictly.item, false, means);
    }
    if (!isHeavy) return { task, wait, isHeavy, lookAgainAt: wait.at };
    // While a heavy one waits for its bucket to fill, the next source may go on with what is there.
    const passer = this.#queue.passerOf(task, this.#sharesOf(amounts));
    const passerWait = passer && this.#findWait(passer, means);
    if (passer && !passerWait) {
      this.#start(passer);
      return undefined;
    }
    return { task, wait, isHeavy, lookAgainAt: Math.min(wait.at, passerWait?.at ?? Infinity) };
  }

  #start(task: AnyTask): void {
    const amounts = this.#costs.amountsOf(task);
    const shares = this.#sharesOf(amounts);
    this.#charged.set(task, shares);
    this.#queue.start(task, shares);
    this.#costs.started(task, amounts);
    this.#outlook.spent(task, amounts, this.#context.clock.monotonic());
    this.#dispatcher.start(task, amounts);
    this.#context.onStarted(this, amounts);
  }

  /** The source pays what it was, not what was expected. */
  #ended(task: AnyTask, attempt: Attempt, cost: Amounts): void {
    const difference = mapAmounts((dimension) => cost[dimension] - attempt.amounts[dimension]);
    const now = this.#context.clock.monotonic();
    this.#queue.charge(task, subtractShares(this.#sharesOf(cost), this.#charged.get(task) ?? noShares));
    this.#outlook.spent(task, difference, now);
    this.#outlook.ended(now - attempt.startedAt);
  }

  #left(task: AnyTask): void {
    const wasFirst = this.#queue.next(this.#context.clock.monotonic())?.item === task;
    if (this.#queue.remove(task) && wasFirst) this.pump();
    this.#context.onChanged();
  }

  #sharesOf(amounts: Amounts): Shares {
    return sharesOf(amounts, (dimension) => this.#tenant.budget.limitOf(dimension));
  }
}
