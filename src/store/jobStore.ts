import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Job, JobChange, JobCost, JobSource, NewJob } from '../jobs/job';
import type { Answer } from '../jobs/question';
import type { BatchRecord, JobRecords, KeptAnswer } from '../jobs/records';
import { Access, type Row, type StoreEnvironment } from './access';
import {
  fromAnswer,
  fromBatch,
  fromChange,
  fromCost,
  fromNewJob,
  fromSource,
  toAnswer,
  toBatch,
  toJob,
  toSource,
  type ReadAnswer,
} from './jobRows';
import { prepareAnswerStatements, prepareJobStatements } from './jobStatements';
import { plain } from './plainText';
import { Scrubber } from './scrubber';
import { StoreError } from './storeError';

/** How exactly it is known when an answer was last used: reading does not write each time. */
const markAgainAfterMs = 60 * 60_000;
/** Later than any clock tells. */
const never = Number.MAX_SAFE_INTEGER;

/**
 * All jobs, of all windows, and all answers. Every method is synchronous and a transaction of its own. What is kept of a
 * job tells which window runs it; a window that is gone is known by its lease, which runs out.
 *
 * The texts that a job works on are deleted when it is done or cancelled, and with any other end when it is: until then
 * it may be tried again.
 *
 * Every method throws {@link StoreError} and nothing else.
 */
export class JobStore implements JobRecords {
  readonly #access: Access;
  readonly #jobs: ReturnType<typeof prepareJobStatements>;
  readonly #questions: ReturnType<typeof prepareAnswerStatements>;
  readonly #environment: StoreEnvironment;
  readonly #scrubber: Scrubber;
  #hasLeased = false;

  constructor(database: DatabaseSync, environment: StoreEnvironment) {
    this.#access = new Access(database, environment);
    this.#jobs = prepareJobStatements(this.#access);
    this.#questions = prepareAnswerStatements(this.#access);
    this.#environment = environment;
    this.#scrubber = new Scrubber(database, this.#access, environment.log);
  }

