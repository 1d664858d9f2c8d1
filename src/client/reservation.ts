import type { Bucket, BucketMark } from './bucket';
import { dimensions } from './dimensions';
import type { Amounts, Dimension } from './dimensions';
import type { BucketReading, HeaderReading } from './headers';
import type { Streams } from './streams';

/**
 * - `served`: what is settled counts
 * - `refused`: the server took nothing for it
 * - `failed`: it counts as a request; its input counts if it was settled
 */
export type ClaimOutcome = 'served' | 'refused' | 'failed';

/**
 * One request's part of a budget. All of it is pledged first. The server debits the request and its input when it admits
 * it, so both are debited when it leaves, and corrected later; output is debited as it is produced. Every method may be
 * called at any time; after `end` none has effect.
 */
export class Reservation {
  readonly #buckets: Readonly<Record<Dimension, Bucket>>;
  readonly #streams: Streams;
  readonly #onObserved: (dimension: Dimension, epochNow: number) => void;
  readonly amounts: Amounts;
  /** Debited so far, by dimension; what is missing to `amounts` is pledged. */
  readonly #spent: Record<Dimension, number> = { requests: 0, inputTokens: 0, outputTokens: 0 };
  readonly #pledged: Record<Dimension, number>;
  #marks: Readonly<Record<Dimension, BucketMark>>;
  #isInputSettled = false;
  /** Of the input debited, what is an estimate. */
  #unsettled = 0;
  #hasEnded = false;
  #firstOutputAt: number | undefined;

  constructor(
    buckets: Readonly<Record<Dimension, Bucket>>,
    streams: Streams,
    amounts: Amounts,
    now: number,
    onObserved: (dimension: Dimension, epochNow: number) => void,
  ) {
    this.#buckets = buckets;
    this.#streams = streams;
    streams.opened();
    this.#onObserved = onObserved;
    this.amounts = amounts;
    this.#pledged = { ...amounts };
    for (const dimension of dimensions) buckets[dimension].pledge(amounts[dimension]);
    this.#marks = this.#mark(now);
  }

  /** The request leaves now. */
  sent(now: number): void {
    if (this.#hasEnded) return;
    for (const dimension of ['requests', 'inputTokens'] as const) {
      this.#setSpent(dimension, this.amounts[dimension], now);
      this.#setPledged(dimension, 0);
    }
    this.#setUnsettled(this.amounts.inputTokens);
    this.#marks = this.#mark(now);
  }

  /** Reads the headers of this request's response. An error debits nothing, or its reading shows what it did debit. */
  observe(reading: HeaderReading, isAdmitted: boolean, now: number, epochNow: number): void {
    for (const dimension of dimensions) {
      const bucketReading: BucketReading | undefined = reading[dimension];
      if (!bucketReading) continue;
      // Given back before it is read, or the mirror would be raised to the reading and then by the same amount again.
      if (!isAdmitted && !this.#hasEnded && dimension !== 'outputTokens') this.#setSpent(dimension, 0, now);
      this.#buckets[dimension].observe(bucketReading, this.#marks[dimension], this.#spent[dimension], now);
      this.#onObserved(dimension, epochNow);
    }
  }

  settleInput(tokens: number, now: number): void {
    if (this.#hasEnded) return;
    this.#setSpent('inputTokens', tokens, now);
    this.#isInputSettled = true;
    this.#setUnsettled(0);
  }

  /** Output so far, in all. */
  produced(tokens: number, now: number): void {
    if (this.#hasEnded) return;
    this.#firstOutputAt ??= now;
    this.#setSpent('outputTokens', tokens, now);
    this.#setPledged('outputTokens', Math.max(this.amounts.outputTokens - tokens, 0));
  }

  end(outcome: ClaimOutcome, now: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#streams.closed();
    this.#setUnsettled(0);
    if (this.#firstOutputAt !== undefined) this.#streams.learn(this.#spent.outputTokens, now - this.#firstOutputAt);
    for (const dimension of dimensions) this.#setPledged(dimension, 0);
    if (outcome === 'refused') this.#setSpent('requests', 0, now);
    if (outcome !== 'served' && !this.#isInputSettled) this.#setSpent('inputTokens', 0, now);
  }

  #setSpent(dimension: Dimension, amount: number, now: number): void {
    this.#buckets[dimension].spend(amount - this.#spent[dimension], now);
    this.#spent[dimension] = amount;
  }

  #setUnsettled(amount: number): void {
    this.#buckets.inputTokens.addUnsettled(amount - this.#unsettled);
    this.#unsettled = amount;
  }

  #setPledged(dimension: Dimension, amount: number): void {
    this.#buckets[dimension].pledge(amount - this.#pledged[dimension]);
    this.#pledged[dimension] = amount;
  }

  #mark(now: number): Readonly<Record<Dimension, BucketMark>> {
    const { requests, inputTokens, outputTokens } = this.#buckets;
    return { requests: requests.mark(now), inputTokens: inputTokens.mark(now), outputTokens: outputTokens.mark(now) };
  }
}
