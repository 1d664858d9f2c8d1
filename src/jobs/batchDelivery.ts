import { randomUUID } from 'node:crypto';
import { ClientError } from '../client/errors';
import type { BatchEntry } from '../client/types';
import { bodyOf } from './answerOf';
import { collectBatch } from './batchCollection';
import { partsOf } from './batchParts';
import { BatchWatch, type BatchEnd } from './batchWatch';
import { isHold, toError } from './failures';
import type { Inquiry } from './inquiry';
import { backoffMs, pause } from './pause';
import { fewestInBatch } from './pressure';
import type { BatchRecord } from './records';
import type { AskingSurroundings } from './surroundings';

/** What is asked within this time of each other goes together. */
const gatherMs = 500;

/** `again`: look whether it is answered, and if it is not, think again. */
type Delivered = 'direct' | 'again';

interface Waiting {
  readonly inquiry: Inquiry;
  readonly outcome: PromiseWithResolvers<Delivered>;
}

/**
 * The Message Batches of one job. A question in a batch has no lease: who wants its answer now does not wait for one that
 * comes tomorrow. A window that goes on with the job goes on with its batches.
 */
export class BatchDelivery {
  readonly #surroundings: AskingSurroundings;
  readonly #waiting = new Map<string, Waiting>();
  readonly #watches = new Set<BatchWatch>();
  /** By the key of each of their requests. */
  readonly #watchOf = new Map<string, BatchWatch>();
  readonly #running = new Set<Promise<void>>();
  /** Keys of requests that came back without an answer, and that nobody is to put into a batch once more. */
  readonly #direct = new Set<string>();
  /** Keys of what was in a batch that was never made. */
  readonly #resent = new Set<string>();
  readonly #unanswered = new Map<string, Error>();
  readonly #end = new AbortController();
  #gathered: Inquiry[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: Error | undefined;
  /** Batches are not wanted any more. */
  #isLeaving = false;

