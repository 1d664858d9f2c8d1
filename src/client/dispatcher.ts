import { untilAborted } from './abort';
import type { Adapter, Call } from './adapter';
import { Attempt } from './attempt';
import type { Verdict } from './classify';
import { toEpoch } from './clock';
import type { Costs } from './costs';
import type { Amounts } from './dimensions';
import { Gate } from './gate';
import type { HeaderReading } from './headers';
import { judge } from './judge';
import type { LaneContext } from './laneContext';
import type { Recovery } from './recovery';
import type { ClaimOutcome } from './reservation';
import type { Task } from './task';
import type { Tenant } from './tenant';
import type { RetryReason } from './types';

type AnyTask = Task<unknown>;

/** What a lane is told of the attempts made for it. */
interface DispatchEvents {
  /** It has ended, and cost so much. */
  onEnded(task: AnyTask, attempt: Attempt, cost: Amounts): void;
  /** It is to be made again. */
  onPutBack(task: AnyTask): void;
  /** The server has shown what it bears, or taken a request on. */
  onShown(): void;
}

/**
 * Makes the attempts of one lane: through the gate, to the API, and from how each one ended to what follows for the
 * task, the budget and the lane's recovery. Whatever happens, an attempt ends exactly once and leaves nothing reserved.
 * No method throws.
 */
export class Dispatcher {
  readonly #context: LaneContext;
  readonly #tenant: Tenant;
  readonly #costs: Costs;
  readonly #recovery: Recovery;
  readonly #events: DispatchEvents;
  readonly #gate: Gate;
  readonly #running = new Set<Attempt>();
  readonly #ended = new Set<Promise<void>>();
  /** Refused once although the bucket of input was full. */
  readonly #refusedAtFull = new WeakSet<AnyTask>();

  constructor(context: LaneContext, tenant: Tenant, costs: Costs, recovery: Recovery, events: DispatchEvents) {
    this.#context = context;
    this.#tenant = tenant;
    this.#costs = costs;
    this.#recovery = recovery;
    this.#events = events;
    this.#gate = new Gate(context.maxConcurrent);
  }

  get running(): number {
    return this.#running.size;
  }

  setMaxConcurrent(maxConcurrent: number | undefined): void {
    void this.#gate.setMaxConcurrent(maxConcurrent);
  }

