import type { Books } from './books';
import type { JobDeskOptions } from './deskOptions';
import type { Hold } from './failures';
import { InFlight } from './inFlight';
import { isOpen, type Job } from './job';
import { JobRun, type StopReason } from './jobRun';
import { leaseMs } from './questionLeases';

export interface JobRunsOptions extends JobDeskOptions {
  readonly books: Books;
  readonly onHold: (jobId: string, error: Hold) => void;
  /** Something is to be seen of a run. */
  readonly onChange: () => void;
  /** One is over, and what it held is given up. */
  readonly onOver: (jobId: string) => void;
}

/** The jobs that this window runs, and those that do not go on here and whose last requests come to their end. */
export class JobRuns {
  readonly #options: JobRunsOptions;
  readonly #inFlight = new InFlight();
  readonly #runs = new Map<string, JobRun>();
  readonly #draining = new Set<JobRun>();
  readonly #ending = new Set<Promise<void>>();
  /** Cancelled jobs of which nothing is left at the API. */
  readonly #collected = new Set<string>();
  #isClosed = false;

  constructor(options: JobRunsOptions) {
    this.#options = options;
  }

  get all(): readonly JobRun[] {
    return [...this.#runs.values()];
  }

  get(jobId: string): JobRun | undefined {
    return this.#runs.get(jobId);
  }

  /** Unless another window runs it. */
  begin(job: Job): void {
    if (this.#isClosed || this.#runs.has(job.id)) return;
    if (!this.#options.books.read((records) => records.lease(job.id, leaseMs), false)) return;
    const run = this.#createRun(job);
    this.#runs.set(job.id, run);
    this.#track(run, run.run());
    this.#options.onChange();
  }

  stop(jobId: string, reason: StopReason): void {
    const run = this.#runs.get(jobId);
    if (!run) return;
    this.#runs.delete(jobId);
    this.#draining.add(run);
    run.stop(reason);
    this.#options.onChange();
  }

  /** What was done to the jobs, here or by other windows. */
  sync(jobs: ReadonlyMap<string, Job>): void {
    for (const run of this.all) {
      const { id } = run.job;
      const job = jobs.get(id);
      const isElsewhere = job?.runner !== undefined && job.runner.windowId !== this.#options.windowId;
      if (!job || isElsewhere) this.stop(id, 'lost');
      else if (job.state === 'paused' || job.state === 'cancelled') this.stop(id, job.state);
      else if (job.state === 'running') this.#update(run, job);
      // It came to an end elsewhere.
      else this.stop(id, 'lost');
    }
  }

  /** Cancels batches that nobody waits for any more, and collects what they have still brought, where no window does. */
  windDown(jobs: readonly Job[]): void {
    if (this.#isClosed) return;
    const busy = new Set([...this.#draining].map(({ job }) => job.id));
    for (const job of jobs) {
      if (isOpen(job) || job.runner || this.#collected.has(job.id) || busy.has(job.id)) continue;
      const batches = this.#options.books.read((records) => records.batchesOf(job.id), undefined);
      if (batches?.length === 0) this.#collected.add(job.id);
      if (batches === undefined || batches.length === 0) continue;
      const run = this.#createRun(job);
      this.#draining.add(run);
      this.#track(run, run.windDown());
    }
  }

  /** With each heartbeat: what this window holds it goes on to hold. */
  beat(): void {
    for (const { job } of [...this.all, ...this.#draining]) {
      // Where it cannot be written nobody else can take it either.
      const isMine = this.#options.books.read((records) => records.lease(job.id, leaseMs), true);
      if (!isMine) this.stop(job.id, 'lost');
    }
    for (const run of [...this.all, ...this.#draining]) run.beat();
    this.save(true);
  }

  save(isWhole: boolean): void {
    for (const run of this.all) run.save(isWhole);
  }

  /** Everything that is under way is ended. What has come of it is kept by the time this resolves. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const run of [...this.all, ...this.#draining]) run.stop('closed');
    // Whoever waits for the disk finds out that it is over.
    this.#options.books.beat();
    while (this.#ending.size > 0) await Promise.all(this.#ending);
  }

  #update(run: JobRun, job: Job): void {
    const isChanged = (['cheaperModel', 'shorter'] as const).some(
      (easing) => run.job.easings.includes(easing) !== job.easings.includes(easing),
    );
    run.update(job);
    if (!isChanged) return;
    this.stop(job.id, 'restarted');
    this.begin(job);
  }

  #createRun(job: Job): JobRun {
    const { onHold } = this.#options;
    return new JobRun(job, {
      ...this.#options,
      inFlight: this.#inFlight,
      onHold: (error) => onHold(job.id, error),
    });
  }

  #track(run: JobRun, running: Promise<void>): void {
    const { id } = run.job;
    const ending = running.then(() => {
      this.#ending.delete(ending);
      this.#draining.delete(run);
      if (this.#runs.get(id) === run) this.#runs.delete(id);
      // It may have been begun anew meanwhile.
      if (!this.#runs.has(id)) this.#options.books.write((records) => records.release(id));
      this.#options.onOver(id);
    });
    this.#ending.add(ending);
  }
}
