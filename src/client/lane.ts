import { untilAborted } from './abort';
import type { Adapter, Call } from './adapter';
import { Admission } from './admission';
import type { Means, Wait } from './admission';
import { Attempt } from './attempt';
import { Budget } from './budget';
import type { Amounts, ClaimOutcome, Dimension } from './budget';
import { Costs } from './costs';
import { Gate } from './gate';
import type { HeaderReading } from './headers';
import { judge } from './judge';
import type { LaneContext } from './laneContext';
import { Queue } from './queue';
import { Recovery } from './recovery';
import type { Task } from './task';
import type { BucketSnapshot, Disposable, LaneSnapshot, Priority, RetryReason } from './types';

type AnyTask = Task<unknown>;

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
  readonly #gate: Gate;
  readonly #recovery: Recovery;
  readonly #admission: Admission;
  readonly #running = new Set<Attempt>();
  readonly #ended = new Set<Promise<void>>();
  #organization: string | undefined;
  #budget = new Budget();
  /** Those of former organizations in which something is still reserved. */
  #formerBudgets: readonly Budget[] = [];
  /** Refused once although the bucket of input was full. */
  readonly #refusedAtFull = new WeakSet<AnyTask>();
  #timer: Disposable | undefined;
  /** What the first in the queue waits for, as the last `pump` found it. */
  #blockedBy: Wait | undefined;
  /** Those whom nobody has told yet what they wait for. */
  #newcomers: AnyTask[] = [];

  constructor(group: string, context: LaneContext) {
    this.group = group;
    this.#context = context;
    this.#costs = new Costs(context.tokens, context.caps);
    this.#gate = new Gate(context.maxConcurrent);
    this.#recovery = new Recovery(context.random);
    this.#admission = new Admission(context.clock, context.caps, this.#costs, this.#recovery);
  }

  get firstPriority(): Priority | undefined {
    return this.#queue.first?.priority;
  }

  submit(task: AnyTask): void {
    const readyAt = this.#admission.estimateStart(task, this.#queue, this.#means);
    task.tellQueued(
      this.#queue.lengthBefore(task.priority) + 1,
      readyAt === undefined ? undefined : this.#admission.toEpoch(readyAt),
    );
    this.#queue.push(task);
    task.onSettled(() => {
      if (this.#queue.remove(task)) this.pump();
      this.#context.onChanged();
    });
    // Behind others it cannot start, and many may come at once.
    if (this.#queue.first === task) this.pump();
    else this.#tellSoon(task);
    this.#context.onChanged();
  }

  /** Starts whoever may start, tells the others what they wait for, and sets the timer for the next. */
  pump(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#blockedBy = undefined;
    for (let task = this.#queue.first; task; task = this.#queue.first) {
      const amounts = this.#costs.amountsOf(task);
      if (!this.#context.caps.canEverHold(this.#costs.capAmountsOf(task, amounts))) {
        this.#queue.remove(task);
        task.fail('tooLarge', 'Failed to send the request: it is larger than the cap set for a minute');
        continue;
      }
      const means = this.#means;
      const wait = this.#admission.findWait(task, amounts, means);
      if (wait) {
        this.#blockedBy = wait;
        this.#admission.tellWaits(this.#queue, wait, means);
        this.#timer = this.#context.clock.schedule(() => this.#context.onFreed(), wait.at - means.now);
        return;
      }
      this.#queue.remove(task);
      this.#start(task, amounts);
    }
  }

  /** Ends everyone who still waits. */
  failWaiting(fail: (task: AnyTask) => void): void {
    Array.from(this.#queue).forEach(fail);
  }

  snapshot(): LaneSnapshot {
    const now = this.#context.clock.monotonic();
    const hold = this.#recovery.findHold(now) ?? (this.#blockedBy?.isEstimate ? undefined : this.#blockedBy);
    return {
      organization: this.#organization,
      group: this.group,
      requests: this.#bucketSnapshot('requests', now),
      inputTokens: this.#bucketSnapshot('inputTokens', now),
      outputTokens: this.#bucketSnapshot('outputTokens', now),
      queued: this.#queue.size,
      running: this.#running.size,
      held: hold && { reason: hold.reason, until: this.#admission.toEpoch(hold.at) },
    };
  }

  /** What is reserved and not yet settled: 0 when nothing runs. */
  get pledged(): number {
    return [this.#budget, ...this.#formerBudgets].reduce((sum, { pledged }) => sum + pledged, 0);
  }

  /** Resolves when the last attempt has ended; that no new ones come is the caller's to see to. */
  async close(): Promise<void> {
    this.#timer?.dispose();
    await Promise.all(this.#ended);
    await this.#gate.close();
  }

  get #means(): Means {
    return { budget: this.#budget, running: this.#running.size, now: this.#context.clock.monotonic() };
  }

  #tellSoon(newcomer: AnyTask): void {
    if (this.#newcomers.push(newcomer) > 1) return;
    queueMicrotask(() => {
      const newcomers = this.#newcomers;
      this.#newcomers = [];
      if (this.#blockedBy) this.#admission.tellWaits(this.#queue, this.#blockedBy, this.#means, newcomers);
    });
  }

  #start(task: AnyTask, amounts: Amounts): void {
    const { clock, caps } = this.#context;
    const attempt = new Attempt({
      clock,
      budget: this.#budget,
      amounts,
      capClaim: caps.reserve(this.#costs.capAmountsOf(task, amounts)),
      onHeaders: (reading, isSuccess) => this.#sawHeaders(attempt, reading, isSuccess),
      onUsage: (usage) => {
        this.#costs.learnInput(task, usage);
        this.#context.onFreed();
      },
    });
    this.#running.add(attempt);
    this.#recovery.started(attempt.startedAt);
    task.onSettled(() => attempt.abort());
    const ended = this.#gate
      .pass(task.priority, () => this.#perform(task, attempt))
      .catch((cause: unknown) => {
        // Only if the gate itself breaks; even then nobody is left waiting.
        task.fail('network', 'Failed to start the request: the scheduler refused it', { cause });
        this.#finish(attempt, 'refused');
      })
      .finally(() => this.#ended.delete(ended));
    this.#ended.add(ended);
  }

  async #perform(task: AnyTask, attempt: Attempt): Promise<void> {
    if (task.isSettled) {
      this.#finish(attempt, 'refused');
      return;
    }
    task.tellStarted();
    let adapter: Adapter | undefined;
    let call: Call | undefined;
    try {
      const apiKey = await untilAborted(this.#context.getApiKey(), attempt.signal);
      adapter = await untilAborted(this.#context.getAdapter(), attempt.signal);
      call = attempt.callWith(apiKey);
      await task.perform(adapter, call, attempt);
      this.#learn(task, attempt, true);
      this.#finish(attempt, 'served');
    } catch (error) {
      this.#learn(task, attempt, false);
      // The server may go on with what it was sent, so it counts.
      if (task.isSettled) this.#finish(attempt, attempt.wasSent ? 'served' : 'refused');
      else this.#failed(task, attempt, error, adapter && call && { adapter, call });
    }
  }

  #failed(task: AnyTask, attempt: Attempt, error: unknown, sent: { adapter: Adapter; call: Call } | undefined): void {
    const { clock, policy, onSpendLimit } = this.#context;
    const now = clock.monotonic();
    const { verdict, message, cause } = judge(error, attempt, sent, clock.now());
    const { amounts, reading, startedAt, headersAt } = attempt;
    const requestId = reading?.requestId;
    // What a former organization was told says nothing about this one.
    const isCurrent = attempt.budget === this.#budget;
    if (verdict.kind === 'final') {
      const details = { until: verdict.until, requestId, cause };
      task.fail(verdict.reason, message, details);
      if (verdict.reason === 'spendLimit' && isCurrent) onSpendLimit(message, details);
      this.#finish(attempt, attempt.wasSent ? 'failed' : 'refused');
      return;
    }
    let retryAt = now;
    let reason: RetryReason;
    if (verdict.kind === 'refused') {
      reason = verdict.isRamp ? 'rampLimited' : 'rateLimited';
      const { isRamp, retryAfterMs } = verdict;
      const running = this.#running.size;
      this.#end(attempt, 'refused');
      if (isCurrent) {
        const dimension = isRamp ? undefined : this.#budget.findRefusedDimension(amounts, reading);
        const namedAt = retryAfterMs === undefined ? undefined : headersAt + retryAfterMs;
        const isExplained = dimension !== undefined;
        retryAt = this.#recovery.refused({ isRamp, isExplained, startedAt, retryAt: namedAt, running }, now);
        if (dimension) this.#budget.refuse(dimension, amounts, retryAt, now);
        if (dimension === 'inputTokens' && this.#budget.isBeyondCapacity(amounts, reading)) {
          if (this.#refusedAtFull.has(task)) task.fail('tooLarge', message, { requestId, cause });
          this.#refusedAtFull.add(task);
        }
      }
    } else {
      reason = verdict.reason;
      retryAt = this.#recovery.failed(verdict.reason, startedAt, verdict.retryAfterMs, now);
      this.#end(attempt, 'failed');
    }
    const until = this.#admission.toEpoch(retryAt);
    if (task.hasOutput || task.attempts >= policy.maxAttempts) {
      task.fail(reason === 'rampLimited' ? 'rateLimited' : reason, message, { until, requestId, cause });
    }
    if (!task.isSettled) {
      task.tellRetrying(reason, until);
      this.#queue.putBack(task);
    }
    // Only now, or the next in line would start on what this one gave back.
    this.#context.onChanged();
    this.#context.onFreed();
  }

  #finish(attempt: Attempt, outcome: ClaimOutcome): void {
    this.#end(attempt, outcome);
    this.#context.onChanged();
    this.#context.onFreed();
  }

  #end(attempt: Attempt, outcome: ClaimOutcome): void {
    attempt.end(outcome);
    if (this.#running.delete(attempt)) this.#recovery.ended(attempt.startedAt);
  }

  #learn(task: AnyTask, attempt: Attempt, isWhole: boolean): void {
    this.#costs.learnOutput(task, attempt, isWhole);
    const lastedMs = this.#context.clock.monotonic() - attempt.startedAt;
    this.#admission.learnDuration(lastedMs);
  }

  #sawHeaders(attempt: Attempt, reading: HeaderReading, isSuccess: boolean): void {
    if (attempt.budget !== this.#budget) return;
    this.#adopt(attempt, reading.organization);
    attempt.observe(reading, isSuccess);
    if (isSuccess) {
      this.#recovery.accepted(attempt.startedAt, this.#budget.isKnown);
      this.pump();
    } else if (reading.retryAfterMs !== undefined) {
      // The verdict comes with the body; until then nobody may go on the strength of the same headers.
      this.#recovery.holdUntil('rateLimited', attempt.headersAt + reading.retryAfterMs);
    }
    this.#context.onChanged();
  }

  /** The key can come to belong to another organization: what was learned of the former says nothing about it. */
  #adopt(attempt: Attempt, organization: string | undefined): void {
    if (organization === undefined || organization === this.#organization) return;
    if (this.#organization !== undefined) {
      this.#formerBudgets = [...this.#formerBudgets, this.#budget].filter(({ pledged }) => pledged > 0);
      this.#budget = new Budget();
      this.#recovery.forgetLimits();
      attempt.moveTo(this.#budget);
    }
    this.#organization = organization;
  }

  #bucketSnapshot(dimension: Dimension, now: number): BucketSnapshot | undefined {
    const state = this.#budget.snapshot(dimension, now);
    if (!state) return undefined;
    const { limit, remaining, fullAt, observedAt } = state;
    return { limit, remaining, resetAt: this.#admission.toEpoch(fullAt), observedAt };
  }
}
