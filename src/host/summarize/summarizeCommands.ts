import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { ClientError } from '../../client/errors';
import { commands } from '../../contributions';
import type { Jobs } from '../../jobs/desk';
import { isOpen, type Job } from '../../jobs/job';
import { NotReadyError } from '../notReady';
import type { Log } from '../log';
import { plainText } from '../plainText';
import type { SluiceSettings } from '../settings';
import { describeFailure, describeReason, type Failure, type FailureAction } from './failureText';
import type { TextGatherer } from './gather';
import type { GatheredTexts } from './gathered';
import { pickHow, type SummaryChoice } from './howPicker';
import type { PlanShown } from './planText';
import type { SummaryDesk } from './summaryDesk';
import { confirmPlan } from './confirmations';
import { SummaryProgress } from './summaryProgress';
import { SourceError } from './textSources';
import { pickWhat, type What } from './whatPicker';

export interface SummarizeCommandsOptions {
  readonly gatherer: TextGatherer;
  readonly desk: SummaryDesk;
  readonly jobs: Jobs;
  readonly readSettings: () => SluiceSettings;
  /** Shows what there is of a summary. */
  readonly open: (jobId: string, options: { readonly preserveFocus: boolean }) => Promise<void>;
  readonly hasChat: () => boolean;
  readonly log: Log;
}

/** From here on a person has turned to something else. */
const attentionMs = 10_000;

/** The summarize commands: what is to be summarized, how, what it takes, and then the job. */
export class SummarizeCommands {
  readonly #options: SummarizeCommandsOptions;

  constructor(options: SummarizeCommandsOptions) {
    this.#options = options;
  }

  /** Asks what and how. */
  async summarize(): Promise<void> {
    await this.#guard(async () => {
      const what = await pickWhat(this.#options.hasChat());
      if (what === undefined) return;
      const how = await pickHow(this.#options.readSettings().summaries);
      if (how) await this.#run(await this.#gather(what), how);
    });
  }

  async of(what: What): Promise<void> {
    await this.#guard(async () => this.#run(await this.#gather(what)));
  }

  /** `uri` comes from the editor's or the explorer's menu; without it the active editor's file is meant. */
  async file(uri?: vscode.Uri): Promise<void> {
    await this.#guard(async () => this.#run(await this.#options.gatherer.file(uri)));
  }

  async folder(uri?: vscode.Uri): Promise<void> {
    await this.#guard(async () => this.#run(await this.#options.gatherer.folder(uri)));
  }

  #gather(what: What): Promise<GatheredTexts | undefined> {
    const { gatherer } = this.#options;
    switch (what) {
      case 'selection':
        return gatherer.selection();
      case 'file':
        return gatherer.file();
      case 'folder':
        return gatherer.folder();
      case 'workspace':
        return gatherer.workspace();
      case 'openEditors':
        return gatherer.openEditors();
      case 'changes':
        return gatherer.changes();
      case 'terminal':
        return gatherer.terminal();
      case 'chat':
        return gatherer.chat();
    }
  }

  /** Resolves when it has ended. */
  async #run(texts: GatheredTexts | undefined, how?: SummaryChoice): Promise<void> {
    if (!texts) return;
    const { desk, readSettings } = this.#options;
    const proposed = await desk.propose(texts, how);
    const delivery = await confirmPlan(proposed.shown, readSettings().summaries.delivery);
    if (delivery === undefined) return;
    const started = desk.start(proposed, delivery);
    if (!started)
      throw new SourceError(
        l10n.t('The summary could not be begun: nothing can be written down. The log has the details.'),
      );
    const { job, isJoined } = started;
    if (isJoined) {
      void vscode.window.showInformationMessage(
        plainText(l10n.t('This summary is under way already: {0} is in the queue.', job.title)),
      );
    }
    await this.#follow(job, proposed.shown);
  }

  /** Until it has ended, with progress for what the person has just begun. A batch takes its time: it is in the queue. */
  async #follow(job: Job, shown: PlanShown): Promise<void> {
    const { jobs } = this.#options;
    let showing: Promise<void> | undefined;
    const opened = jobs.onDidChange(() => {
      if (showing || jobs.resultOf(job.id) === undefined || !this.#hasAttention(job)) return;
      showing = this.#show(job.id, true).catch((error: unknown) => {
        this.#options.log.error('Failed to show a summary', error);
      });
    });
    if (job.delivery === 'batch') void vscode.commands.executeCommand(commands.showQueue);
    else await new SummaryProgress(jobs, job.id, shown).show();
    const view = jobs.find(job.id);
    // Who waits for a batch is told when it is there, as long as this window is.
    const ended = view?.delivery === 'batch' && isOpen(view) ? await jobs.whenEnded(job.id) : view;
    opened.dispose();
    await showing;
    // Whoever cancelled it, or threw it away, knows.
    if (!ended || ended.state === 'cancelled') return;
    if (ended.failure !== undefined) {
      await this.#tell(this.#describe(ended), ended.state === 'paused' ? 'paused' : 'failed');
    } else if (!isOpen(ended) && !showing) await this.#offer(ended);
  }

  /** What has come late does not take the place of what the person has turned to meanwhile. */
  async #offer(job: Job): Promise<void> {
    if (this.#hasAttention(job)) return this.#show(job.id, true);
    const open = l10n.t('Open Summary');
    const picked = await vscode.window.showInformationMessage(
      plainText(l10n.t('The summary of {0} is ready.', job.title)),
      open,
    );
    if (picked === open) await this.#show(job.id, false);
  }

  #hasAttention({ createdAt }: Job): boolean {
    return Date.now() - createdAt < attentionMs;
  }

  async #show(jobId: string, preserveFocus: boolean): Promise<void> {
    await this.#options.open(jobId, { preserveFocus });
  }

  /** Tells the person once why what they asked for failed, with one action; a cancelled one needs no telling. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (ClientError.is(error, 'cancelled')) return;
      this.#options.log.error('Failed to summarize', error);
      if (SourceError.is(error)) {
        void vscode.window.showErrorMessage(plainText(error.message));
        return;
      }
      const { model, baseUrl } = this.#options.readSettings();
      const failure = describeFailure(error, { model, baseUrl, now: Date.now() });
      await this.#tell(failure, NotReadyError.is(error) ? undefined : 'failed');
    }
  }

  #describe({ failure = 'unexpected', failureUntil, model }: Job): Failure {
    const { baseUrl } = this.#options.readSettings();
    return describeReason({ reason: failure, until: failureUntil }, { model, baseUrl, now: Date.now() });
  }

  /** @param outcome `undefined` where the sentence says itself what is missing */
  async #tell({ why, action }: Failure, outcome: 'failed' | 'paused' | undefined): Promise<void> {
    const message = tellOutcome(why, outcome);
    const picked = await vscode.window.showErrorMessage(plainText(message), ...(action ? [action.label] : []));
    if (picked !== undefined && action) await this.#perform(action);
  }

  async #perform(action: FailureAction): Promise<void> {
    switch (action.kind) {
      case 'addKey':
        await vscode.commands.executeCommand(commands.addKey);
        break;
      case 'manageKeys':
        await vscode.commands.executeCommand(commands.manageKeys);
        break;
      case 'openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', action.setting);
        break;
      case 'showLog':
        this.#options.log.show();
        break;
    }
  }
}

function tellOutcome(why: string, outcome: 'failed' | 'paused' | undefined): string {
  if (outcome === 'failed') return l10n.t('Failed to summarize: {0}', why);
  return outcome === 'paused' ? l10n.t('The summary is paused. {0}', why) : why;
}
