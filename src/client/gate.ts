import type Bottleneck from 'bottleneck/light';
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
  #maxConcurrent: number | undefined;
  #limiter: Promise<Bottleneck> | undefined;

  constructor(maxConcurrent: number | undefined) {
    this.#maxConcurrent = maxConcurrent;
  }

  /** Resolves when the job has ended. The job holds its slot until then. */
  async pass(priority: Priority, job: () => Promise<void>): Promise<void> {
    this.#limiter ??= this.#create().catch((error: unknown) => {
      // The next call tries again.
      this.#limiter = undefined;
      throw error;
    });
    const limiter = await this.#limiter;
    const permit = limiter.incrementReservoir(1);
    const done = limiter.schedule({ priority: bottleneckPriorities[priority] }, job);
    await Promise.all([permit, done]);
  }

  /** Safe although `updateSettings` stops the reservoir's own refill: this one is only moved by hand. */
  async setMaxConcurrent(maxConcurrent: number | undefined): Promise<void> {
    this.#maxConcurrent = maxConcurrent;
    const limiter = await this.#limiter?.catch(() => undefined);
    limiter?.updateSettings({ maxConcurrent: maxConcurrent ?? null });
  }

  async close(): Promise<void> {
    const limiter = await this.#limiter?.catch(() => undefined);
    await limiter?.disconnect();
  }

  /** Loaded by the first call, like the SDK: whoever starts VS Code does not pay for it. */
  async #create(): Promise<Bottleneck> {
    const { default: Limiter } = await import('bottleneck/light');
    const limiter = new Limiter({ maxConcurrent: this.#maxConcurrent ?? null, reservoir: 0 });
    yieldByPromise(limiter);
    return limiter;
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
