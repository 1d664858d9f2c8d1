import type { Adapter, BatchPage, Call, ReadOutcome } from './adapter';
import { IncompleteAnswer } from './answer';
import type { Attempt } from './attempt';
import { ClientError } from './errors';
import type { PriceList } from './prices';
import type { Work } from './task';
import type { BatchCallOptions, BatchEntry, Batches, BatchInfo, BatchOutcome } from './types';
import { eachPage, noDemand } from './utilityCalls';
import type { Ask } from './utilityCalls';
import { findBatchFault, findBatchIdFault } from './validate';

type OnResult = (customId: string, outcome: BatchOutcome) => void;

/** Message Batches. Every call waits in the lane of its own that they have together. */
export class BatchCalls implements Batches {
  readonly #ask: Ask;
  readonly #prices: PriceList;

  constructor(ask: Ask, prices: PriceList) {
    this.#ask = ask;
    this.#prices = prices;
  }

  create(entries: readonly BatchEntry[], options: BatchCallOptions = {}): Promise<BatchInfo> {
    const fault = findBatchFault(entries);
    // What is sent, perhaps much later, is what was handed in.
    const sent = fault ? [] : entries.map(copyOf);
    const work: Work<BatchInfo> = {
      ...noDemand,
      credential: options.credential,
      isOnlyOnce: true,
      perform: (adapter, call, attempt) => {
        attempt.expectUpload(charactersIn(sent));
        return adapter.batches.create(sent, call);
      },
    };
    return this.#ask('batches', work, fault, options.signal).result;
  }

  get(batchId: string, options?: BatchCallOptions): Promise<BatchInfo> {
    return this.#about(batchId, options, ({ batches }, call) => batches.get(batchId, call));
  }

  async list(since: number, { credential, signal }: BatchCallOptions = {}): Promise<readonly BatchInfo[]> {
    const found: BatchInfo[] = [];
    await eachPage(async (cursor) => {
      const perform: Work<BatchPage>['perform'] = ({ batches }, call) => batches.list(cursor, call);
      const page = await this.#ask('batches', { ...noDemand, credential, perform }, undefined, signal).result;
      const young = page.batches.filter(({ createdAt }) => createdAt >= since);
      // Newest first: behind the first that is older all are.
      const next = young.length === page.batches.length ? page.next : undefined;
      return { next, take: () => void found.push(...young) };
    });
    return found;
  }

  cancel(batchId: string, options?: BatchCallOptions): Promise<BatchInfo> {
    return this.#about(batchId, options, ({ batches }, call) => batches.cancel(batchId, call));
  }

  async results(batchId: string, onResult: OnResult, options: BatchCallOptions = {}): Promise<void> {
    const { state, hasResults, counts } = await this.get(batchId, options);
    if (state !== 'ended') throw new ClientError('invalid', 'Failed to get the results: the batch has not ended');
    if (!hasResults) throw new ClientError('notFound', 'Failed to get the results: they are not kept any more');
    const expected = counts.succeeded + counts.errored + counts.canceled + counts.expired;
    /** Over all attempts: the stream begins anew with each. */
    const told = new Set<string>();
    const task = this.#ask(
      'batches',
      {
        ...noDemand,
        credential: options.credential,
        perform: async (adapter, call, attempt) => {
          const tell = (customId: string, outcome: ReadOutcome) => {
            attempt.progressed();
            if (call.signal.aborted || told.has(customId)) return;
            told.add(customId);
            try {
              onResult(customId, this.#priced(outcome));
            } catch (cause) {
              task.fail('invalid', 'Failed to take a result: its listener threw', { cause });
            }
          };
          const unreadable = await adapter.batches.results(batchId, call, tell);
          if (call.signal.aborted || unreadable > 0 || told.size < expected) {
            throw new IncompleteAnswer('The stream ended before all results had come');
          }
        },
      },
      undefined,
      options.signal,
    );
    await task.result;
  }

  /** Asking twice changes nothing. */
  #about(
    batchId: string,
    { credential, signal }: BatchCallOptions = {},
    perform: (adapter: Adapter, call: Call, attempt: Attempt) => Promise<BatchInfo>,
  ): Promise<BatchInfo> {
    return this.#ask('batches', { ...noDemand, credential, perform }, findBatchIdFault(batchId), signal).result;
  }

  #priced(outcome: ReadOutcome): BatchOutcome {
    if (outcome.kind !== 'succeeded') return outcome;
    const { answer } = outcome;
    return { kind: 'succeeded', answer: { ...answer, costUsd: this.#prices.batchCostOf(answer.model, answer.usage) } };
  }
}

function copyOf({ customId, request }: BatchEntry): BatchEntry {
  return { customId, request: { ...request, messages: [...request.messages] } };
}

/** About as many bytes as it takes, for how long it takes to leave. */
function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + charactersIn(each), 0);
}
