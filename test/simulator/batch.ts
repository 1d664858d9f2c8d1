import type { Clock } from '../../src/client/clock';
import type { Account } from './accounts';
import { ApiError, errorBody } from './apiError';
import type { AttemptUsage } from './log';
import type { JsonObject } from './messagesRequest';
import { hashText } from './tokens';

export interface BatchOptions {
  /** From its making until the first of its entries is done. */
  readonly firstDoneMs: number;
  /** …until the last one is. In between they are spread by the seed. */
  readonly lastDoneMs: number;
  /** How long one entry takes: what has begun by then is finished although the batch is canceled. */
  readonly entryMs: number;
  /** What is not done by then never will be. */
  readonly lifetimeMs: number;
}

export const defaultBatches: BatchOptions = {
  firstDoneMs: 2_000,
  lastDoneMs: 8_000,
  entryMs: 1_000,
  lifetimeMs: 24 * 60 * 60 * 1_000,
};

/** What is to become of an entry instead of an answer. All that is given must hold. */
export interface BatchFate {
  readonly outcome: 'errored' | 'expired';
  /** Default: `api_error`. */
  readonly errorType?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly customId?: string | undefined;
  /** A text somewhere in the JSON of the request. */
  readonly bodyIncludes?: string | undefined;
  /** How many entries it hits; `Infinity` until all is reset. Default: 1. */
  readonly times?: number | undefined;
}

/** What one entry came to: a message, and what is to be paid for it. */
export interface EntryAnswer {
  readonly message: JsonObject;
  readonly usage: AttemptUsage;
}

export interface BatchSource {
  readonly id: string;
  readonly number: number;
  readonly account: Account;
  readonly requests: readonly { readonly customId: string; readonly params: unknown }[];
  readonly options: BatchOptions;
  readonly seed: number;
  readonly clockSkewMs: number;
  /** What is to become of it, where that is not an answer. */
  readonly fateOf: (customId: string, params: unknown) => BatchFate | undefined;
  /** Called when the entry is done. Throws `ApiError` for a request that is wrong. */
  readonly answer: (params: unknown) => EntryAnswer;
}

type EntryOutcome = 'processing' | 'succeeded' | 'errored' | 'canceled' | 'expired';

/** One entry as the log shows it. */
export interface BatchEntryRecord {
  readonly customId: string;
  readonly params: unknown;
  readonly outcome: EntryOutcome;
  /** Of what has to be paid: only what succeeded. */
  readonly usage: AttemptUsage | undefined;
}

interface Entry {
  readonly customId: string;
  readonly params: unknown;
  readonly fate: BatchFate | undefined;
  /** Monotonic milliseconds; `Infinity` for one that nobody gets to. */
  readonly dueAt: number;
  outcome: EntryOutcome;
  usage: AttemptUsage | undefined;
  result: JsonObject | undefined;
}

/**
 * One batch. It has no timers: what has happened by now is worked out whenever somebody looks, in the order in which it
 * was due, so that the same looks at the same times always see the same.
 */
export class Batch {
  readonly id: string;
  readonly account: Account;
  readonly #clock: Clock;
  readonly #source: BatchSource;
  /** As they were sent. */
  readonly #entries: readonly Entry[];
  /** As they become due; those before `#next` are done. */
  readonly #inTime: readonly Entry[];
  #next = 0;
  /** Epoch milliseconds. */
  readonly #madeAt: number;
  /** The same moment; from here on monotonic milliseconds. */
  readonly #createdAt: number;
  #canceledAt: number | undefined;
  #endedAt: number | undefined;

