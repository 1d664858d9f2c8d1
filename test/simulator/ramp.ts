import type { Clock } from '../../src/client/clock';

/** How fast usage may grow, of every organization and group. */
export interface RampOptions {
  /** Input tokens are added up over so long. */
  readonly windowMs: number;
  /** What a window may hold in the beginning… */
  readonly startTokens: number;
  /** …and twice as much each time this has passed since the first request. */
  readonly doublesEveryMs: number;
}

interface Admission {
  readonly at: number;
  readonly tokens: number;
}

/**
 * The acceleration limit: what was admitted within the window must not exceed an allowance that grows step by step. A
 * request that no window could hold is admitted by an empty one, as by a full bucket. How the API computes its own is
 * not published; this one is strict enough to refuse whoever opens up at once. No method throws.
 */
export class Ramp {
  readonly #clock: Clock;
  readonly #options: RampOptions;
  #firstAt: number | undefined;
  #admissions: Admission[] = [];

  constructor(clock: Clock, options: RampOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** 0 when so many tokens may come in now. */
  msUntil(tokens: number): number {
    const now = this.#clock.monotonic();
    this.#forget(now);
    const times = [now, ...this.#admissions.map(({ at }) => at + this.#options.windowMs), ...this.#stepsAfter(now)];
    const fitting = times.filter((at) => this.#fits(tokens, at));
    return Math.min(...fitting) - now;
  }

  admit(tokens: number): void {
    const now = this.#clock.monotonic();
    this.#firstAt ??= now;
    this.#admissions.push({ at: now, tokens });
  }

  #forget(now: number): void {
    this.#admissions = this.#admissions.filter(({ at }) => at > now - this.#options.windowMs);
  }

  #fits(tokens: number, at: number): boolean {
    const inWindow = this.#admissions.filter((each) => each.at > at - this.#options.windowMs);
    const used = inWindow.reduce((sum, each) => sum + each.tokens, 0);
    return used === 0 || used + tokens <= this.#allowanceAt(at);
  }

  #allowanceAt(at: number): number {
    const { startTokens, doublesEveryMs } = this.#options;
    return startTokens * 2 ** Math.floor((at - (this.#firstAt ?? at)) / doublesEveryMs);
  }

  /** The next steps of the allowance, as many as can come before the window is empty. */
  #stepsAfter(now: number): number[] {
    const { windowMs, doublesEveryMs } = this.#options;
    const firstAt = this.#firstAt ?? now;
    const passed = Math.floor((now - firstAt) / doublesEveryMs);
    const count = Math.ceil(windowMs / doublesEveryMs);
    return Array.from({ length: count }, (_, index) => firstAt + (passed + index + 1) * doublesEveryMs);
  }
}
