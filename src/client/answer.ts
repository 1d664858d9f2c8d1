import type { Adapter, AnswerEvent, Call } from './adapter';
import type { Attempt } from './attempt';
import type { Clock } from './clock';
import type { PartialAnswer } from './errors';
import { tokensOfOutput } from './tokens';
import type { RequestBody, RunResult, Usage } from './types';

const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** An answer that is whole waits this long for the end of its stream, which mostly comes with it. */
const endGraceMs = 100;

/** The stream ended, and nobody said that the answer did. */
export class IncompleteAnswer extends Error {
  override readonly name = 'IncompleteAnswer';
}

/** What the reader of an answer needs of the run it belongs to. */
interface AnswerSink {
  /** Output has begun: from now on nothing is sent again. */
  begin(): void;
  text(text: string): void;
  /** In US dollars; `undefined` when nobody knows. */
  costOf(usage: Usage): number | undefined;
}

/**
 * Reads one answer from the adapter's stream and keeps what came, so that a run that fails in the middle can still show
 * it. One reader per run; a new attempt starts afresh, which happens only before output has begun.
 */
export class AnswerReader {
  readonly #clock: Clock;
  readonly #submittedAt: number;
  readonly #sink: AnswerSink;
  #text: string[] = [];
  #usage: Usage = noUsage;
  #hasBegun = false;

  constructor(clock: Clock, sink: AnswerSink) {
    this.#clock = clock;
    this.#submittedAt = clock.monotonic();
    this.#sink = sink;
  }

  get partial(): PartialAnswer | undefined {
    if (!this.#hasBegun) return undefined;
    return { text: this.#text.join(''), usage: this.#usage, costUsd: this.#sink.costOf(this.#usage) };
  }

  async read(body: RequestBody, adapter: Adapter, call: Call, attempt: Attempt, attempts: number): Promise<RunResult> {
    const { startedAt } = attempt;
    let firstTextAt: number | undefined;
    let stopReason: string | undefined;
    let characters = 0;
    let isComplete = false;
    this.#usage = noUsage;

    const sawOutput = (added: number) => {
      if (!this.#hasBegun) {
        this.#hasBegun = true;
        this.#sink.begin();
      }
      characters += added;
      attempt.produced(Math.max(Math.ceil(tokensOfOutput(characters)), this.#usage.outputTokens));
      this.#usage = { ...this.#usage, outputTokens: attempt.output };
    };

    const events = adapter.stream(body, call)[Symbol.asyncIterator]();
    while (!isComplete) {
      const { done, value: event } = await events.next();
      if (done || attempt.signal.aborted) break;
      switch (event.type) {
        case 'start':
          this.#usage = event.usage;
          attempt.settleInput(event.usage);
          break;
        case 'text':
          firstTextAt ??= this.#clock.monotonic();
          this.#text.push(event.text);
          sawOutput(event.text.length);
          this.#sink.text(event.text);
          break;
        case 'otherOutput':
          sawOutput(event.characters);
          break;
        case 'usage':
          stopReason = event.stopReason ?? stopReason;
          this.#usage = { ...this.#usage, ...event.usage };
          attempt.produced(this.#usage.outputTokens);
          break;
        case 'stop':
          isComplete = true;
          break;
      }
    }
    const endedAt = this.#clock.monotonic();
    if (!isComplete) {
      leave(events);
      throw new IncompleteAnswer('The stream ended before the answer did');
    }
    await this.#awaitEnd(events);
    leave(events);

    return {
      text: this.#text.join(''),
      // Gateways leave it out; the answer is whole all the same.
      stopReason: stopReason ?? 'end_turn',
      usage: this.#usage,
      costUsd: this.#sink.costOf(this.#usage),
      attempts,
      timing: {
        queuedMs: Math.round(startedAt - this.#submittedAt),
        firstTokenMs: firstTextAt === undefined ? undefined : Math.round(firstTextAt - startedAt),
        totalMs: Math.round(endedAt - this.#submittedAt),
      },
      requestId: attempt.reading?.requestId,
    };
  }

  /**
   * A connection whose stream was read to its end can be used again. Whatever else it does (be reset, stay open), it
   * takes nothing away from what was read.
   */
  async #awaitEnd(events: AsyncIterator<AnswerEvent>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const settle = () => resolve();
    const timer = this.#clock.schedule(settle, endGraceMs);
    events.next().then(settle, settle);
    await promise;
    timer.dispose();
  }
}

/** Not waited for: it may take as long as the stream stays open. */
function leave(events: AsyncIterator<AnswerEvent>): void {
  events.return?.().catch(() => {});
}
