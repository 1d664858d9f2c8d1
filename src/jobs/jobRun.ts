import { ClientError } from '../client/errors';
import type { LaneSnapshot, UserLimits } from '../client/types';
import { BatchDelivery } from './batchDelivery';
import type { JobView } from './desk';
import { isHold, NoClientError, reasonOf, toError, type Hold } from './failures';
import type { Easing, Job, JobChange } from './job';
import { KeptAsker } from './keptAsker';
import { knownLimits } from './knownLimits';
import { expectedEnd } from './outlook';
import type { JobContext, JobOutcome, KnownLimits, Program } from './program';
import { QuestionLeases } from './questionLeases';
import type { JobRecords } from './records';
import { RequestBoard } from './requestBoard';
import type { AcquiredClient, JobSurroundings } from './surroundings';

/**
 * Why a window does not run a job any more before it has ended. `lost`: another window runs it, or it is gone;
 * `restarted`: it is to be run in another way.
 */
export type StopReason = 'paused' | 'cancelled' | 'lost' | 'closed' | 'restarted';

export interface JobRunOptions extends JobSurroundings {
  readonly program: Program;
  readonly limits: () => UserLimits;
  /** The job cannot go on until something is done about it. */
  readonly onHold: (error: Hold) => void;
  readonly onChange: () => void;
}

/** A job while this window runs it. What is written of it here is written by no other window meanwhile. */
export class JobRun {
  /** What would help it along. */
  offers: readonly Easing[] = [];
  readonly #options: JobRunOptions;
  readonly #leases: QuestionLeases;
  readonly #board: RequestBoard;
  readonly #batches: BatchDelivery;
  readonly #asker: KeptAsker;
  readonly #stopping = Promise.withResolvers<void>();
  #job: Job;
  #stopped: StopReason | undefined;
  #isOver = false;
  #acquired: AcquiredClient | undefined;
  #result: string | undefined;
  #hasNewResult = false;
  #hasNewCounts = false;

