import { ClientError } from '../client/errors';
import { limitGroupOf } from '../client/limitGroups';
import type { Client, Priority } from '../client/types';
import { DirectAsker, type SummaryProgress } from '../jobs/directAsker';
import { noCost, type Job, type JobSource } from '../jobs/job';
import type { JobContext, KnownLimits } from '../jobs/program';
import * as v from 'valibot';
import { identityOf } from './identity';
import { cautiousLimit } from './pieceSize';
import { summarizeProgram } from './program';
import { summaryDraftSchema, type SummaryDraft, type SummarySpec } from './spec';

export interface SummarizeNowOptions {
  readonly spec: SummarySpec;
  readonly sources: readonly JobSource[];
  readonly priority: Priority;
  /** Who shares fairly with others; one per job. */
  readonly source: string;
  /** The user's own cap, per minute. */
  readonly inputTokenCap: number | undefined;
  readonly signal: AbortSignal;
}

export interface SummarizedNow {
  readonly draft: SummaryDraft;
  /** What ended it before its time; the flaws say what is missing for it. */
  readonly failure: Error | undefined;
}

/**
 * The same summary as a job makes it, for what is wanted right now and by nobody after a restart: nothing of it is kept.
 * Rejects only where there is nothing at all, with `ClientError` or `NoAnswerError`.
 */
export async function summarizeNow(
  client: Client,
  options: SummarizeNowOptions,
  onProgress: (progress: SummaryProgress) => void,
): Promise<SummarizedNow> {
  const { priority, source, signal } = options;
  const asker = new DirectAsker(client, { priority, source, signal }, onProgress);
  try {
    const { result, failure } = await summarizeProgram(contextOf(client, options, asker));
    return { draft: v.parse(summaryDraftSchema, JSON.parse(result)), failure };
  } finally {
    // What is under way and not needed any more.
    asker.end(new ClientError('cancelled', 'The summary has ended'));
  }
}

function contextOf(client: Client, options: SummarizeNowOptions, asker: DirectAsker): JobContext {
  const { spec, sources, signal, inputTokenCap } = options;
  return {
    job: jobOf(options),
    spec: JSON.stringify(spec),
    sources,
    asker,
    limitsOf: (model) => limitsOf(client, model, inputTokenCap),
    countTokens: (request) => client.countTokens({ ...request, signal }),
    once: async (_, decide) => decide(),
    publish: () => {},
  };
}

/** Before the server has told anything, a cap says only that a piece must not be larger. */
function limitsOf(client: Client, model: string, cap: number | undefined): KnownLimits {
  const group = limitGroupOf(model);
  const lane = client.quota().find((each) => each.group === group);
  const byServer = lane?.inputTokens?.limit;
  const isCapped = cap !== undefined && cap < (byServer ?? cautiousLimit);
  return {
    requestsPerMinute: lane?.requests?.limit,
    inputTokensPerMinute: isCapped ? cap : byServer,
    outputTokensPerMinute: lane?.outputTokens?.limit,
  };
}

function jobOf({ spec, sources, priority, source }: SummarizeNowOptions): Job {
  return {
    id: source,
    title: spec.name,
    identity: identityOf(spec, sources),
    workspace: undefined,
    model: spec.model,
    priority,
    delivery: 'direct',
    expected: noCost,
    state: 'running',
    createdAt: Date.now(),
    startedAt: undefined,
    endedAt: undefined,
    done: 0,
    total: 0,
    failed: 0,
    cost: noCost,
    pausedUntil: undefined,
    failure: undefined,
    failureUntil: undefined,
    easings: [],
    runner: undefined,
  };
}
