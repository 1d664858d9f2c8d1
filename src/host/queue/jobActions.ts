import * as l10n from '@vscode/l10n';
import type { Jobs, JobView } from '../../jobs/desk';
import { isOpen } from '../../jobs/job';
import type { ActivityEntry } from '../activity';
import type { KeyDialogs } from '../keys/keyDialogs';
import { plainLabel } from '../keys/keyWords';
import { actionsOf, canDo, describeDelay, easingsOf, prioritiesOf, type JobActionId } from './jobActionPick';
import { jobLabel } from './jobText';
import { activityOf, asksForEasings, jobIdOf } from './queueNode';
import { describeJob } from './queuePresenter';

export interface JobActionsOptions {
  /** `undefined` when they could not be loaded, which is told. */
  readonly jobs: () => Promise<Jobs | undefined>;
  readonly dialogs: Pick<KeyDialogs, 'pick' | 'tell' | 'ask'>;
  readonly openSummary: (jobId: string) => Promise<void>;
  readonly saveSummary: (jobId: string) => Promise<void>;
  readonly now: () => number;
}

/**
 * What the commands on jobs do. Each takes what VS Code hands it: the row of a menu, the id of a job, or nothing from the
 * palette, where the person chooses among the jobs with which it can be done.
 */
export class JobActions {
  readonly #options: JobActionsOptions;

  constructor(options: JobActionsOptions) {
    this.#options = options;
  }