  constructor(job: Job, options: JobRunOptions) {
    const { books, now, onChange } = options;
    this.#job = job;
    this.#options = options;
    this.#leases = new QuestionLeases(job.id, books);
    this.#board = new RequestBoard(now, onChange);
    const surroundings = {
      ...options,
      jobId: job.id,
      leases: this.#leases,
      board: this.#board,
      settings: () => this.#job,
      onProgress: () => this.#handleProgress(),
      acquire: (keyId?: string) => this.#acquire(keyId),
      onHold: (error: Hold) => {
        if (!this.#isEnded) options.onHold(error);
      },
    };
    this.#batches = new BatchDelivery(surroundings);
    this.#asker = new KeptAsker(surroundings, this.#batches);
  }

  /** As it is here; what is written of it may lag behind. */
  get job(): Job {
    return { ...this.#job, ...this.#counts };
  }

  get longestWaitMs(): number {
    return this.#board.longestWaitMs;
  }

  get model(): string {
    return this.#asker.mainModel ?? this.#job.model;
  }

  get endsAt(): number | undefined {
    return expectedEnd(this.job, this.model, this.#limitsOf(this.model), this.#lanes, this.#options.now());
  }

  get result(): string | undefined {
    return this.#result;
  }

  get view(): JobView {
    const { job, endsAt, offers } = this;
    const { isStuck } = this.#options.books;
    return { ...job, isMine: true, requests: this.#board.requests, endsAt, offers, isStuck };
  }

  /** Resolves when all of it is over, what was under way included. Never rejects. */
  async run(): Promise<void> {
    await Promise.race([this.#play(), this.#stopping.promise]);
    this.#isOver = true;
    // What the program has left behind, if anything.
    if (!this.#stopped) this.#end(new ClientError('cancelled', 'The job has ended'), false);
    await this.#settle();
  }

  /**
   * Only collects what its batches have still brought: a job that was cancelled has paid for it. Nothing happens when
   * another window does it. Never rejects.
   */
  async windDown(): Promise<void> {
    this.#stopped = 'cancelled';
    const failure = new ClientError('cancelled', 'The job was cancelled');
    this.#asker.end(failure, false);
    if (!this.#holdRest()) return;
    try {
      await this.#batches.resume();
    } catch (error) {
      this.#options.log.error('The batches of a cancelled job cannot be read', error);
    }
    this.#batches.windDown(failure);
    await this.#settle();
  }

  /** What runs comes to its end and is kept, where there is time for it. */
  stop(reason: StopReason): void {
    if (this.#isEnded && reason !== 'closed') return;
    // What another window runs by now, or has ended, is written by that window.
    if (!this.#isEnded && reason !== 'lost') this.save(true);
    this.#stopped ??= reason;
    const error = new ClientError('cancelled', `The job does not go on here: ${reason}`);
    if (reason === 'cancelled') {
      this.#holdRest();
      this.#asker.end(error, false);
      this.#batches.windDown(error);
    } else this.#end(error, reason !== 'closed');
    this.#stopping.resolve();
  }

  /** It was changed, here or by another window. */
  update(job: Job): void {
    const { priority, delivery } = this.#job;
    this.#job = job;
    if (job.delivery !== delivery) this.#asker.reroute();
    if (job.priority !== priority) this.#asker.renew();
  }

  sendNow(): void {
    this.#asker.sendNow();
  }

  /** With each heartbeat. */
  beat(): void {
    this.#leases.beat();
  }

  /** Writes down how far it is. @param isWhole with what there is of the result, which can be large */
  save(isWhole: boolean): void {
    const { books } = this.#options;
    const hasResult = isWhole && this.#hasNewResult;
    if (books.isStuck || (!this.#hasNewCounts && !hasResult)) return;
    this.#write({ ...this.#counts, ...(hasResult && this.#result !== undefined ? { result: this.#result } : {}) });
    this.#hasNewCounts = false;
    if (hasResult) this.#hasNewResult = false;
  }

  get #isEnded(): boolean {
    return this.#stopped !== undefined || this.#isOver;
  }

  get #counts(): Pick<Job, 'done' | 'total' | 'failed'> {
    const { done, total, failed } = this.#asker.counts;
    // Until the program has said how many there are, it is as many as the last time.
    return total === 0 && done === 0
      ? { done: this.#job.done, total: this.#job.total, failed: this.#job.failed }
      : { done, total: Math.max(done, total), failed };
  }

  get #lanes(): readonly LaneSnapshot[] {
    return this.#acquired?.client.quota() ?? [];
  }

  #limitsOf(model: string): KnownLimits {
    return knownLimits(this.#acquired?.client.limits(model), this.#options.limits());
  }

  async #acquire(keyId?: string): Promise<AcquiredClient> {
    const acquired = await this.#options.acquire(keyId).catch((error: unknown) => {
      throw ClientError.is(error) ? error : new NoClientError(error);
    });
    if (keyId === undefined) this.#acquired = acquired;
    return acquired;
  }

  /** The program, from its beginning to its end. Never rejects. */
  async #play(): Promise<void> {
    try {
      const context = await this.#prepare();
      const outcome = await this.#options.program(context);
      if (!this.#isEnded) this.#finish(outcome);
    } catch (error) {
      if (this.#isEnded) return;
      if (isHold(error)) this.#options.onHold(error);
      else this.#fail(error);
    }
  }

  async #prepare(): Promise<JobContext> {
    const { id, startedAt } = this.#job;
    const texts = await this.#attempt((records) => ({ spec: records.specOf(id), sources: records.sourcesOf(id) }));
    if (startedAt === undefined) this.#write({ startedAt: this.#options.now() });
    await this.#batches.resume();
    this.#asker.reroute();
    await this.#acquire().catch((error: unknown) => {
      // All else is met again by what is asked, and judged there.
      if (isHold(error)) throw error;
    });
    return {
      job: this.#job,
      spec: texts.spec ?? '',
      sources: texts.sources,
      asker: this.#asker,
      limitsOf: (model) => this.#limitsOf(model),
      countTokens: async (request) => (await this.#acquire()).client.countTokens(request),
      once: (name, decide) => this.#once(name, decide),
      publish: (result) => this.#publish(result),
    };
  }

  async #once(name: string, decide: () => string | Promise<string>): Promise<string> {
    const { id } = this.#job;
    const known = await this.#attempt((records) => records.decisionOf(id, name));
    if (known !== undefined) return known;
    const value = await decide();
    return this.#attempt((records) => records.decide(id, name, value));
  }

  #publish(result: string): void {
    if (this.#isEnded) return;
    this.#result = result;
    this.#hasNewResult = true;
    this.#options.onChange();
  }

  #handleProgress(): void {
    if (this.#isEnded) return;
    this.#hasNewCounts = true;
    this.#options.onChange();
  }

  #finish({ result, isComplete, failure }: JobOutcome): void {
    const { done, total, failed } = this.#counts;
    this.#result = result;
    this.#close({
      state: isComplete ? 'done' : 'incomplete',
      result,
      done: isComplete ? total : done,
      total,
      failed: isComplete ? failed : Math.max(failed, total - done),
      failure: failure ? reasonOf(failure) : null,
      failureUntil: (ClientError.is(failure) && failure.until) || null,
    });
  }

  #fail(error: unknown): void {
    if (reasonOf(error) === 'unexpected') this.#options.log.error('A job failed', toError(error));
    this.#close({
      ...this.#counts,
      state: 'failed',
      failure: reasonOf(error),
      failureUntil: (ClientError.is(error) && error.until) || null,
    });
  }

  #close(change: JobChange): void {
    this.#isOver = true;
    this.#write({ ...change, endedAt: this.#options.now(), pausedUntil: null });
  }

  /** A cancelled job has no lease any more: a question that nobody asks stands for it. */
  #holdRest(): boolean {
    const key = `rest-of-${this.#job.id}`;
    return this.#options.books.read((records) => this.#leases.take(records, [key]), false);
  }

  #end(error: Error, isGentle: boolean): void {
    this.#asker.end(error, isGentle);
    this.#batches.stop(error);
  }

  async #settle(): Promise<void> {
    await Promise.all([this.#asker.settled(), this.#batches.settled()]);
  }

  #write(change: JobChange): void {
    const { id } = this.#job;
    this.#options.books.write((records) => void records.change(id, change));
  }

  #attempt<T>(work: (records: JobRecords) => T): Promise<T> {
    return this.#options.books.attempt(work, () =>
      this.#isEnded ? new ClientError('cancelled', 'The job does not go on here') : undefined,
    );
  }
}
