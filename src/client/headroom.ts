import { mapAmounts } from './dimensions';
import type { Amounts, Dimension } from './dimensions';

/** Room for so many questions of the usual size: two rarely come within the time in which one's worth flows in. */
const questions = 1.25;
/** Weight of the newest question in the usual one. */
const learningRate = 0.1;
/** No more than this share of a bucket is ever kept free, and before the first question this much less. */
const largestShare = 0.04;
const firstShare = 0.01;

/**
 * What normal and background work leaves free in every bucket, so that a person need not wait for a refill: as much as
 * people have been asking for. It is paid once, at the start. Never throws.
 */
export class Headroom {
  #usual: Amounts | undefined;

  /** A person's request starts and is expected to cost this. */
  learn(amounts: Amounts): void {
    const usual = this.#usual ?? amounts;
    this.#usual = mapAmounts((dimension) => usual[dimension] + learningRate * (amounts[dimension] - usual[dimension]));
  }

  /** To be left free of buckets that hold `capacityOf` each. */
  amounts(capacityOf: (dimension: Dimension) => number): Amounts {
    return mapAmounts((dimension) => {
      const capacity = capacityOf(dimension);
      if (!Number.isFinite(capacity)) return 0;
      return this.#usual
        ? Math.min(this.#usual[dimension] * questions, capacity * largestShare)
        : capacity * firstShare;
    });
  }
}