  constructor(clock: Clock, source: BatchSource) {
    this.id = source.id;
    this.account = source.account;
    this.#clock = clock;
    this.#source = source;
    this.#madeAt = clock.now();
    this.#createdAt = clock.monotonic();
    this.#entries = source.requests.map(({ customId, params }) => {
      const fate = source.fateOf(customId, params);
      return {
        customId,
        params,
        fate,
        dueAt: fate?.outcome === 'expired' ? Infinity : this.#dueAt(customId),
        outcome: 'processing',
        usage: undefined,
        result: undefined,
      };
    });
    this.#inTime = this.#entries.toSorted((one, other) => one.dueAt - other.dueAt || 0);
  }

  get isEnded(): boolean {
    this.#settle();
    return this.#endedAt !== undefined;
  }

  get processing(): number {
    this.#settle();
    return this.#inTime.length - this.#next;
  }

  get entries(): readonly BatchEntryRecord[] {
    this.#settle();
    return this.#entries.map(({ customId, params, outcome, usage }) => ({ customId, params, outcome, usage }));
  }

  cancel(): void {
    this.#settle();
    if (this.#endedAt === undefined) this.#canceledAt ??= this.#clock.monotonic();
    this.#settle();
  }

  /** As the API describes it. */
  describe(): JsonObject {
    this.#settle();
    const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
    for (const { outcome } of this.#entries) counts[outcome]++;
    const hasEnded = this.#endedAt !== undefined;
    return {
      id: this.id,
      type: 'message_batch',
      processing_status: hasEnded ? 'ended' : this.#canceledAt === undefined ? 'in_progress' : 'canceling',
      // The API counts only when all is over.
      request_counts: hasEnded
        ? counts
        : { processing: this.#entries.length, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      created_at: this.#toTime(this.#createdAt),
      expires_at: this.#toTime(this.#expiresAt),
      ended_at: this.#toTime(this.#endedAt),
      cancel_initiated_at: this.#toTime(this.#canceledAt),
      archived_at: null,
      // Not where it came from: whoever follows it takes the key along.
      results_url: hasEnded ? `https://results.invalid/v1/messages/batches/${this.id}/results` : null,
    };
  }

  /** In an order that has nothing to do with that of the entries. */
  results(): readonly JsonObject[] {
    const rank = ({ customId }: Entry) => hashText(`${this.id} ${customId}`, this.#source.seed);
    return this.#entries
      .map((entry) => ({ entry, rank: rank(entry) }))
      .toSorted((one, other) => one.rank - other.rank)
      .map(({ entry }) => ({ custom_id: entry.customId, result: entry.result }));
  }

  get #expiresAt(): number {
    return this.#createdAt + this.#source.options.lifetimeMs;
  }

  #dueAt(customId: string): number {
    const { options, seed, number } = this.#source;
    const share = hashText(`${number}/${customId}`, seed) / 2 ** 32;
    return this.#createdAt + options.firstDoneMs + share * (options.lastDoneMs - options.firstDoneMs);
  }

  #settle(): void {
    const now = this.#clock.monotonic();
    const { entryMs } = this.#source.options;
    /** Nothing is finished after it, and nothing waits any longer. */
    const closesAt = Math.min((this.#canceledAt ?? Infinity) + entryMs, this.#expiresAt);
    for (let entry = this.#inTime[this.#next]; entry; entry = this.#inTime[this.#next]) {
      if (entry.dueAt > Math.min(now, closesAt)) break;
      this.#finish(entry);
      this.#doneAt(entry.dueAt);
    }
    if (now < closesAt) return;
    for (const entry of this.#inTime.slice(this.#next)) {
      entry.outcome = closesAt < this.#expiresAt ? 'canceled' : 'expired';
      entry.result = { type: entry.outcome };
      this.#doneAt(closesAt);
    }
  }

  #doneAt(at: number): void {
    this.#next++;
    if (this.#next === this.#inTime.length) this.#endedAt = at;
  }

  #finish(entry: Entry): void {
    try {
      const { fate } = entry;
      if (fate) throw new EntryError(fate.errorType ?? 'api_error', fate.errorMessage ?? 'Internal server error');
      const { message, usage } = this.#source.answer(entry.params);
      entry.outcome = 'succeeded';
      entry.usage = usage;
      entry.result = { type: 'succeeded', message };
    } catch (error) {
      if (!(error instanceof EntryError) && !(error instanceof ApiError)) throw error;
      entry.outcome = 'errored';
      entry.result = { type: 'errored', error: errorBody(error.type, error.message, undefined, this.id) };
    }
  }

  #toTime(at: number | undefined): string | null {
    if (at === undefined) return null;
    return new Date(this.#madeAt + at - this.#createdAt + this.#source.clockSkewMs).toISOString();
  }
}

class EntryError extends Error {
  override readonly name = 'EntryError';
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
