import { ClientError } from '../client/errors';
import type { BatchCallOptions, BatchEntry, Batches, BatchInfo, BatchOutcome, RequestBody } from '../client/types';
import type { Hindrance } from './runHome';

interface BatchHome {
  /** Of the client that the key sends with now. @throws {ClientError} */
  batches(): Batches;
  hindrance(): Hindrance | undefined;
  /** What of a request may leave. */
  clean(request: RequestBody): RequestBody;
}

/**
 * The batches of one key. What is asked about them is free, and goes out whenever the key may be used at all. A batch itself
 * is paid for, and no run that could be parked: whoever makes it is told when it may go.
 */
export class PooledBatches implements Batches {
  readonly #keyId: string;
  readonly #home: BatchHome;

  constructor(keyId: string, home: BatchHome) {
    this.#keyId = keyId;
    this.#home = home;
  }

  // All of them async, so that whatever keeps a call from being sent rejects.

  async create(entries: readonly BatchEntry[], options?: BatchCallOptions): Promise<BatchInfo> {
    const hindrance = this.#home.hindrance();
    if (hindrance?.reason === 'budget') {
      const { until } = hindrance;
      throw new ClientError('spendLimit', 'Failed to send the batch: the cap of its key is reached', { until });
    }
    const cleaned = entries.map(({ customId, request }) => ({ customId, request: this.#home.clean(request) }));
    return this.#home.batches().create(cleaned, this.#own(options));
  }

  async get(batchId: string, options?: BatchCallOptions): Promise<BatchInfo> {
    return this.#home.batches().get(batchId, this.#own(options));
  }

  async list(since: number, options?: BatchCallOptions): Promise<readonly BatchInfo[]> {
    return this.#home.batches().list(since, this.#own(options));
  }

  async cancel(batchId: string, options?: BatchCallOptions): Promise<BatchInfo> {
    return this.#home.batches().cancel(batchId, this.#own(options));
  }

  async results(
    batchId: string,
    onResult: (customId: string, outcome: BatchOutcome) => void,
    options?: BatchCallOptions,
  ): Promise<void> {
    return this.#home.batches().results(batchId, onResult, this.#own(options));
  }

  #own(options: BatchCallOptions | undefined): BatchCallOptions {
    return { ...options, credential: this.#keyId };
  }
}
