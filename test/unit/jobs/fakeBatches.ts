import { ClientError } from '../../../src/client/errors';
import type { BatchAnswer, BatchEntry, Batches, BatchInfo, BatchOutcome } from '../../../src/client/types';
import { someUsage } from '../scriptedClient';

export const batchCostUsd = 0.001;

interface FakeBatch {
  readonly id: string;
  readonly createdAt: number;
  readonly entries: readonly BatchEntry[];
  state: BatchInfo['state'];
  isCancelled: boolean;
}

/** What happens to the next POST: `unanswered`: there is a batch, and nobody hears of it; `unsent`: there is none. */
export type PostFate = 'good' | 'unanswered' | 'unsent';

/** The API of Message Batches, seen from behind. Batches end when a test says so. */
export class FakeBatchApi {
  readonly all: FakeBatch[] = [];
  readonly calls: string[] = [];
  readonly fates: PostFate[] = [];
  /** Other than an answer, by the prompt. */
  readonly outcomes = new Map<string, BatchOutcome>();
  /** Told before each call, and after each result. */
  onCall: (call: string) => void = () => {};
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  end(): void {
    for (const batch of this.all) batch.state = 'ended';
  }

  /** What one window sees of it, until it is dead. */
  view(isDead: () => boolean): Batches {
    const call = async <T>(name: string, work: () => T): Promise<T> => {
      if (isDead()) return new Promise(() => {});
      this.calls.push(name);
      this.onCall(name);
      if (isDead()) return new Promise(() => {});
      const result = work();
      this.onCall(`after ${name}`);
      return isDead() ? new Promise(() => {}) : result;
    };
    return {
      create: (entries) => call('create', () => this.#create(entries)),
      get: (id) => call('get', () => infoOf(this.#find(id))),
      list: (since) =>
        call('list', () =>
          this.all
            .filter(({ createdAt }) => createdAt >= since)
            .map(infoOf)
            .toReversed(),
        ),
      cancel: (id) =>
        call('cancel', () => {
          const batch = this.#find(id);
          batch.isCancelled = true;
          batch.state = 'canceling';
          return infoOf(batch);
        }),
      results: (id, onResult) =>
        call('results', () => {
          // In any order.
          for (const entry of this.#find(id).entries.toReversed()) {
            if (isDead()) return;
            onResult(entry.customId, this.#outcomeOf(entry));
            this.onCall('result');
          }
        }),
    };
  }

  #create(entries: readonly BatchEntry[]): BatchInfo {
    const fate = this.fates.shift() ?? 'good';
    if (fate === 'unsent') throw new ClientError('network', 'Lost');
    const batch: FakeBatch = {
      id: `batch-${this.all.length + 1}`,
      createdAt: this.#now(),
      entries,
      state: 'inProgress',
      isCancelled: false,
    };
    this.all.push(batch);
    if (fate === 'unanswered') throw new ClientError('network', 'Lost');
    return infoOf(batch);
  }

  #find(id: string): FakeBatch {
    const found = this.all.find((batch) => batch.id === id);
    if (!found) throw new ClientError('notFound', 'No such batch');
    return found;
  }

  #outcomeOf({ request }: BatchEntry): BatchOutcome {
    const content = request.messages[0]?.content;
    const prompt = typeof content === 'string' ? content : '';
    const answer: BatchAnswer = {
      text: `Answer to ${prompt}`,
      thinking: '',
      stopReason: 'end_turn',
      usage: someUsage,
      costUsd: batchCostUsd,
      model: request.model,
    };
    return this.outcomes.get(prompt) ?? { kind: 'succeeded', answer };
  }
}

function infoOf({ id, createdAt, state, entries }: FakeBatch): BatchInfo {
  const isOver = state === 'ended';
  return {
    id,
    state,
    createdAt,
    expiresAt: createdAt + 86_400_000,
    endedAt: undefined,
    counts: {
      processing: isOver ? 0 : entries.length,
      succeeded: isOver ? entries.length : 0,
      errored: 0,
      canceled: 0,
      expired: 0,
    },
    hasResults: isOver,
  };
}
