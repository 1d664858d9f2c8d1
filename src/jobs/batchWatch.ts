import { ClientError } from '../client/errors';
import type { BatchEntry, BatchInfo, Client } from '../client/types';
import { findLostBatch } from './batchSearch';
import { isPassing } from './failures';
import { backoffMs, pause } from './pause';
import type { BatchRecord } from './records';

const firstLookMs = 30_000;
const longestLookMs = 5 * 60_000;
const lookGrowth = 1.5;
/** Results that break off at the same place so often will never be whole; what is missing is asked directly. */
const mostReads = 3;

/** Nothing of the batch has been made then, for certain: the request was not taken. */
const refusals: ReadonlySet<string> = new Set([
  'authentication',
  'permission',
  'billing',
  'spendLimit',
  'tooLarge',
  'invalid',
  'notFound',
  'rateLimited',
]);

export interface BatchWatchOptions {
  /** Of the key that the batch belongs to. Rejects with `ClientError`. */
  readonly acquire: () => Promise<Client>;
  readonly knownIds: () => ReadonlySet<string>;
  readonly setId: (batchId: string) => void;
  /** Takes the results of a batch that has ended. Rejects with `ClientError`. */
  readonly collect: (client: Client, info: BatchInfo, signal: AbortSignal) => Promise<void>;
  readonly onLook: (nextAt: number) => void;
  readonly now: () => number;
}

/** `lost`: it was never made. `gone`: it was, and its results cannot be had. `refused`: the API did not take it. */
export type BatchEnd =
  | { readonly kind: 'collected' | 'lost' | 'gone' }
  | { readonly kind: 'refused'; readonly error: ClientError };

/** The life of one batch from its record to its results. What passes is waited out, as long as it takes. */
export class BatchWatch {
  readonly record: BatchRecord;
  readonly #options: BatchWatchOptions;
  readonly #end = new AbortController();
  /** Ends the wait for the next look. */
  #nudge = new AbortController();
  #batchId: string | undefined;
  #lookMs = firstLookMs;
  #isCancelled = false;
  #isCancelTold = false;
  #isUncertain = false;

  constructor(record: BatchRecord, options: BatchWatchOptions) {
    this.record = record;
    this.#options = options;
    this.#batchId = record.batchId;
  }

  /**
   * @param entries of one that is to be sent now
   *
   * Rejects with a `ClientError` that does not pass by itself, and with the reason it was stopped with.
   */
  async run(entries?: readonly BatchEntry[]): Promise<BatchEnd> {
    const refusal = entries && (await this.#send(entries));
    if (refusal) return { kind: 'refused', error: refusal };
    const batchId = this.#batchId ?? (await this.#patiently((client) => this.#search(client)))?.id;
    if (batchId === undefined) return { kind: 'lost' };
    if (this.#batchId === undefined) this.#learn(batchId);
    try {
      await this.#follow(batchId, entries !== undefined);
      return { kind: 'collected' };
    } catch (error) {
      if (ClientError.is(error, 'notFound')) return { kind: 'gone' };
      throw error;
    }
  }

  /** Whether it may be at the API: what is in it must not be asked in another way without a word. */
  get mayExist(): boolean {
    return this.#batchId !== undefined || this.#isUncertain;
  }

  /** What is not done by now is not wanted any more; what is done is still collected. */
  cancel(): void {
    this.#isCancelled = true;
    this.#nudge.abort();
  }

  /** Leaves the batch to whoever comes next. */
  stop(reason: Error): void {
    this.#end.abort(reason);
    this.#nudge.abort();
  }

  async #send(entries: readonly BatchEntry[]): Promise<ClientError | undefined> {
    try {
      const client = await this.#options.acquire();
      const call = { credential: this.record.keyId, signal: this.#end.signal };
      const { id } = await client.batches.create(entries, call);
      this.#learn(id);
      return undefined;
    } catch (error) {
      if (ClientError.is(error) && refusals.has(error.reason)) return error;
      this.#isUncertain = true;
      this.#end.signal.throwIfAborted();
      if (ClientError.is(error)) return undefined;
      throw error;
    }
  }

  #learn(batchId: string): void {
    this.#batchId = batchId;
    this.#options.setId(batchId);
  }

  #search(client: Client): Promise<BatchInfo | undefined> {
    const { knownIds, now } = this.#options;
    return findLostBatch({
      batches: client.batches,
      record: this.record,
      knownIds,
      signal: this.#end.signal,
      now,
      waitMs: () => this.#nextLookMs(),
    });
  }

  async #follow(batchId: string, isNew: boolean): Promise<void> {
    const call = { credential: this.record.keyId, signal: this.#end.signal };
    if (isNew) await this.#pause(this.#nextLookMs());
    for (;;) {
      const info = await this.#patiently((client) => client.batches.get(batchId, call));
      if (!info) continue;
      if (info.state === 'ended') {
        // The results are not kept for ever.
        if (!info.hasResults) throw new ClientError('notFound', 'The results of the batch are gone');
        await this.#patiently((client) => this.#options.collect(client, info, this.#end.signal), mostReads);
        return;
      }
      if (this.#isCancelled && !this.#isCancelTold) {
        await this.#patiently((client) => client.batches.cancel(batchId, call));
        this.#isCancelTold = true;
        this.#lookMs = firstLookMs;
      }
      await this.#pause(this.#nextLookMs());
    }
  }

  /** Tries it again while what goes wrong passes by itself. @param most of answers that break off; then it is given up */
  async #patiently<T>(work: (client: Client) => Promise<T>, most = Infinity): Promise<T | undefined> {
    for (let failures = 1; ; failures++) {
      try {
        return await work(await this.#options.acquire());
      } catch (error) {
        this.#end.signal.throwIfAborted();
        if (!isPassing(error)) throw error;
        if (failures >= most && ClientError.is(error, 'incomplete')) return undefined;
        await pause(backoffMs(failures), this.#end.signal);
        this.#end.signal.throwIfAborted();
      }
    }
  }

  #nextLookMs(): number {
    const ms = this.#lookMs;
    this.#lookMs = Math.min(ms * lookGrowth, longestLookMs);
    this.#options.onLook(this.#options.now() + ms);
    return ms;
  }

  async #pause(ms: number): Promise<void> {
    this.#end.signal.throwIfAborted();
    if (this.#isCancelled && !this.#isCancelTold) return;
    this.#nudge = new AbortController();
    await pause(ms, this.#nudge.signal);
    this.#end.signal.throwIfAborted();
  }
}
