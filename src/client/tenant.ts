import type { Attempt } from './attempt';
import { Budget } from './budget';
import { toEpoch } from './clock';
import type { Clock } from './clock';
import type { Dimension } from './dimensions';
import type { BucketSnapshot } from './types';

/**
 * Whose limits a lane draws on: the organization its responses name, and its budget. A key can come to belong to another
 * organization; what was learned of the former says nothing about it. Owned by one lane; never throws.
 */
export class Tenant {
  readonly #clock: Clock;
  #organization: string | undefined;
  #budget = new Budget();
  /** Those of former organizations in which something is still reserved. */
  #former: readonly Budget[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `undefined` until a response has named it. */
  get organization(): string | undefined {
    return this.#organization;
  }

  get budget(): Budget {
    return this.#budget;
  }

  isOf({ budget }: Attempt): boolean {
    return budget === this.#budget;
  }

  /** @returns whether it is another one than before */
  adopt(attempt: Attempt, organization: string | undefined): boolean {
    if (organization === undefined || organization === this.#organization) return false;
    const isOther = this.#organization !== undefined;
    if (isOther) {
      this.#former = [...this.#former, this.#budget].filter(({ pledged }) => pledged > 0);
      this.#budget = new Budget();
      attempt.moveTo(this.#budget);
    }
    this.#organization = organization;
    return isOther;
  }

  /** What is reserved and not yet settled: 0 when nothing runs. */
  get pledged(): number {
    return [this.#budget, ...this.#former].reduce((sum, { pledged }) => sum + pledged, 0);
  }

  snapshot(dimension: Dimension): BucketSnapshot | undefined {
    const state = this.#budget.snapshot(dimension, this.#clock.monotonic());
    if (!state) return undefined;
    const { limit, remaining, fullAt, observedAt } = state;
    return { limit, remaining, resetAt: toEpoch(this.#clock, fullAt), observedAt };
  }
}
