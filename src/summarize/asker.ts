import { ClientError } from '../client/errors';
import { limitGroupOf } from '../client/limitGroups';
import type { Client, Priority, Run, RunEvent } from '../client/types';
import { NoSummaryError } from './noSummaryError';
import { pieceTokens } from './pieceSize';
import { systemPrompt } from './prompts';
import { Slots } from './slots';

export interface SummaryOptions {
  readonly model: string;
  readonly priority: Priority;
  /** Who shares fairly with others; one per job. */
  readonly source: string;
  /** The user's own cap, per minute. */
  readonly inputTokenCap: number | undefined;
  readonly signal: AbortSignal;
  /** A question that the summary is to help with; by default it is for everyone. */
  readonly focus?: string | undefined;
}

/** What a job is doing: pieces done and the last wait or start of one of its runs. */
export interface SummaryProgress {
  readonly done: number;
  /** `undefined` until it is known that there are several. */
  readonly total: number | undefined;
  readonly last: Extract<RunEvent, { type: 'queued' | 'waiting' | 'parked' | 'retrying' | 'started' }> | undefined;
}

export interface Answer {
  readonly text: string;
  /** It ended at its length limit. */
  readonly isCut: boolean;
}

/** A summary rarely needs more; the bound only guards against a model that does not stop. */
const longestSummaryTokens = 2_048;

/**
 * Requests of one job that are with the client at a time. Three pieces of 0.4 of the limit keep it busy, and the last of
 * them waits little more than a minute: the longest wait that the user allows runs from the moment it is handed over.
 */
export const mostSubmitted = 3;

/** These concern what was sent, not the job: the rest of it may well succeed. */
export function isOfItsTextOnly(error: unknown): boolean {
  return NoSummaryError.is(error) || ClientError.is(error, 'tooLarge') || ClientError.is(error, 'invalid');
}

/**
 * The way of one job to the client: a few requests at a time, progress told of each. After `end()`, and when the signal
 * aborts, what is with the client is cancelled and everything else is refused with the reason.
 */
export class Asker {
  readonly #client: Client;
  readonly #options: SummaryOptions;
  readonly #onProgress: (progress: SummaryProgress) => void;
  readonly #slots = new Slots(mostSubmitted);
  readonly #runs = new Set<Run>();
  #failure: Error | undefined;
  #progress: SummaryProgress = { done: 0, total: undefined, last: undefined };

  constructor(client: Client, options: SummaryOptions, onProgress: (progress: SummaryProgress) => void) {
    this.#client = client;
    this.#options = options;
    this.#onProgress = onProgress;
  }

  get model(): string {
    return this.#options.model;
  }

  get focus(): string | undefined {
    return this.#options.focus;
  }

  /** Why the job has ended before its time. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** The tokens that a piece may have by what is known now. */
  get pieceTokens(): number {
    const group = limitGroupOf(this.#options.model);
    const lane = this.#client.quota().find((each) => each.group === group);
    return pieceTokens(lane?.inputTokens?.limit, this.#options.inputTokenCap);
  }

  /** Ends the job with the first error it is told. */
  end(error: Error): void {
    this.#failure ??= error;
    for (const run of this.#runs) run.cancel();
  }

  sendNow(): void {
    for (const run of this.#runs) run.retryNow();
  }

  /** So many more pieces are to be done than was known; at first it is one. */
  expectMore(count: number): void {
    if (count > 0) this.#report({ total: (this.#progress.total ?? 1) + count });
  }

  countDone(): void {
    this.#report({ done: this.#progress.done + 1 });
  }

  /** Rejects with `ClientError` or `NoSummaryError`. */
  async ask(prompt: string): Promise<Answer> {
    const giveBack = await this.#slots.take();
    try {
      if (this.#failure) throw this.#failure;
      if (this.#options.signal.aborted) throw new ClientError('cancelled', 'The summary was cancelled');
      return await this.#send(prompt);
    } finally {
      giveBack();
    }
  }

  async #send(prompt: string): Promise<Answer> {
    const { model, priority, source, signal } = this.#options;
    const messages = [{ role: 'user', content: prompt }] as const;
    const maxTokens = longestSummaryTokens;
    const run = this.#client.send({ model, maxTokens, system: systemPrompt, messages, priority, source, signal });
    this.#runs.add(run);
    try {
      for await (const event of run) {
        if (event.type !== 'text' && event.type !== 'thinking' && event.type !== 'done') this.#report({ last: event });
      }
      const { text, stopReason } = await run.result;
      if (stopReason === 'refusal') throw new NoSummaryError('refused');
      if (text.trim() === '') throw new NoSummaryError('empty');
      const isCut = stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded';
      return { text: text.trim(), isCut };
    } finally {
      this.#runs.delete(run);
    }
  }

  #report(change: Partial<SummaryProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#onProgress(this.#progress);
  }
}
