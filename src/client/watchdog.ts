import type { Clock } from './clock';
import type { Disposable } from './types';

/** From sending to the headers: prompts near a million tokens take the API more than a minute to read. */
const firstByteTimeoutMs = 180_000;
/** Of a line that is just usable, 1 Mbit/s: so long a large body may take to leave, on top of that. */
const slowestBytesPerMs = 125;
/** Without a byte: the API pings every few seconds even while a model thinks, so the connection is dead. */
const idleTimeoutMs = 120_000;
/** With pings and nothing else: longer than thinking takes, and the time after which the SDK itself gives up. */
const silenceTimeoutMs = 600_000;

/**
 * Notices that nothing comes any more. A single timer that is re-armed only when it fires, so bytes cost next to
 * nothing. Calls back at most once; never throws.
 */
export class Watchdog implements Disposable {
  readonly #clock: Clock;
  readonly #onStall: () => void;
  #timer: Disposable | undefined;
  #hasHeaders = false;
  #uploadMs = 0;
  #lastBytesAt = 0;
  #lastOutputAt = 0;

  constructor(clock: Clock, onStall: () => void) {
    this.#clock = clock;
    this.#onStall = onStall;
  }

  /** Before it is sent. */
  expectUpload(bytes: number): void {
    this.#uploadMs = bytes / slowestBytesPerMs;
  }

  awaitHeaders(): void {
    this.dispose();
    this.#hasHeaders = false;
    this.#lastBytesAt = this.#clock.monotonic();
    this.#arm();
  }

  sawBytes(): void {
    this.#lastBytesAt = this.#clock.monotonic();
    if (this.#hasHeaders) return;
    this.#hasHeaders = true;
    this.#lastOutputAt = this.#lastBytesAt;
    if (!this.#timer) return;
    this.dispose();
    this.#arm();
  }

  sawOutput(): void {
    this.#lastOutputAt = this.#clock.monotonic();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  #arm(): void {
    const dueAt = this.#hasHeaders
      ? Math.min(this.#lastBytesAt + idleTimeoutMs, this.#lastOutputAt + silenceTimeoutMs)
      : this.#lastBytesAt + firstByteTimeoutMs + this.#uploadMs;
    const now = this.#clock.monotonic();
    if (dueAt <= now) {
      this.#timer = undefined;
      this.#onStall();
      return;
    }
    this.#timer = this.#clock.schedule(() => this.#arm(), dueAt - now);
  }
}