  start(task: AnyTask, amounts: Amounts): void {
    const { clock, caps } = this.#context;
    const capped = this.#costs.capAmountsOf(task, amounts);
    const attempt = new Attempt({
      clock,
      budget: this.#tenant.budget,
      amounts,
      capClaim: caps.reserve(capped),
      mostOutput: capped.outputTokens,
      onHeaders: (reading, isSuccess) => this.#sawHeaders(attempt, reading, isSuccess),
      onUsage: (usage) => {
        this.#costs.learnInput(task, usage);
        this.#context.onFreed();
      },
    });
    this.#running.add(attempt);
    this.#recovery.started(amounts.inputTokens, attempt.startedAt);
    task.onSettled(() => attempt.abort());
    const ended = this.#gate
      .pass(task.priority, () => this.#perform(task, attempt))
      .catch((cause: unknown) => {
        // Only if the gate itself breaks; even then nobody is left waiting.
        task.fail('network', 'Failed to start the request: the scheduler refused it', { cause });
        this.#finish(task, attempt, 'refused');
      })
      .finally(() => this.#ended.delete(ended));
    this.#ended.add(ended);
  }

  /** Resolves when the last attempt has ended; that no new ones come is the caller's to see to. */
  async close(): Promise<void> {
    await Promise.all(this.#ended);
    await this.#gate.close();
  }

  async #perform(task: AnyTask, attempt: Attempt): Promise<void> {
    if (task.isSettled) {
      this.#finish(task, attempt, 'refused');
      return;
    }
    task.tellStarted();
    let adapter: Adapter | undefined;
    let call: Call | undefined;
    try {
      const apiKey = await untilAborted(this.#context.getApiKey(task.credential), attempt.signal);
      adapter = await untilAborted(this.#context.getAdapter(), attempt.signal);
      call = attempt.callWith(apiKey);
      await task.perform(adapter, call, attempt);
      this.#costs.learnOutput(task, attempt, true);
      this.#finish(task, attempt, 'served');
    } catch (error) {
      this.#costs.learnOutput(task, attempt, false);
      // The server may go on with what it was sent, so it counts.
      if (task.isSettled) this.#finish(task, attempt, attempt.wasSent ? 'served' : 'refused');
      else this.#failed(task, attempt, error, adapter && call && { adapter, call });
    }
  }

  #failed(task: AnyTask, attempt: Attempt, error: unknown, sent: { adapter: Adapter; call: Call } | undefined): void {
    const { clock, policy, onSpendLimit } = this.#context;
    const { verdict, message, cause, mayHaveArrived } = judge(error, attempt, sent, clock.now());
    const details = { requestId: attempt.reading?.requestId, cause };
    if (verdict.kind === 'final') {
      // The server's own word; a key that could not be had was never sent.
      if (verdict.reason === 'authentication' && sent && attempt.wasSent) {
        this.#tellRefusedKey(task.credential, sent.call.apiKey);
      }
      // It came with the headers, before anyone knew what it was about.
      const { headersAt, reading } = attempt;
      if (reading?.retryAfterMs !== undefined) this.#recovery.takeBackHold(headersAt + reading.retryAfterMs);
      const final = { ...details, until: verdict.until };
      task.fail(verdict.reason, message, final);
      // What a former organization was told says nothing about this one.
      if (verdict.reason === 'spendLimit' && this.#tenant.isOf(attempt)) onSpendLimit(message, final);
      this.#finish(task, attempt, attempt.wasSent ? 'failed' : 'refused');
      return;
    }
    const isRefused = verdict.kind === 'refused';
    const running = this.#running.size;
    this.#end(task, attempt, isRefused ? 'refused' : 'failed');
    const reason: RetryReason = isRefused ? (verdict.isRamp ? 'rampLimited' : 'rateLimited') : verdict.reason;
    const retryAt = isRefused ? this.#refused(task, attempt, verdict, running) : this.#broke(attempt, verdict, running);
    const until = toEpoch(clock, retryAt);
    if (isRefused && this.#isTooLarge(task, attempt)) task.fail('tooLarge', message, details);
    if (task.isOnlyOnce && mayHaveArrived) {
      task.fail(reason === 'network' || reason === 'stalled' ? reason : 'incomplete', message, details);
    }
    if (task.hasOutput || task.attempts >= policy.maxAttempts) {
      task.fail(reason === 'rampLimited' ? 'rateLimited' : reason, message, { ...details, until });
    }
    if (!task.isSettled) {
      task.tellRetrying(reason, until);
      this.#events.onPutBack(task);
    }
    // Only now, or the next in line would start on what this one gave back.
    this.#context.onChanged();
    this.#context.onFreed();
  }

  /** What its listener throws is dropped: the task still has to end. */
  #tellRefusedKey(credential: string | undefined, apiKey: string): void {
    try {
      this.#context.onKeyRefused?.({ credential, apiKey });
    } catch {
      // Whoever listens has no part in the attempt.
    }
  }

  /** @returns when it may be tried again */
  #refused(task: AnyTask, attempt: Attempt, verdict: Verdict & { kind: 'refused' }, running: number): number {
    const now = this.#context.clock.monotonic();
    if (!this.#tenant.isOf(attempt)) return now;
    const { amounts, reading, startedAt, headersAt } = attempt;
    const { isRamp, retryAfterMs } = verdict;
    const { budget } = this.#tenant;
    const dimension = isRamp ? undefined : budget.findRefusedDimension(amounts, reading);
    const namedAt = retryAfterMs === undefined ? undefined : headersAt + retryAfterMs;
    const isNews = this.#recovery.isNews(startedAt);
    const isInferred = !isRamp && dimension === undefined && isNews && budget.inferFromRefusal(now);
    const isExplained = dimension !== undefined || isInferred;
    const retryAt = this.#recovery.refused(
      { isRamp, isExplained, startedAt, retryAt: namedAt, running, ...amounts, refillPerMs: budget.inputRefillPerMs },
      now,
    );
    if (dimension) budget.refuse(dimension, amounts, retryAt, now);
    return retryAt;
  }

  /** @returns when it may be tried again */
  #broke({ startedAt }: Attempt, verdict: Verdict & { kind: 'outage' }, running: number): number {
    const { reason, retryAfterMs } = verdict;
    return this.#recovery.failed({ reason, startedAt, retryAfterMs, running }, this.#context.clock.monotonic());
  }

  /** Refused at a full bucket twice: seen once it may be a limit the headers do not show. */
  #isTooLarge(task: AnyTask, attempt: Attempt): boolean {
    const { amounts, reading } = attempt;
    const { budget } = this.#tenant;
    if (!this.#tenant.isOf(attempt) || budget.findRefusedDimension(amounts, reading) !== 'inputTokens') return false;
    if (!budget.isBeyondCapacity(amounts, reading)) return false;
    if (this.#refusedAtFull.has(task)) return true;
    this.#refusedAtFull.add(task);
    return false;
  }

  #finish(task: AnyTask, attempt: Attempt, outcome: ClaimOutcome): void {
    this.#end(task, attempt, outcome);
    this.#context.onChanged();
    this.#context.onFreed();
  }

  #end(task: AnyTask, attempt: Attempt, outcome: ClaimOutcome): void {
    attempt.end(outcome);
    if (!this.#running.delete(attempt)) return;
    this.#recovery.ended(attempt.startedAt);
    this.#events.onEnded(task, attempt, attempt.costAs(outcome));
  }

  #sawHeaders(attempt: Attempt, reading: HeaderReading, isSuccess: boolean): void {
    if (!this.#tenant.isOf(attempt)) return;
    if (this.#tenant.adopt(attempt, reading.organization)) this.#recovery.forgetLimits();
    attempt.observe(reading, isSuccess);
    if (isSuccess) {
      this.#tenant.budget.confirm();
      this.#recovery.accepted(attempt.startedAt, this.#tenant.budget.isKnown);
      this.#events.onShown();
    } else if (reading.retryAfterMs !== undefined) {
      // The verdict comes with the body; until then nobody may go on the strength of the same headers.
      this.#recovery.holdUntil('rateLimited', attempt.headersAt + reading.retryAfterMs);
    }
    this.#context.onChanged();
  }
}