  /** All that can be done with what a row shows. */
  async show(argument?: unknown): Promise<void> {
    const activity = activityOf(argument);
    if (activity) return this.#showActivity(activity);
    if (asksForEasings(argument)) return this.ease(argument);
    await this.#with('open', argument, async (job) => {
      const { now, dialogs } = this.#options;
      const picked = await dialogs.pick(actionsOf(job, now()), {
        title: jobLabel(job),
        placeHolder: describeJob(job, undefined, now()).join(' · '),
      });
      if (picked) await this.#perform(picked.id, job.id);
    });
  }

  async open(argument?: unknown): Promise<void> {
    await this.#with('open', argument, ({ id }) => this.#options.openSummary(id));
  }

  async save(argument?: unknown): Promise<void> {
    await this.#with('save', argument, ({ id }) => this.#options.saveSummary(id));
  }

  async pause(argument?: unknown): Promise<void> {
    await this.#with('pause', argument, ({ id }, jobs) => jobs.pause(id));
  }

  async resume(argument?: unknown): Promise<void> {
    await this.#with('resume', argument, ({ id }, jobs) => jobs.resume(id));
  }

  /** What is answered is kept, so nobody is asked whether they are sure. */
  async cancel(argument?: unknown): Promise<void> {
    const activity = activityOf(argument);
    if (activity) return activity.cancel();
    await this.#with('cancel', argument, ({ id }, jobs) => jobs.cancel(id));
  }

  async retry(argument?: unknown): Promise<void> {
    await this.#with('retry', argument, ({ id }, jobs) => jobs.retry(id));
  }

  async prioritize(argument?: unknown): Promise<void> {
    await this.#with('priority', argument, async (job, jobs) => {
      const picked = await this.#options.dialogs.pick(prioritiesOf(job), {
        title: jobLabel(job),
        placeHolder: l10n.t('When its requests go out'),
      });
      if (picked) jobs.setPriority(job.id, picked.priority);
    });
  }

  async ease(argument?: unknown): Promise<void> {
    await this.#with('ease', argument, async (job, jobs) => {
      const picked = await this.#options.dialogs.pick(easingsOf(job), {
        title: jobLabel(job),
        placeHolder: describeDelay(job, this.#options.now()),
      });
      if (picked) jobs.ease(job.id, picked.easing);
    });
  }

  async remove(argument?: unknown): Promise<void> {
    await this.#with('remove', argument, async (job, jobs) => {
      const button = l10n.t('Remove');
      const question = l10n.t('Remove the summary of “{0}”?', plainLabel(job.title));
      const detail = l10n.t('Its text goes with it, unless you have saved it. The files themselves stay.');
      if ((await this.#options.dialogs.ask(question, detail, button)) === button) jobs.remove(job.id);
    });
  }

  /** All that have ended. */
  async clear(): Promise<void> {
    const jobs = await this.#options.jobs();
    if (!jobs) return;
    const { dialogs } = this.#options;
    const button = l10n.t('Clear');
    const count = jobs.list().filter((job) => !isOpen(job)).length;
    const question = count === 1 ? l10n.t('Clear 1 finished summary?') : l10n.t('Clear {0} finished summaries?', count);
    const detail = l10n.t(
      'Their texts go with them, and all answers that are kept so that nothing is paid for twice. What is under way goes on.',
    );
    if ((await dialogs.ask(question, detail, button)) === button) jobs.clear();
  }

  async #perform(id: JobActionId, jobId: string): Promise<void> {
    switch (id) {
      case 'open':
        return this.open(jobId);
      case 'ease':
        return this.ease(jobId);
      case 'pause':
        return this.pause(jobId);
      case 'resume':
        return this.resume(jobId);
      case 'sendNow':
        return this.#with('sendNow', jobId, (job, jobs) => jobs.sendNow(job.id));
      case 'retry':
        return this.retry(jobId);
      case 'priority':
        return this.prioritize(jobId);
      case 'delivery':
        return this.#with('delivery', jobId, (job, jobs) =>
          jobs.setDelivery(job.id, job.delivery === 'direct' ? 'batch' : 'direct'),
        );
      case 'save':
        return this.save(jobId);
      case 'cancel':
        return this.cancel(jobId);
      case 'remove':
        return this.remove(jobId);
    }
  }

  /** Does it with the job that is meant, as it is now: time goes by while somebody looks at a list. */
  async #with(
    action: JobActionId,
    argument: unknown,
    work: (job: JobView, jobs: Jobs) => void | Promise<void>,
  ): Promise<void> {
    const jobs = await this.#options.jobs();
    const job = jobs && (await this.#choose(jobs, action, jobIdOf(argument)));
    if (job) await work(job, jobs);
  }

  async #choose(jobs: Jobs, action: JobActionId, jobId: string | undefined): Promise<JobView | undefined> {
    const { dialogs, now } = this.#options;
    if (jobId !== undefined) {
      const job = jobs.find(jobId);
      if (job && canDo(job, action, now())) return job;
      void dialogs.tell('info', describeTooLate(job));
      return undefined;
    }
    const fitting = jobs.list().filter((job) => canDo(job, action, now()));
    const [only, ...others] = fitting;
    if (!only) void dialogs.tell('info', l10n.t('There is no summary now with which that can be done.'));
    if (others.length === 0) return only;
    const choices = fitting.map((job) => ({
      label: jobLabel(job),
      description: describeJob(job, undefined, now()).join(' · '),
      job,
    }));
    const question = { title: l10n.t('Queue'), placeHolder: l10n.t('Choose a summary') };
    return (await dialogs.pick(choices, question))?.job;
  }

  async #showActivity(activity: ActivityEntry): Promise<void> {
    const { dialogs } = this.#options;
    const sendNow = {
      label: l10n.t('Try Now'),
      detail: l10n.t('Before its time; the API may refuse it again'),
      run: () => activity.sendNow(),
    };
    const choices = [
      ...(activity.canSendNow() ? [sendNow] : []),
      { label: l10n.t('Cancel It'), run: () => activity.cancel() },
      { label: l10n.t('Let It Go On'), run: () => {} },
    ];
    const picked = await dialogs.pick(choices, { title: activity.label, placeHolder: activity.status() });
    picked?.run();
  }
}

function describeTooLate(job: JobView | undefined): string {
  if (!job) return l10n.t('This summary is not there any more.');
  return l10n.t('That cannot be done with the summary of “{0}” now.', plainLabel(job.title));
}
