import { ClientError } from '../client/errors';
import type { Run, RunEvent, RunResult } from '../client/types';
import { isolate, type ErrorHandler } from './isolation';
import type { AnswerAccount, AnswerState } from './turn';

type Waiting = Extract<AnswerState, { kind: 'waiting' }>;
export type EndedState = Extract<AnswerState, { kind: 'done' | 'failed' }>;

/** The account is `undefined` when nothing is known to have been used. */
type Outcome = readonly [state: EndedState, account: AnswerAccount | undefined];

/** What an answer that was just sent waits for, as far as anybody knows. */
export const firstWait: Waiting = {
  kind: 'waiting',
  reason: 'turn',
  until: undefined,
  position: undefined,
  attempt: 1,
};

/** Who hears of an answer under way. Nothing is told after `onEnd`. What goes wrong here does not end the answer. */
export interface AnswerFollower {
  onState(state: AnswerState): void;
  onText(text: string): void;
  onThinking(text: string): void;
  onEnd(state: EndedState, account: AnswerAccount | undefined): void;
}

/** One run, told as states and text of an answer. It goes on by itself; nobody needs to await it. */
export class RunningAnswer {
  readonly #run: Run;
  readonly #now: () => number;
  readonly #onFollowerError: ErrorHandler | undefined;
  readonly #sentAt: number;
  #wait = firstWait;
  #startedAt: number | undefined;
  #firstTextMs: number | undefined;
  #attempts = 1;

  constructor(run: Run, now: () => number, onFollowerError?: ErrorHandler) {
    this.#run = run;
    this.#now = now;
    this.#onFollowerError = onFollowerError;
    this.#sentAt = now();
  }

  async follow(follower: AnswerFollower): Promise<void> {
    const [state, account] = await this.#read(follower);
    isolate(() => follower.onEnd(state, account), this.#onFollowerError);
  }

  stop(): void {
    this.#run.cancel();
  }

  sendNow(): boolean {
    return this.#run.retryNow();
  }

  async #read(follower: AnswerFollower): Promise<Outcome> {
    try {
      for await (const event of this.#run) {
        if (event.type === 'done') return this.#outcomeOf(event.result);
        isolate(() => this.#apply(event, follower), this.#onFollowerError);
      }
      return [{ kind: 'failed', reason: 'incomplete', until: undefined }, undefined];
    } catch (error) {
      const { reason, until } = ClientError.is(error) ? error : { reason: 'network' as const, until: undefined };
      return [{ kind: 'failed', reason, until }, this.#accountOf(error)];
    }
  }

  #apply(event: Exclude<RunEvent, { type: 'done' }>, follower: AnswerFollower): void {
    switch (event.type) {
      case 'queued': {
        const { position, readyAt } = event;
        this.#wait = { ...this.#wait, until: this.#wait.until ?? readyAt, position };
        return follower.onState(this.#wait);
      }
      case 'waiting':
        this.#wait = { ...this.#wait, reason: event.reason, until: event.until };
        return follower.onState(this.#wait);
      case 'parked':
        this.#wait = { ...firstWait, reason: event.reason, until: event.until };
        return follower.onState(this.#wait);
      case 'retrying': {
        const { reason, until, attempt } = event;
        this.#wait = { kind: 'waiting', reason, until, position: undefined, attempt };
        return follower.onState(this.#wait);
      }
      case 'started':
        this.#wait = firstWait;
        this.#startedAt = this.#now();
        this.#attempts = event.attempt;
        return follower.onState({ kind: 'streaming' });
      case 'thinking':
        return follower.onThinking(event.text);
      case 'text':
        this.#firstTextMs ??= this.#now() - (this.#startedAt ?? this.#sentAt);
        return follower.onText(event.text);
    }
  }

  /** The client measures only what succeeded; what a failed answer took is measured here. */
  #accountOf(error: unknown): AnswerAccount | undefined {
    const partial = ClientError.is(error) ? error.partial : undefined;
    if (!partial) return undefined;
    const now = this.#now();
    return {
      usage: partial.usage,
      costUsd: partial.costUsd,
      waitedMs: (this.#startedAt ?? now) - this.#sentAt,
      firstTextMs: this.#firstTextMs,
      totalMs: now - this.#sentAt,
      attempts: this.#attempts,
      last: { usage: partial.usage, at: this.#startedAt ?? this.#sentAt },
    };
  }

  #outcomeOf({ stopReason, usage, costUsd, timing, attempts }: RunResult): Outcome {
    const { queuedMs: waitedMs, firstTokenMs: firstTextMs, totalMs } = timing;
    const last = { usage, at: this.#startedAt ?? this.#sentAt };
    return [
      { kind: 'done', stopReason },
      { usage, costUsd, waitedMs, firstTextMs, totalMs, attempts, last },
    ];
  }
}
