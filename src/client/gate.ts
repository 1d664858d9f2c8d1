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
  #granted = 0;
  #granting: Promise<unknown> | undefined;

  constructor(maxConcurrent: number | undefined) {
    this.#limiter = new Bottleneck({ maxConcurrent: maxConcurrent ?? null, reservoir: 0 });
  }

  /** Resolves when the job has ended. The job holds its slot until then. */
  async pass(priority: Priority, job: () => Promise<void>): Promise<void> {
    const done = this.#limiter.schedule({ priority: bottleneckPriorities[priority] }, job);
    await Promise.all([this.#grant(), done]);
  }

  /** One permit for each, yet in one go for all that start in the same turn: each go is a timer of Bottleneck's. */
  #grant(): Promise<unknown> {
    this.#granted++;
    this.#granting ??= Promise.resolve().then(() => {
      const granted = this.#granted;
      this.#granted = 0;
      this.#granting = undefined;
      return this.#limiter.incrementReservoir(granted);
    });
    return this.#granting;
  }

  /** Safe although `updateSettings` stops the reservoir's own refill: this one is only moved by hand. */
  setMaxConcurrent(maxConcurrent: number | undefined): void {
    this.#limiter.updateSettings({ maxConcurrent: maxConcurrent ?? null });
  }

  async close(): Promise<void> {
    await this.#limiter.disconnect();
  }
}
