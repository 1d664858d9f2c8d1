import { systemClock } from '../client/clock';
import { CoalescedEvent } from '../client/coalescedEvent';
import type { Disposable, Priority } from '../client/types';
import { Books } from './books';
import type { Jobs, JobView } from './desk';
import type { Hold } from './failures';
import { isOpen, type Delivery, type Easing, type Job, type JobChange, type JobSource, type NewJob } from './job';
import type { JobDeskOptions } from './deskOptions';
import type { JobRun } from './jobRun';
import { JobRuns } from './jobRuns';
import { laterMs, offersOf } from './pressure';
import { heartbeatMs, leaseMs } from './questionLeases';
import { Takeover } from './takeover';

/** How soon it is seen here what another window does. */
const lookMs = 1_000;
const priorities: readonly Priority[] = ['background', 'normal', 'interactive'];

export function createJobs(options: JobDeskOptions): Jobs {
  return new JobDesk(options);
}

/** Runs the jobs that no other window runs, and shows them all. */
class JobDesk implements Jobs {
  readonly #options: JobDeskOptions;
  readonly #books: Books;
  readonly #takeover: Takeover;
  readonly #onDidChange = new CoalescedEvent(systemClock);
  readonly #runs: JobRuns;
  readonly #waiters = new Set<{ readonly jobId: string; readonly resolve: (job: Job | undefined) => void }>();
  readonly #timer: ReturnType<typeof setInterval>;
  #jobs: readonly Job[] = [];
  #beatAt: number;
  #closing: Promise<void> | undefined;

