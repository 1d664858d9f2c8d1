import type { BatchAnswer, BatchInfo, BatchOutcome, Client } from '../client/types';
import { answerOf } from './answerOf';
import { addCosts, costOf } from './costs';
import { toError } from './failures';
import { noCost, type JobCost } from './job';
import type { BatchRecord, KeptAnswer } from './records';
import type { JobSurroundings } from './surroundings';

/** Results that are kept in one transaction. Those of a batch stay at the API, so no answer is at risk meanwhile. */
const keptAtOnce = 100;

export interface Collected {
  /** Answered, and by nothing that could be kept. */
  readonly unanswered: ReadonlyMap<string, Error>;
}

/**
 * Keeps the results of a batch that has ended, in whatever order they come, with what they cost. Those that were kept
 * already, before a window went, count no second time. Rejects with `ClientError`.
 *
 * @param seen what proved to have no answer when it was collected before
 */
export async function collectBatch(
  { books, account, log }: Pick<JobSurroundings, 'books' | 'account' | 'log'>,
  { jobId, keyId, customIds }: BatchRecord,
  client: Client,
  { id }: BatchInfo,
  seen: ReadonlyMap<string, Error>,
  signal: AbortSignal,
): Promise<Collected> {
  const known = books.answers(customIds);
  const unanswered = new Map<string, Error>();
  const expected = new Set(customIds);
  let answers: KeptAnswer[] = [];
  let paid: BatchAnswer[] = [];
  let cost: JobCost = noCost;
  const keep = () => {
    const all = paid;
    if (all.length === 0) return;
    books.keep(jobId, answers, cost, () => {
      for (const answer of all) account(keyId, answer);
    });
    answers = [];
    paid = [];
    cost = noCost;
  };
  const take = (customId: string, outcome: BatchOutcome) => {
    if (!expected.delete(customId) || known.has(customId) || seen.has(customId)) return;
    if (outcome.kind === 'errored') log.warn('An entry of a batch failed', { type: outcome.type });
    if (outcome.kind !== 'succeeded') return;
    const { answer } = outcome;
    cost = addCosts(cost, costOf(answer));
    paid.push(answer);
    try {
      answers.push({ key: customId, ...answerOf(answer) });
    } catch (error) {
      unanswered.set(customId, toError(error));
    }
    if (paid.length >= keptAtOnce) keep();
  };
  try {
    await client.batches.results(id, take, { credential: keyId, signal });
  } finally {
    keep();
  }
  return { unanswered };
}
