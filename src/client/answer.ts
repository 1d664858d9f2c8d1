import type { Adapter, AnswerEvent, Call } from './adapter';
import type { Attempt } from './attempt';
import type { Clock } from './clock';
import type { PartialAnswer } from './errors';
import type { Progress } from './task';
import { tokensOfOutput } from './tokens';
import type { Disposable, RequestBody, RunResult, Usage } from './types';

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
  thinking(text: string): void;
  /** In US dollars; `undefined` when nobody knows. */
  costOf(usage: Usage): number | undefined;
}

/**
 * Reads the answer to one attempt and keeps what came, so that a run that fails in the middle can still show it. Made
 * when the attempt starts: a run that waits has none.
 */
export class AnswerReader {
  readonly #clock: Clock;
  readonly #sink: AnswerSink;
  readonly #attempt: Attempt;
  #text = '';
  #thinking = '';
  #usage: Usage = noUsage;
  /** Tokens, as the API reports them or as they are guessed from what came. */
  #output = 0;
  #characters = 0;
  #hasBegun = false;
  #firstTextAt: number | undefined;
  #stopReason: string | undefined;
  /** The moment the answer was whole. */
  #wholeAt: number | undefined;
  #grace: Disposable | undefined;

  constructor(clock: Clock, sink: AnswerSink, attempt: Attempt) {
    this.#clock = clock;
    this.#sink = sink;
    this.#attempt = attempt;
  }

  get partial(): PartialAnswer | undefined {
    if (!this.#hasBegun) return undefined;
    const usage = this.#usageSoFar;
    return { text: this.#text, thinking: this.#thinking, usage, costUsd: this.#sink.costOf(usage) };
  }

  async read(
    body: RequestBody,
    adapter: Adapter,
    call: Call,
    { attempts, queuedAt }: Pick<Progress, 'attempts' | 'queuedAt'>,
  ): Promise<RunResult> {
    await this.#readStream(body, adapter, call);
    const { startedAt, reading } = this.#attempt;
    if (this.#wholeAt === undefined) throw new IncompleteAnswer('The stream ended before the answer did');
    const usage = this.#usageSoFar;
    return {
      text: this.#text,
      thinking: this.#thinking,
      // Gateways leave it out; the answer is whole all the same.
      stopReason: this.#stopReason ?? 'end_turn',
      usage,
      costUsd: this.#sink.costOf(usage),
      attempts,
      timing: {
        queuedMs: Math.round(startedAt - queuedAt),
        firstTokenMs: this.#firstTextAt === undefined ? undefined : Math.round(this.#firstTextAt - startedAt),
        totalMs: Math.round(this.#wholeAt - queuedAt),
      },
      requestId: reading?.requestId,
    };
  }

  /**
   * A connection whose stream was read to its end can be used again. Whatever else it does (be reset, stay open), it
   * takes nothing away from what was read.
   */
  #readStream(body: RequestBody, adapter: Adapter, call: Call): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#attempt.abort();
        resolve();
      };
      adapter
        .stream(body, call, (event) => {
          if (this.#attempt.signal.aborted || this.#wholeAt !== undefined) return;
          this.#take(event);
          if (this.#wholeAt !== undefined) this.#grace = this.#clock.schedule(leave, endGraceMs);
        })
        .then(resolve, (error: unknown) => (this.#wholeAt === undefined ? reject(error) : resolve()))
        .finally(() => this.#grace?.dispose());
    });
  }

  #take(event: AnswerEvent): void {
    switch (event.type) {
      case 'start':
        this.#usage = event.usage;
        this.#output = event.usage.outputTokens;
        this.#attempt.settleInput(event.usage);
        break;
      case 'text':
        this.#firstTextAt ??= this.#clock.monotonic();
        this.#text += event.text;
        this.#sawOutput(event.text.length);
        this.#sink.text(event.text);
        break;
      case 'thinking':
        this.#thinking += event.text;
        this.#sawOutput(event.text.length);
        if (event.text !== '') this.#sink.thinking(event.text);
        break;
      case 'otherOutput':
        this.#sawOutput(event.characters);
        break;
      case 'usage':
        this.#stopReason = event.stopReason ?? this.#stopReason;
        this.#usage = { ...this.#usage, ...event.usage };
        this.#output = event.usage.outputTokens ?? this.#output;
        this.#attempt.produced(this.#output);
        break;
      case 'stop':
        this.#wholeAt = this.#clock.monotonic();
        break;
    }
  }

  #sawOutput(characters: number): void {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#sink.begin();
    }
    this.#characters += characters;
    this.#output = Math.max(Math.ceil(tokensOfOutput(this.#characters)), this.#output);
    this.#attempt.produced(this.#output);
  }

  get #usageSoFar(): Usage {
    return { ...this.#usage, outputTokens: this.#output };
  }
}