  constructor(options: JobDeskOptions) {
    this.#options = options;
    this.#books = new Books(options.records, options.log);
    this.#takeover = new Takeover(options.windowId);
    this.#runs = new JobRuns({
      ...options,
      books: this.#books,
      onHold: (jobId, error) => this.#hold(jobId, error),
      onChange: () => this.#onDidChange.fire(),
      onOver: (jobId) => this.#handleOver(jobId),
    });
    this.#beatAt = options.now();
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
    this.#refresh();
    this.#takeOver();
  }

  start(job: NewJob, sources: readonly JobSource[]): ReturnType<Jobs['start']> {
    if (this.#closing) return undefined;
    const added = this.#books.read((records) => records.add(job, sources), undefined);
    if (!added) return undefined;
    this.#refresh();
    if (added.isNew) this.#runs.begin(added.job);
    else this.#join(added.job, job.priority);
    return { job: added.job, isJoined: !added.isNew };
  }

  list(): readonly JobView[] {
    return this.#jobs.map((job) => this.#viewOf(job));
  }

  find(jobId: string): JobView | undefined {
    const job = this.#find(jobId);
    return job && this.#viewOf(job);
  }

  resultOf(jobId: string): string | undefined {
    return this.#runs.get(jobId)?.result ?? this.#books.read((records) => records.resultOf(jobId), undefined);
  }

  pause(jobId: string, until?: number): void {
    if (this.#find(jobId)?.state !== 'running') return;
    this.#change(jobId, { state: 'paused', pausedUntil: until ?? null, failure: null, failureUntil: null });
    this.#runs.stop(jobId, 'paused');
  }

  resume(jobId: string): void {
    if (this.#find(jobId)?.state === 'paused') this.#goOn(jobId, {});
  }

  cancel(jobId: string): void {
    const job = this.#find(jobId);
    if (!job || !isOpen(job)) return;
    this.#change(jobId, { state: 'cancelled', endedAt: this.#options.now(), pausedUntil: null });
    this.#runs.stop(jobId, 'cancelled');
    this.#runs.windDown(this.#jobs);
  }

  retry(jobId: string): void {
    const state = this.#find(jobId)?.state;
    if (state === 'failed' || state === 'incomplete') this.#goOn(jobId, { endedAt: null, failed: 0 });
  }

  setPriority(jobId: string, priority: Priority): void {
    this.#change(jobId, { priority });
  }

  setDelivery(jobId: string, delivery: Delivery): void {
    this.#change(jobId, { delivery });
  }

  ease(jobId: string, easing: Easing): void {
    const job = this.#find(jobId);
    if (!job || !isOpen(job) || (easing !== 'later' && job.easings.includes(easing))) return;
    const easings = [...job.easings.filter((each) => each !== easing), easing];
    if (easing === 'batch') return this.#change(jobId, { easings, delivery: 'batch' });
    if (easing === 'later') {
      this.#change(jobId, { easings });
      return this.pause(jobId, this.#options.now() + laterMs);
    }
    const spec = this.#easedSpec(jobId, easing);
    if (spec === undefined) return;
    this.#change(jobId, { easings, spec });
  }

  remove(jobId: string): void {
    const job = this.#find(jobId);
    if (!job || isOpen(job)) return;
    this.#books.write((records) => records.remove(jobId));
    this.#refresh();
  }

  clear(): void {
    this.#books.write((records) => records.clear());
    this.#refresh();
  }

  sendNow(jobId: string): void {
    this.#runs.get(jobId)?.sendNow();
  }

  whenEnded(jobId: string): Promise<Job | undefined> {
    return new Promise((resolve) => {
      this.#waiters.add({ jobId, resolve });
      this.#tellWaiters();
    });
  }

  onDidChange(listener: () => void): Disposable {
    return this.#onDidChange.subscribe(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  dispose(): void {
    void this.close();
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#runs.close();
    this.#books.write((records) => records.releaseAll());
    this.#books.beat();
    for (const { resolve, jobId } of this.#waiters) resolve(this.#find(jobId));
    this.#waiters.clear();
    this.#onDidChange.dispose();
  }

  #find(jobId: string): Job | undefined {
    return this.#jobs.find(({ id }) => id === jobId);
  }

  #viewOf(job: Job): JobView {
    const run = this.#runs.get(job.id);
    if (run && job.state === 'running') return { ...run.view, cost: job.cost, runner: job.runner };
    return { ...job, isMine: false, requests: [], endsAt: undefined, offers: [], isStuck: false };
  }

  #refresh(): void {
    this.#jobs = this.#books.read((records) => records.list(), this.#jobs);
    this.#takeover.see(this.#jobs);
    this.#runs.sync(new Map(this.#jobs.map((job) => [job.id, job])));
    this.#tellWaiters();
    this.#onDidChange.fire();
  }

  #tellWaiters(): void {
    for (const waiter of this.#waiters) {
      const job = this.#find(waiter.jobId);
      if (job && isOpen(job)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(job);
    }
  }

  #change(jobId: string, change: JobChange): void {
    this.#books.write((records) => void records.change(jobId, change));
    this.#refresh();
  }

  #goOn(jobId: string, change: JobChange): void {
    this.#change(jobId, { ...change, state: 'running', pausedUntil: null, failure: null, failureUntil: null });
    const job = this.#find(jobId);
    if (job?.state === 'running') this.#runs.begin(job);
  }

  /** Somebody asks for the same once more: it goes on, and is no less urgent than for either of them. */
  #join({ id, state, priority }: Job, wanted: Priority): void {
    if (priorities.indexOf(wanted) > priorities.indexOf(priority)) this.setPriority(id, wanted);
    if (state === 'paused') this.resume(id);
  }

  #hold(jobId: string, { reason, until }: Hold): void {
    // What ends by itself is waited for.
    const pausedUntil = reason === 'spendLimit' ? (until ?? null) : null;
    this.#change(jobId, { state: 'paused', failure: reason, failureUntil: until ?? null, pausedUntil });
    this.#runs.stop(jobId, 'paused');
  }

  #handleOver(jobId: string): void {
    this.#takeover.release(jobId);
    this.#refresh();
  }

  #look(): void {
    const { now, hasChanged } = this.#options;
    this.#runs.save(false);
    const sinceMs = now() - this.#beatAt;
    if (sinceMs < 0 || sinceMs >= heartbeatMs) this.#beat(sinceMs < 0 || sinceMs > leaseMs);
    else if (hasChanged()) this.#refresh();
  }

  /** @param hasJumped the machine has slept, or its clock was set: what others hold is not what it seems */
  #beat(hasJumped: boolean): void {
    this.#beatAt = this.#options.now();
    this.#options.hasChanged();
    this.#books.beat();
    this.#runs.beat();
    this.#refresh();
    if (hasJumped) this.#takeover.forget();
    else this.#takeOver();
    for (const run of this.#runs.all) this.#relieve(run);
  }

  #takeOver(): void {
    const now = this.#options.now();
    for (const job of this.#takeover.findFree(this.#jobs, now)) this.#runs.begin(job);
    for (const { id, state, pausedUntil } of this.#jobs) {
      if (state === 'paused' && pausedUntil !== undefined && pausedUntil <= now) this.resume(id);
    }
    this.#runs.windDown(this.#jobs);
  }

  #relieve(run: JobRun): void {
    const { easeBySetting, cheaperThan, now } = this.#options;
    const { job, endsAt, longestWaitMs, model } = run;
    const canBecome = (easing: 'cheaperModel' | 'shorter') =>
      (easing === 'shorter' || cheaperThan(model) !== undefined) && this.#easedSpec(job.id, easing) !== undefined;
    const offers = offersOf({ job, endsAt, longestWaitMs, canBecome, now: now() });
    const setting = easeBySetting();
    run.offers = setting === 'wait' ? [] : offers;
    if (setting === 'ask' || setting === 'wait' || job.easings.length > 0) return;
    if (offers.includes(setting)) this.ease(job.id, setting);
  }

  #easedSpec(jobId: string, easing: Easing): string | undefined {
    const spec = this.#books.read((records) => records.specOf(jobId), undefined);
    if (spec === undefined) return undefined;
    try {
      return this.#options.applyEasing(spec, easing);
    } catch (error) {
      this.#options.log.error('A job cannot be eased', error);
      return undefined;
    }
  }
}
