import Bottleneck from 'bottleneck/light';
import type { Priority } from './types';

/** Bottleneck serves lower numbers first. */
const bottleneckPriorities = { interactive: 0, normal: 5, background: 9 } as const satisfies Record<Priority, number>;

/**
 * The last gate that every call to the API passes: one Bottleneck per lane.
 *
 * Bottleneck can neither cancel nor inspect what waits in it, so a job enters only when the budget has granted it a
 * place. The reservoir holds exactly the permits granted and not yet used: nothing reaches the API without one.
 */
export class Gate {
  readonly #limiter: Bottleneck;

  constructor(maxConcurrent: number | undefined) {
    this.#limiter = new Bottleneck({ maxConcurrent: maxConcurrent ?? null, reservoir: 0 });
    yieldByPromise(this.#limiter);
  }

  /** Resolves when the job has ended. The job holds its slot until then. */
  async pass(priority: Priority, job: () => Promise<void>): Promise<void> {
    const permit = this.#limiter.incrementReservoir(1);
    const done = this.#limiter.schedule({ priority: bottleneckPriorities[priority] }, job);
    await Promise.all([permit, done]);
  }

  /** Safe although `updateSettings` stops the reservoir's own refill: this one is only moved by hand. */
  setMaxConcurrent(maxConcurrent: number | undefined): void {
    this.#limiter.updateSettings({ maxConcurrent: maxConcurrent ?? null });
  }

  async close(): Promise<void> {
    await this.#limiter.disconnect();
  }
}

/**
 * To be the same with and without Redis, Bottleneck's local store yields by a timer before each of its answers: four for
 * every job, of at least a millisecond each, in which the thread falls asleep and wakes. As promises they keep the order
 * and cost a tenth; a request then takes half the processor time. A store without this method is left as it is.
 */
function yieldByPromise(limiter: Bottleneck): void {
  const store: unknown = Reflect.get(limiter, '_store');
  if (typeof store === 'object' && store !== null && 'yieldLoop' in store) store.yieldLoop = () => Promise.resolve();
}
