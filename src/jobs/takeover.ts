import type { Job } from './job';

/** A job that was begun within this time is begun by its window in this very moment. */
const beginningMs = 2_000;

/**
 * Which jobs nobody runs any more. After the sleep of a machine all leases have run out, and all windows wake at once: so
 * one that has run out counts only when it is seen twice, in a row. What was given up is free at once.
 */
export class Takeover {
  readonly #windowId: string;
  /** Until when its runner's lease held as it was seen last, by job. */
  readonly #leases = new Map<string, number>();
  readonly #seenExpired = new Set<string>();

  constructor(windowId: string) {
    this.#windowId = windowId;
  }

  /** To be told whenever jobs were read. */
  see(jobs: readonly Job[]): void {
    for (const { id, runner } of jobs) if (runner) this.#leases.set(id, runner.until);
  }

  /** With each heartbeat. */
  findFree(jobs: readonly Job[], now: number): readonly Job[] {
    const free = jobs.filter((job) => job.state === 'running' && this.#isFree(job, now));
    for (const { id } of free) this.#seenExpired.delete(id);
    return free;
  }

  /** The clock has jumped: nothing that was seen before it counts. */
  forget(): void {
    this.#seenExpired.clear();
  }

  /** It was given up by this window. */
  release(jobId: string): void {
    this.#leases.delete(jobId);
    this.#seenExpired.delete(jobId);
  }

  #isFree({ id, runner, createdAt }: Job, now: number): boolean {
    if (runner && runner.until > now) {
      this.#seenExpired.delete(id);
      return runner.windowId === this.#windowId;
    }
    const until = this.#leases.get(id);
    const wasGivenUp = until === undefined ? now - createdAt > beginningMs : until > now;
    if (wasGivenUp || this.#seenExpired.has(id)) return true;
    this.#seenExpired.add(id);
    return false;
  }
}
