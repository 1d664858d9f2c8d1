import type { Clock } from './clock';
import type { Disposable } from './types';

/** Listeners hear of any number of changes within this time once: enough for a display, nothing for the processor. */
const coalesceMs = 50;

/** Tells listeners that something changed, never synchronously. What a listener throws is dropped. */
export class CoalescedEvent implements Disposable {
  readonly #clock: Clock;
  readonly #listeners = new Set<{ readonly call: () => void }>();
  #timer: Disposable | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  subscribe(call: () => void): Disposable {
    const listener = { call };
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  fire(): void {
    if (this.#timer || this.#listeners.size === 0) return;
    this.#timer = this.#clock.schedule(() => {
      this.#timer = undefined;
      for (const { call } of this.#listeners) {
        try {
          call();
        } catch {
          // A listener's fault must not reach the run that caused the change.
        }
      }
    }, coalesceMs);
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#listeners.clear();
  }
}
