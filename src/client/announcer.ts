import type { Means, Wait } from './admission';
import type { Shortage } from './budget';
import { toEpoch } from './clock';
import type { Clock } from './clock';
import type { Costs } from './costs';
import { addAmounts, noAmounts } from './dimensions';
import type { Dimension } from './dimensions';
import type { Outlook } from './outlook';
import type { Queue } from './queue';
import { sharesOf } from './shares';
import type { Task } from './task';
import type { Disposable, WaitReason } from './types';

type AnyTask = Task<unknown>;

interface Newcomer {
  readonly task: AnyTask;
  readonly start: Shortage<WaitReason> | undefined;
}

/** How many of those who wait are told when their time changes: beyond, it is too uncertain to be worth the work. */
const toldWaits = 50;
const toldAtOnce = 200;
/** They are told no more often than this: clock times are shown to the second. */
const tellEveryMs = 500;

/**
 * Tells those who wait what for and until when: the first at once, each newcomer at once as well, and those behind when
 * it has changed. Owned by one lane; never throws.
 */
export class Announcer {
  readonly #clock: Clock;
  readonly #queue: Queue<AnyTask>;
  readonly #costs: Costs;
  readonly #outlook: Outlook;
  readonly #means: () => Means;
  /** What the first waits for. */
  #first: Wait | undefined;
  #newcomers: Newcomer[] = [];
  #toldAt = -Infinity;
  #timer: Disposable | undefined;
  #joining: Disposable | undefined;

  constructor(clock: Clock, queue: Queue<AnyTask>, costs: Costs, outlook: Outlook, means: () => Means) {
    this.#clock = clock;
    this.#queue = queue;
    this.#costs = costs;
    this.#outlook = outlook;
    this.#means = means;
  }

  /** What the first in the queue waits for; `undefined` when nobody waits. */
  get first(): Wait | undefined {
    return this.#first;
  }

  /** After every look at the queue. */
  found(task: AnyTask | undefined, wait: Wait | undefined): void {
    this.#first = wait;
    if (!task || !wait) return;
    tell(this.#clock, task, wait);
    const dueInMs = this.#toldAt + tellEveryMs - this.#clock.monotonic();
    if (dueInMs <= 0) this.#tellNext();
    else this.#timer ??= this.#clock.schedule(() => this.#tellNext(), dueInMs);
  }

  /** Behind others, so it cannot start; many may come in one go. `start` is when it may, if it is known. */
  joined(task: AnyTask, start: Shortage<WaitReason> | undefined): void {
    if (this.#newcomers.push({ task, start }) === 1 && !this.#joining) queueMicrotask(() => this.#tellNewcomers());
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#joining?.dispose();
    this.#joining = undefined;
    this.#newcomers = [];
  }

  /** Some at a time, or the thread would stand still while very many join. */
  #tellNewcomers(): void {
    this.#joining = undefined;
    for (const each of this.#newcomers.splice(0, toldAtOnce)) this.#tellNewcomer(each);
    if (this.#newcomers.length > 0) this.#joining = this.#clock.schedule(() => this.#tellNewcomers(), 0);
  }

  #tellNewcomer({ task, start }: Newcomer): void {
    if (this.#first && !task.hasToldWait && this.#queue.has(task)) tell(this.#clock, task, laterOf(this.#first, start));
  }

  #tellNext(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const first = this.#first;
    if (!first) return;
    const { budget, now } = this.#means();
    this.#toldAt = now;
    let upToHere = noAmounts;
    let told = 0;
    const limitOf = (dimension: Dimension) => budget.limitOf(dimension);
    for (const task of this.#queue.upcoming((each) => sharesOf(this.#costs.amountsOf(each), limitOf))) {
      if (told++ === toldWaits) break;
      upToHere = addAmounts(upToHere, this.#costs.amountsOf(task));
      if (told === 1) continue;
      const own = budget.forecast(upToHere, this.#outlook.takenBefore(task.priority, now), now);
      tell(this.#clock, task, laterOf(first, own));
    }
  }
}

function laterOf(first: Wait, own: Shortage<WaitReason> | undefined): Wait {
  return own && own.at > first.at ? { ...own, isEstimate: false } : first;
}

function tell(clock: Clock, task: AnyTask, { reason, at, isEstimate }: Wait): void {
  task.tellWaiting(reason, toEpoch(clock, at), isEstimate);
}
