/** A window that crashed stops nobody for longer than this. */
const leaseMs = 15_000;
/** Three tries before it runs out. */
const renewMs = 5_000;

/** This window's right to answer in a conversation, renewed while it is held. Never throws. */
export class Lease {
  readonly #claim: (until: number) => boolean;
  readonly #release: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(claim: (until: number) => boolean, release: () => void) {
    this.#claim = claim;
    this.#release = release;
  }

  /** False when another window holds it. A store that fails keeps nobody from answering. */
  claim(): boolean {
    if (!this.#extend()) return false;
    this.#timer ??= setInterval(() => this.#extend(), renewMs);
    return true;
  }

  release(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    try {
      this.#release();
    } catch {
      // It runs out by itself.
    }
  }

  #extend(): boolean {
    try {
      return this.#claim(Date.now() + leaseMs);
    } catch {
      return true;
    }
  }
}