  add(job: NewJob, sources: readonly JobSource[]): { readonly job: Job; readonly isNew: boolean } {
    const columns = fromNewJob(job);
    return this.#run('begin a job', () => {
      const { identity } = columns;
      const [open] = this.#readable('A job', this.#jobs.findOpen.all({ identity, now: this.#now }), toJob);
      if (open) return { job: open, isNew: false };
      const id = randomUUID();
      this.#jobs.add.run({ ...columns, id, now: this.#now });
      for (const [place, source] of sources.entries()) this.#jobs.addSource.run({ id, place, ...fromSource(source) });
      const added = this.#find(id);
      if (!added) throw new StoreError('failed', 'Failed to begin a job: it cannot be understood');
      return { job: added, isNew: true };
    });
  }

  list(): readonly Job[] {
    return this.#access.read('list the jobs', () =>
      this.#readable('A job', this.#jobs.list.all({ now: this.#now }), toJob),
    );
  }

  find(jobId: string): Job | undefined {
    return this.#access.read('look at a job', () => this.#find(jobId));
  }

  specOf(jobId: string): string | undefined {
    return this.#access.read('read what a job is to do', () => textOf(this.#jobs.spec.get({ id: jobId })?.['spec']));
  }

  sourcesOf(jobId: string): readonly JobSource[] {
    return this.#access.read('read the texts of a job', () =>
      this.#readable('A text of a job', this.#jobs.sources.all({ id: jobId }), toSource),
    );
  }

  resultOf(jobId: string): string | undefined {
    return this.#access.read('read the result of a job', () =>
      textOf(this.#jobs.result.get({ id: jobId })?.['result']),
    );
  }

  change(jobId: string, change: JobChange): Job | undefined {
    const { result, ...columns } = fromChange(change);
    const isOver = change.state === 'done' || change.state === 'cancelled';
    let hasDeleted = false;
    const changed = this.#run('save a job', () => {
      if (this.#jobs.change.run({ id: jobId, ...columns }).changes === 0) return undefined;
      if (result !== undefined) this.#jobs.setResult.run({ id: jobId, result });
      hasDeleted = isOver && this.#jobs.removeSources.run({ id: jobId }).changes > 0;
      return this.#find(jobId);
    });
    if (hasDeleted) this.#scrubber.scrub();
    return changed;
  }

  remove(jobId: string): void {
    this.#run('delete a job', () => this.#jobs.remove.run({ id: jobId }));
    this.#scrubber.scrub();
  }

  lease(jobId: string, forMs: number): boolean {
    const isMine = this.#run(
      'begin to run a job',
      () => this.#jobs.lease.run({ id: jobId, ...this.#leaseFor(forMs) }).changes > 0,
    );
    this.#hasLeased ||= isMine;
    return isMine;
  }

  release(jobId: string): void {
    const mine = { id: jobId, runner: this.#environment.windowId };
    this.#run('end running a job', () => {
      this.#jobs.release.run(mine);
      this.#questions.releaseOf.run(mine);
    });
  }

  /** Nothing happens when none was taken through this store: the window may have the database open a second time. */
  releaseAll(): void {
    if (!this.#hasLeased) return;
    const mine = { runner: this.#environment.windowId };
    this.#run('end running all jobs', () => {
      this.#jobs.releaseAll.run(mine);
      this.#questions.releaseAll.run(mine);
    });
  }

  leaseQuestions(jobId: string, keys: readonly string[], forMs: number): readonly string[] {
    const lease = { id: jobId, keys: JSON.stringify(keys), ...this.#leaseFor(forMs) };
    const rows = this.#run('begin to ask questions', () => this.#questions.lease.all(lease));
    const mine = new Set(rows.map(({ key }) => key));
    this.#hasLeased ||= mine.size > 0;
    return keys.filter((key) => mine.has(key));
  }

  releaseQuestions(keys: readonly string[]): void {
    this.#run('end asking questions', () => this.#releaseQuestions(keys));
  }

  answers(keys: readonly string[]): ReadonlyMap<string, Answer> {
    const found = this.#access.read('read what was answered', () =>
      this.#readable('An answer', this.#questions.answers.all({ keys: JSON.stringify(keys) }), toAnswer),
    );
    this.#markUsed(found);
    return new Map(found.map(({ key, answer }) => [key, answer]));
  }

  keep(jobId: string, answers: readonly KeptAnswer[], cost: JobCost): void {
    this.#run('keep answers', () => {
      for (const answer of answers) this.#questions.keep.run({ ...fromAnswer(answer), now: this.#now });
      this.#releaseQuestions(answers.map(({ key }) => key));
      this.#jobs.addCost.run({ id: jobId, ...fromCost(cost) });
    });
  }

  decide(jobId: string, name: string, value: string): string {
    const decision = { id: jobId, name: plain(name) };
    return this.#run('keep what was decided', () => {
      this.#ensureExists(jobId);
      this.#jobs.decide.run({ ...decision, value: plain(value) });
      return textOf(this.#jobs.decision.get(decision)?.['value']) ?? value;
    });
  }

  decisionOf(jobId: string, name: string): string | undefined {
    return this.#access.read('read what was decided', () =>
      textOf(this.#jobs.decision.get({ id: jobId, name: plain(name) })?.['value']),
    );
  }

  addBatch(batch: BatchRecord): void {
    this.#run('write down a batch', () => {
      this.#ensureExists(batch.jobId);
      this.#jobs.addBatch.run(fromBatch(batch));
    });
  }

  setBatchId(token: string, batchId: string): void {
    this.#run('write down the id of a batch', () => this.#jobs.setBatchId.run({ token: plain(token), batchId }));
  }

  removeBatch(token: string): void {
    this.#run('cross out a batch', () => this.#jobs.removeBatch.run({ token: plain(token) }));
  }

  batchesOf(jobId: string): readonly BatchRecord[] {
    return this.#access.read('read the batches of a job', () =>
      this.#readable('A batch', this.#jobs.batches.all({ id: jobId }), toBatch),
    );
  }

  knownBatchIds(): readonly string[] {
    return this.#access.read('read which batches there are', () =>
      this.#jobs.batchIds.all().flatMap((row) => textOf(row['batch_id']) ?? []),
    );
  }

  prune(olderThan: number): void {
    const deleted = this.#run('delete old jobs', () => {
      const jobs = this.#jobs.prune.run({ olderThan }).changes;
      const answers = this.#questions.prune.run({ olderThan, marginMs: markAgainAfterMs }).changes;
      this.#questions.pruneLeases.run({ now: this.#now });
      return Number(jobs) + Number(answers);
    });
    if (deleted > 0) this.#scrubber.scrub();
  }

  clear(): void {
    this.prune(never);
  }

  /** Overwrites what was deleted while another window stood in the way. Never throws. */
  scrubIfDue(): void {
    if (this.#scrubber.isDue && !this.#environment.isMoved?.()) this.#scrubber.scrub();
  }

  get #now(): number {
    return this.#environment.now();
  }

  #leaseFor(forMs: number) {
    const now = this.#now;
    return { runner: this.#environment.windowId, now, until: now + forMs };
  }

  #find(jobId: string): Job | undefined {
    const row = this.#jobs.find.get({ id: jobId, now: this.#now });
    return this.#readable('A job', row ? [row] : [], toJob)[0];
  }

  #ensureExists(jobId: string): void {
    if (!this.#jobs.exists.get({ id: jobId })) throw new StoreError('gone', 'The job has been deleted');
  }

  #releaseQuestions(keys: readonly string[]): void {
    this.#questions.release.run({ runner: this.#environment.windowId, keys: JSON.stringify(keys) });
  }

  #markUsed(found: readonly ReadAnswer[]): void {
    const now = this.#now;
    const keys = found.filter(({ usedAt }) => usedAt <= now - markAgainAfterMs).map(({ key }) => key);
    if (keys.length === 0) return;
    try {
      this.#run('mark answers as used', () => this.#questions.markUsed.run({ keys: JSON.stringify(keys), now }));
    } catch {
      // They were read, which is what was asked for; at worst they are pruned too early.
    }
  }

  /** What cannot be understood is left out and logged. */
  #readable<Value>(what: string, rows: readonly Row[], read: (row: Row) => Value | undefined): Value[] {
    const values = rows.map(read);
    if (values.includes(undefined)) this.#environment.log.warn(`${what} could not be understood`);
    return values.flatMap((value) => (value === undefined ? [] : [value]));
  }

  #run<Result>(what: string, work: () => Result): Result {
    const result = this.#access.write(what, work);
    this.scrubIfDue();
    return result;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
