/** So many failures in a row are no accident. */
const mostFailures = 3;
/** Whatever was wrong may have passed by then; one attempt finds out. */
const pauseMs = 600_000;

/** Keeps summaries that fail from being asked for again and again, each time at the cost of a request. Never throws. */
export class DigestBreaker {
  #failures = 0;
  #lastFailureAt = -Infinity;

  canTry(now: number): boolean {
    return this.#failures < mostFailures || now - this.#lastFailureAt >= pauseMs;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(now: number): void {
    this.#failures++;
    this.#lastFailureAt = now;
  }
}
