import type { Disposable } from '../../client/types';
import type { Jobs, JobView } from '../../jobs/desk';
import type { SummaryDraft } from '../../summarize/spec';
import type { Explain } from '../queue/jobText';
import { composeDocument, readDraft, type DocumentContext } from './resultDocument';

/** At most four times a second: fast enough to see it grow. */
const lookMs = 250;
/** A document that takes long to put together is looked at less often: a tenth of the time at most goes into it. */
const restPerWork = 10;
/** Also when the clock has jumped meanwhile. */
const longestRestMs = 30_000;

export interface SummaryTextsOptions {
  readonly jobs: Pick<Jobs, 'find' | 'resultOf' | 'onDidChange'>;
  readonly explain: Explain;
  readonly now: () => number;
}

export interface SummaryText {
  readonly text: string;
  /** Of the job; when the text has become what it is. Epoch ms. */
  readonly createdAt: number;
  readonly changedAt: number;
}

/** The documents of all jobs, each as it would be now: nothing of them is kept but what is shown. */
export class SummaryTexts implements Disposable {
  readonly #options: SummaryTextsOptions;
  /** By job, as it was read last. */
  readonly #shown = new Map<string, SummaryText>();
  /** By job, what whoever shows it has: a look at its time and size alone gives it nothing. */
  readonly #handedOut = new Map<string, string>();
  readonly #subscription: Disposable;
  #look: () => void = () => undefined;
  #draft: { readonly json: string; readonly draft: SummaryDraft | undefined } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #restMs = lookMs;

  constructor(options: SummaryTextsOptions) {
    this.#options = options;
    this.#subscription = options.jobs.onDidChange(() => this.#lookSoon());
  }

  /** `undefined` when the job is not there any more. */
  read(jobId: string): SummaryText | undefined {
    const job = this.#options.jobs.find(jobId);
    if (!job) return undefined;
    const text = this.#compose(job, {});
    const before = this.#shown.get(jobId);
    if (before?.text === text) return before;
    const now = this.#options.now();
    // VS Code takes a file for another one by its time and its size.
    const changedAt = before === undefined ? now : Math.max(now, before.changedAt + 1);
    const read = { text, createdAt: job.createdAt, changedAt };
    this.#shown.set(jobId, read);
    return read;
  }

  /** The same, for whoever is going to show it. */
  handOut(jobId: string): SummaryText | undefined {
    const read = this.read(jobId);
    if (read) this.#handedOut.set(jobId, read.text);
    return read;
  }

  /** The same with links in its headings. */
  compose(jobId: string, linkOf: (uri: string) => string | undefined): string | undefined {
    const job = this.#options.jobs.find(jobId);
    return job && this.#compose(job, { linkOf });
  }

  /** Tells of each that is shown when it has become another one, or its job is gone. */
  follow(shownIds: () => Iterable<string>, tell: (jobId: string, what: 'changed' | 'gone') => void): void {
    this.#look = () => {
      const ids = new Set(shownIds());
      for (const jobId of this.#shown.keys()) {
        if (ids.has(jobId)) continue;
        this.#shown.delete(jobId);
        this.#handedOut.delete(jobId);
      }
      for (const jobId of ids) {
        const before = this.#handedOut.get(jobId);
        const now = this.read(jobId);
        if (now) {
          if (before === undefined || now.text === before) continue;
          this.#handedOut.set(jobId, now.text);
          tell(jobId, 'changed');
        } else if (this.#shown.delete(jobId)) {
          tell(jobId, 'gone');
        }
      }
    };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
  }

  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const begin = this.#options.now();
      this.#look();
      const workMs = this.#options.now() - begin;
      this.#restMs = Math.min(Math.max(lookMs, workMs * restPerWork), longestRestMs);
    }, this.#restMs);
  }

  #compose(job: JobView, extra: Pick<DocumentContext, 'linkOf'>): string {
    const { now, explain } = this.#options;
    return composeDocument(job, this.#draftOf(job.id), { now: now(), explain, ...extra });
  }

  /** What is read twice in a row, for its size and for its text, is taken apart once. */
  #draftOf(jobId: string): SummaryDraft | undefined {
    const json = this.#options.jobs.resultOf(jobId);
    if (json === undefined) return undefined;
    if (this.#draft?.json !== json) this.#draft = { json, draft: readDraft(json) };
    return this.#draft.draft;
  }
}
