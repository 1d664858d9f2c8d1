import type { Client } from '../../client/types';
import type { Jobs } from '../../jobs/desk';
import type { Delivery, Job, JobSource, NewJob } from '../../jobs/job';
import type { KnownLimits } from '../../jobs/program';
import type { Answer } from '../../jobs/question';
import { identityOf } from '../../summarize/identity';
import { planMs, planSummary } from '../../summarize/plan';
import type { SummarySpec } from '../../summarize/spec';
import type { SluiceSettings } from '../settings';
import type { GatheredTexts } from './gathered';
import type { SummaryChoice } from './howPicker';
import type { PlanShown } from './planText';

export interface SummaryDeskOptions {
  readonly jobs: Jobs;
  /** Rejects with `NotReadyError` and `ClientError`. */
  readonly acquire: () => Promise<Client>;
  readonly limitsOf: (client: Client, model: string) => KnownLimits;
  /** Answers that are kept, by key. Never throws. */
  readonly known: (keys: readonly string[]) => ReadonlyMap<string, Answer>;
  readonly readSettings: () => SluiceSettings;
  /** Takes keys out of what is kept and sent. */
  readonly clean: <Value>(value: Value) => Value;
  readonly workspace: string | undefined;
  readonly now: () => number;
}

/** A summary that could be begun. */
export interface Proposed {
  readonly spec: SummarySpec;
  readonly sources: readonly JobSource[];
  readonly texts: GatheredTexts;
  readonly shown: PlanShown;
}

/** Makes jobs of texts. */
export class SummaryDesk {
  readonly #options: SummaryDeskOptions;

  constructor(options: SummaryDeskOptions) {
    this.#options = options;
  }

  /** What it would take. Rejects where nothing can be sent now: a person learns that before anything else. */
  async propose(texts: GatheredTexts, how?: SummaryChoice): Promise<Proposed> {
    const { acquire, limitsOf, known, clean, now } = this.#options;
    const client = await acquire();
    const spec = clean(this.#specOf(texts, how));
    // Before anything is made of them: a question is known by its text.
    const sources = clean(texts.sources);
    const limits = (model: string) => limitsOf(client, model);
    const plan = await planSummary(spec, sources, limits, known);
    const shown = {
      title: texts.title,
      files: texts.subject === 'files' ? sources.length : 0,
      leftOut: texts.leftOut,
      plan,
      durationMs: planMs(plan, limits(spec.mapModel)),
      now: now(),
    };
    return { spec, sources, texts, shown };
  }

  /** `undefined` where it could not be written down. */
  start(proposed: Proposed, delivery: Delivery): { readonly job: Job; readonly isJoined: boolean } | undefined {
    const { spec, sources, texts, shown } = proposed;
    const { requests, inputTokens, outputTokens } = shown.plan;
    const job: NewJob = {
      title: texts.title,
      identity: identityOf(spec, sources),
      workspace: this.#options.workspace,
      model: spec.model,
      priority: texts.priority,
      delivery,
      expected: { requests, inputTokens, outputTokens },
      spec: JSON.stringify(spec),
    };
    return this.#options.jobs.start(job, sources);
  }

  #specOf({ title, subject, leftOut }: GatheredTexts, how?: SummaryChoice): SummarySpec {
    const { model, summaries } = this.#options.readSettings();
    const { preset, ownPrompt, language } = how ?? summaries;
    return {
      name: title,
      subject,
      // Without words of one's own there is nothing to go by.
      preset: preset === 'own' && ownPrompt === '' ? 'standard' : preset,
      ...(preset === 'own' && ownPrompt !== '' ? { ownPrompt } : {}),
      ...(language === '' ? {} : { language }),
      model,
      mapModel: summaries.mapModel === '' ? model : summaries.mapModel,
      length: 'normal',
      leftOut: Object.fromEntries(Object.entries(leftOut).filter(([, count]) => count > 0)),
    };
  }
}
