import type { Call } from './adapter';
import type { Budget } from './budget';
import type { Clock } from './clock';
import type { Amounts } from './dimensions';
import type { HeaderReading } from './headers';
import { readHeaders } from './headers';
import type { ClaimOutcome, Reservation } from './reservation';
import type { Usage } from './types';
import type { CapClaim } from './userCaps';
import { Watchdog } from './watchdog';

interface AttemptOptions {
  readonly clock: Clock;
  readonly budget: Budget;
  /** What is reserved of the lane's budget. */
  readonly amounts: Amounts;
  readonly capClaim: CapClaim;
  /** What is held of the user's cap for the answer: a cap raised meanwhile must not let it be longer. */
  readonly mostOutput: number;
  /** The headers are here, and observed by nobody yet. */
  readonly onHeaders: (reading: HeaderReading, isSuccess: boolean) => void;
  /** The input's real cost is known. */
  readonly onUsage: (usage: Usage) => void;
}

/**
 * One try at a call: its reservations, its watchdog and its abort. Created when the budget grants a place, ended
 * exactly once by the lane; whatever happens in between, `end` leaves nothing reserved.
 */
export class Attempt {
  readonly amounts: Amounts;
  readonly startedAt: number;
  readonly #options: AttemptOptions;
  readonly #controller = new AbortController();
  readonly #watchdog: Watchdog;
  #budget: Budget;
  #reservation: Reservation;
  #wasSent = false;
  #isStalled = false;
  #isAnswered = false;
  #input: number | undefined;
  #output = 0;
  #reading: HeaderReading | undefined;
  #headersAt = 0;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.amounts = options.amounts;
    this.startedAt = options.clock.monotonic();
    this.#budget = options.budget;
    this.#reservation = options.budget.reserve(options.amounts, this.startedAt);
    this.#watchdog = new Watchdog(options.clock, () => {
      this.#isStalled = true;
      this.abort();
    });
  }

  get mostOutput(): number {
    return this.#options.mostOutput;
  }

  get budget(): Budget {
    return this.#budget;
  }

  get wasSent(): boolean {
    return this.#wasSent;
  }

  /** Aborted because nothing came for too long. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  get reading(): HeaderReading | undefined {
    return this.#reading;
  }

  /** When they came; monotonic milliseconds. */
  get headersAt(): number {
    return this.#headersAt;
  }

  /** Output tokens so far, as well as they are known. */
  get output(): number {
    return this.#output;
  }

  /** What it has cost, as far as that is known. */
  costAs(outcome: ClaimOutcome): Amounts {
    const isInputDue = this.#input !== undefined || outcome === 'served';
    return {
      requests: outcome === 'refused' ? 0 : 1,
      inputTokens: isInputDue ? (this.#input ?? this.amounts.inputTokens) : 0,
      outputTokens: this.#output,
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  callWith(apiKey: string): Call {
    const { clock, capClaim } = this.#options;
    return {
      apiKey,
      signal: this.signal,
      onSent: () => {
        this.#wasSent = true;
        const now = clock.monotonic();
        this.#reservation.sent(now);
        capClaim.sent();
        this.#watchdog.awaitHeaders();
      },
      onHeaders: (headers, isSuccess) => {
        this.#reading = readHeaders(headers, clock.now());
        this.#headersAt = clock.monotonic();
        capClaim.arrived(isSuccess, this.#headersAt);
        this.#watchdog.sawBytes();
        this.#options.onHeaders(this.#reading, isSuccess);
      },
      onBytes: () => this.#watchdog.sawBytes(),
    };
  }

  /** The lane turned out to belong to another organization. */
  moveTo(budget: Budget): void {
    const now = this.#options.clock.monotonic();
    this.#reservation.end('refused', now);
    this.#budget = budget;
    this.#reservation = budget.reserve(this.amounts, now);
    if (this.#wasSent) this.#reservation.sent(now);
  }

  observe(reading: HeaderReading, isSuccess: boolean): void {
    const { clock } = this.#options;
    this.#reservation.observe(reading, isSuccess, clock.monotonic(), clock.now());
  }

  /** Cache reads are free of the input limit; writes are not. */
  settleInput(usage: Usage): void {
    const now = this.#options.clock.monotonic();
    const tokens = usage.inputTokens + usage.cacheWriteTokens;
    this.#input = tokens;
    this.#reservation.settleInput(tokens, now);
    this.#options.capClaim.settleInput(tokens, now);
    this.#options.onUsage(usage);
  }

  /** Output so far, in all. */
  produced(tokens: number): void {
    const now = this.#options.clock.monotonic();
    this.#output = tokens;
    this.#watchdog.sawOutput();
    this.#reservation.produced(tokens, now);
    this.#options.capClaim.produced(tokens, now);
  }

  /** Before it is sent: its body is large and takes time to leave. */
  expectUpload(bytes: number): void {
    this.#watchdog.expectUpload(bytes);
  }

  /** Something came that is asked for, and is no output of a model. */
  progressed(): void {
    this.#watchdog.sawOutput();
  }

  /** The answer is here, so nothing is left to abort: making the abort's error would cost more than all else here. */
  answered(): void {
    this.#isAnswered = true;
  }

  abort(): void {
    if (!this.#isAnswered) this.#controller.abort();
  }

  end(outcome: ClaimOutcome): void {
    this.#watchdog.dispose();
    const now = this.#options.clock.monotonic();
    this.#reservation.end(outcome, now);
    this.#options.capClaim.end(now);
  }
}
