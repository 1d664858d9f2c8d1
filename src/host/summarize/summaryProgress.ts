import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Jobs } from '../../jobs/desk';
import { isOpen, type Job } from '../../jobs/job';
import { plainText } from '../plainText';
import { summarizePlan, type PlanShown } from './planText';
import { describeJobProgress } from './progressText';

/** The notification of a summary that a person has just begun; its Cancel ends the job. */
export class SummaryProgress {
  readonly #jobs: Jobs;
  readonly #jobId: string;
  readonly #shown: PlanShown;

  constructor(jobs: Jobs, jobId: string, shown: PlanShown) {
    this.#jobs = jobs;
    this.#jobId = jobId;
    this.#shown = shown;
  }

  /** Resolves with the job when it has ended, is paused or goes by a batch, and with `undefined` when it is gone. */
  async show(): Promise<Job | undefined> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: plainText(l10n.t('Summarizing {0}', this.#shown.title)),
      cancellable: true,
    };
    return vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => this.#jobs.cancel(this.#jobId));
      const report = () => progress.report({ message: plainText(this.#message()) });
      report();
      const listening = this.#jobs.onDidChange(report);
      try {
        return await Promise.race([this.#jobs.whenEnded(this.#jobId), this.#whenPaused()]);
      } finally {
        listening.dispose();
      }
    });
  }

  #message(): string {
    const view = this.#jobs.find(this.#jobId);
    const now = Date.now();
    const told = view && describeJobProgress(view, now);
    return told ?? summarizePlan(this.#shown);
  }

  /** One that is paused, or goes by a batch now, is in the queue; there is nothing to be followed. */
  #whenPaused(): Promise<Job | undefined> {
    return new Promise((resolve) => {
      const look = () => {
        const view = this.#jobs.find(this.#jobId);
        if (view && view.state !== 'paused' && view.delivery !== 'batch') return;
        listening.dispose();
        if (!view || isOpen(view)) resolve(view);
      };
      const listening = this.#jobs.onDidChange(look);
    });
  }
}
