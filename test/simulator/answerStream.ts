import type { Clock } from '../../src/client/clock';
import type { Disposable } from '../../src/client/types';
import type { AnswerFault } from './faults';

export interface Pace {
  /** From admission to the headers. */
  readonly firstByteMs: number;
  /** Silence, with pings, between the start of the message and its first text. */
  readonly thinkingMs: number;
  readonly tokensPerSecond: number;
  /** Tokens are sent together that fall into this time. */
  readonly deltaIntervalMs: number;
  readonly pingIntervalMs: number;
}

/** Everything at once, without a timer. */
export const instantPace: Pace = {
  firstByteMs: 0,
  thinkingMs: 0,
  tokensPerSecond: Infinity,
  deltaIntervalMs: 50,
  pingIntervalMs: 10_000,
};

/** Feels like the real thing to a person who watches. */
export const demoPace: Pace = { ...instantPace, firstByteMs: 700, tokensPerSecond: 70 };

/** What a request gets, fixed at admission. */
export interface AnswerPlan {
  /** What comes before the text, a token each. */
  readonly thinking: readonly string[];
  /** The text in pieces that are never cut. */
  readonly pieces: readonly string[];
  /** Those of the thinking, and the rest spread evenly over the pieces. */
  readonly outputTokens: number;
  readonly stopReason: string;
  readonly pace: Pace;
}

/** What the stream does to the connection. After `finish`, `fail`, `close` or `lose` nothing more comes. */
export interface AnswerOutlet {
  begin(): void;
  think(text: string, tokens: number): void;
  delta(text: string, tokens: number): void;
  ping(): void;
  finish(): void;
  fail(errorType: string, message: string): void;
  close(): void;
  lose(): void;
  revokeKey(): void;
  /** How long the output bucket holds the next token back; `refuse` ends the stream with an error. */
  checkOutput(): number | 'refuse';
}

/** With no pace to group by, so many tokens make a delta. */
const tokensPerInstantDelta = 4;

/**
 * Produces one answer over time. Due times are computed from the first byte, not from the previous delta, so late
 * timers do not add up. `abort` may be called at any time, also after the end.
 */
export class AnswerStream {
  readonly #clock: Clock;
  readonly #plan: AnswerPlan;
  readonly #fault: AnswerFault | undefined;
  readonly #outlet: AnswerOutlet;
  readonly #tokensPerDelta: number;
  #timer: Disposable | undefined;
  #isOver = false;
  #textStartsAt = 0;
  #deltas = 0;
  #sentTokens = 0;
  #sentPieces = 0;

  constructor(clock: Clock, plan: AnswerPlan, fault: AnswerFault | undefined, outlet: AnswerOutlet) {
    this.#clock = clock;
    this.#plan = plan;
    this.#fault = fault;
    this.#outlet = outlet;
    const { tokensPerSecond, deltaIntervalMs } = plan.pace;
    this.#tokensPerDelta =
      tokensPerSecond === Infinity
        ? tokensPerInstantDelta
        : Math.max(Math.round((tokensPerSecond * deltaIntervalMs) / 1_000), 1);
  }

  start(): void {
    const extraMs = this.#fault?.kind === 'slowFirstByte' ? this.#fault.delayMs : 0;
    this.#wait(this.#plan.pace.firstByteMs + extraMs, false, () => {
      this.#outlet.begin();
      this.#wait(this.#plan.pace.thinkingMs, true, () => {
        this.#textStartsAt = this.#clock.monotonic();
        this.#run();
      });
    });
  }

  abort(): void {
    this.#isOver = true;
    this.#timer?.dispose();
  }

  #run(): void {
    while (!this.#isOver) {
      const isComplete = this.#sentTokens >= this.#plan.outputTokens;
      if (this.#fault && 'afterDeltas' in this.#fault && (isComplete || this.#deltas >= this.#fault.afterDeltas)) {
        this.#trip(this.#fault);
        return;
      }
      const dueInMs = this.#dueInMs(isComplete);
      const held = isComplete ? 0 : this.#outlet.checkOutput();
      if (held === 'refuse') {
        this.#end(() => this.#outlet.fail('rate_limit_error', 'The output tokens of this organization are used up.'));
        return;
      }
      if (held > dueInMs) this.#textStartsAt += held - Math.max(dueInMs, 0);
      const waitMs = Math.max(dueInMs, held);
      if (waitMs > 0) {
        this.#wait(waitMs, true, () => this.#run());
        return;
      }
      if (isComplete) this.#end(() => this.#outlet.finish());
      else this.#sendDelta();
    }
  }

  /** The first delta comes at once, the end when the last token had its time. */
  #dueInMs(isComplete: boolean): number {
    const { tokensPerSecond } = this.#plan.pace;
    const tokens = isComplete ? this.#plan.outputTokens : this.#sentTokens;
    return this.#textStartsAt + (tokens / tokensPerSecond) * 1_000 - this.#clock.monotonic();
  }

  #sendDelta(): void {
    const { thinking, pieces, outputTokens } = this.#plan;
    const before = this.#sentTokens;
    const isThinking = before < thinking.length;
    const tokens = Math.min(this.#tokensPerDelta, (isThinking ? thinking.length : outputTokens) - before);
    this.#sentTokens += tokens;
    if (isThinking) {
      this.#deltas++;
      this.#outlet.think(thinking.slice(before, this.#sentTokens).join(''), tokens);
      return;
    }
    const textShare = (this.#sentTokens - thinking.length) / (outputTokens - thinking.length);
    const piecesDue = Math.round(textShare * pieces.length);
    const text = pieces.slice(this.#sentPieces, piecesDue).join('');
    this.#sentPieces = piecesDue;
    this.#deltas++;
    this.#outlet.delta(text, tokens);
  }

  #trip(fault: Exclude<AnswerFault, { kind: 'slowFirstByte' | 'answerLost' }>): void {
    switch (fault.kind) {
      case 'midStreamError':
        this.#end(() => this.#outlet.fail(fault.errorType ?? 'overloaded_error', 'The answer was cut off.'));
        break;
      case 'earlyClose':
        this.#end(() => this.#outlet.close());
        break;
      case 'socketLost':
        this.#end(() => this.#outlet.lose());
        break;
      case 'stall':
        this.#wait(Infinity, fault.hasPings ?? false, () => {});
        break;
      case 'keyRevokedMidStream':
        this.#end(() => {
          this.#outlet.revokeKey();
          this.#outlet.fail('authentication_error', 'invalid API key');
        });
        break;
    }
  }

  #end(tell: () => void): void {
    this.abort();
    tell();
  }

  #wait(waitMs: number, hasPings: boolean, then: () => void): void {
    if (this.#isOver) return;
    if (waitMs <= 0) {
      then();
      return;
    }
    const { pingIntervalMs } = this.#plan.pace;
    const isPingNext = hasPings && waitMs > pingIntervalMs;
    if (!isPingNext && waitMs === Infinity) return;
    this.#timer = this.#clock.schedule(
      () => {
        if (!isPingNext) {
          then();
          return;
        }
        this.#outlet.ping();
        this.#wait(waitMs - pingIntervalMs, hasPings, then);
      },
      isPingNext ? pingIntervalMs : waitMs,
    );
  }
}