  constructor(surroundings: AskingSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Goes on with those that were begun, here or by a window that is gone. */
  async resume(): Promise<void> {
    const { books, jobId } = this.#surroundings;
    const records = await books.attempt(
      (records) => records.batchesOf(jobId),
      () => this.#failure,
    );
    for (const record of records) this.#watch(record);
  }

  /** Whether this request is in a batch, or on its way into one. */
  has(key: string): boolean {
    return this.#waiting.has(key) || this.#watchOf.has(key);
  }

  /** Rejects with `NoAnswerError`, and with the error that all of it was stopped with. */
  deliver(inquiry: Inquiry): Promise<Delivered> {
    const { key } = inquiry;
    const error = this.#failure ?? this.#unanswered.get(key);
    if (error) return Promise.reject(error);
    const isBatched = this.has(key);
    if (!isBatched && (this.#isLeaving || this.#direct.has(key))) return Promise.resolve('direct');
    const waiting = this.#waiting.get(key) ?? { inquiry, outcome: Promise.withResolvers<Delivered>() };
    this.#waiting.set(key, waiting);
    if (!isBatched) this.#gather(inquiry);
    return waiting.outcome.promise;
  }

  /** What is gathered goes directly, and what of a batch is not done is cancelled and goes directly as well. */
  leave(): void {
    this.#isLeaving = true;
    for (const { key } of this.#takeGathered()) this.#settle(key, 'direct');
    for (const watch of this.#watches) watch.cancel();
  }

  rejoin(): void {
    this.#isLeaving = false;
  }

  /** Leaves the batches to whoever comes next. */
  stop(failure: Error): void {
    this.#refuse(failure);
    this.#end.abort(failure);
    for (const watch of this.#watches) watch.stop(failure);
  }

  /** Nobody wants answers any more; what is paid for is still collected. */
  windDown(failure: Error): void {
    this.#refuse(failure);
    this.leave();
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #refuse(failure: Error): void {
    this.#failure ??= failure;
    this.#takeGathered();
    for (const { outcome } of this.#waiting.values()) outcome.reject(this.#failure);
    this.#waiting.clear();
  }

  #gather(inquiry: Inquiry): void {
    this.#gathered.push(inquiry);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#track(this.#submit(this.#takeGathered())), gatherMs);
    this.#timer.unref();
  }

  #takeGathered(): readonly Inquiry[] {
    clearTimeout(this.#timer);
    const gathered = this.#gathered;
    this.#gathered = [];
    return gathered;
  }

  async #submit(inquiries: readonly Inquiry[]): Promise<void> {
    const { books } = this.#surroundings;
    const known = books.answers(inquiries.flatMap(({ key, questions }) => [key, ...questions]));
    const isKnown = ({ key, questions }: Inquiry) => [key, ...questions].some((each) => known.has(each));
    const fresh = inquiries.filter((inquiry) => !isKnown(inquiry));
    for (const inquiry of inquiries) if (isKnown(inquiry)) this.#settle(inquiry.key, 'again');
    if (fresh.length < fewestInBatch) {
      for (const { key } of fresh) this.#settle(key, 'direct');
      return;
    }
    const parts = partsOf(fresh.map(({ key, request }) => ({ customId: key, request: bodyOf(request) })));
    for (const part of parts) await this.#begin(part);
  }

  /** It is written down before anything is sent. */
  async #begin(entries: readonly BatchEntry[]): Promise<void> {
    const { books, jobId, acquire, now } = this.#surroundings;
    const customIds = entries.map(({ customId }) => customId);
    try {
      const { keyId } = await acquire();
      const record = { token: randomUUID(), jobId, batchId: undefined, keyId, createdAt: now(), customIds };
      await books.attempt(
        (records) => records.addBatch(record),
        () => this.#failure,
      );
      this.#watch(record, entries);
    } catch (error) {
      this.#fail(customIds, toError(error));
    }
  }

  #watch(record: BatchRecord, entries?: readonly BatchEntry[]): void {
    const { books, board, acquire, now } = this.#surroundings;
    const row = board.addBatch(record.customIds.length, record.createdAt);
    const watch = new BatchWatch(record, {
      acquire: async () => (await acquire(record.keyId)).client,
      knownIds: () => new Set(books.read((records) => records.knownBatchIds(), [])),
      setId: (batchId) => books.write((records) => records.setBatchId(record.token, batchId)),
      collect: async (client, info, signal) => {
        const found = await collectBatch(this.#surroundings, record, client, info, this.#unanswered, signal);
        for (const [key, error] of found.unanswered) this.#unanswered.set(key, error);
      },
      onLook: (at) => row.setLook(at),
      now,
    });
    this.#watches.add(watch);
    for (const key of record.customIds) this.#watchOf.set(key, watch);
    if (this.#isLeaving) watch.cancel();
    const following = this.#follow(watch, entries).finally(() => row.remove());
    this.#track(following);
  }

  async #follow(watch: BatchWatch, entries: readonly BatchEntry[] | undefined): Promise<void> {
    const { record } = watch;
    try {
      const end = await watch.run(entries);
      await this.#handleEnd(watch, end);
    } catch (error) {
      this.#forget(watch);
      // While it is wanted it stays written down: it can be gone on with once what stands in the way is mended.
      if (this.#isLeaving && !this.#end.signal.aborted) this.#crossOut(record);
      const failure = toError(error);
      // It may be paid for: a person has to know before the same is asked in another way.
      if (watch.mayExist && !this.#failure && !this.#isLeaving && ClientError.is(failure)) {
        return this.#surroundings.onHold(failure);
      }
      this.#fail(record.customIds, failure);
    }
  }

  async #handleEnd(watch: BatchWatch, end: BatchEnd): Promise<void> {
    const { record } = watch;
    this.#forget(watch);
    this.#crossOut(record);
    if (end.kind === 'refused' && !ClientError.is(end.error, 'rateLimited')) {
      return this.#fail(record.customIds, end.error);
    }
    if (end.kind === 'refused') await pause(backoffMs(1), this.#end.signal);
    for (const key of record.customIds) {
      // A second batch of the same is made only where there is none for certain, and once.
      if (end.kind === 'collected' || end.kind === 'gone' || this.#resent.has(key)) this.#direct.add(key);
      if (end.kind === 'lost') this.#resent.add(key);
      const error = this.#unanswered.get(key);
      if (error) this.#reject(key, error);
      else this.#settle(key, 'again');
    }
  }

  #forget(watch: BatchWatch): void {
    this.#watches.delete(watch);
    for (const key of watch.record.customIds) if (this.#watchOf.get(key) === watch) this.#watchOf.delete(key);
  }

  #crossOut({ token }: BatchRecord): void {
    this.#surroundings.books.write((records) => records.removeBatch(token));
  }

  /** What stands in the way of batches alone is gone round. */
  #fail(keys: readonly string[], error: Error): void {
    if (this.#failure) return;
    if (isHold(error) && !this.#isLeaving) return this.#surroundings.onHold(error);
    this.#surroundings.log.error('A batch failed; its requests go directly', error);
    for (const key of keys) {
      this.#direct.add(key);
      this.#settle(key, 'direct');
    }
  }

  #settle(key: string, outcome: Delivered): void {
    this.#waiting.get(key)?.outcome.resolve(outcome);
    this.#waiting.delete(key);
  }

  #reject(key: string, error: Error): void {
    this.#waiting.get(key)?.outcome.reject(error);
    this.#waiting.delete(key);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}
