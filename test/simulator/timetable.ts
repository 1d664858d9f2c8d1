import type { Clock } from '../../src/client/clock';
import type { Disposable } from '../../src/client/types';

/** When a change begins and how long it holds; without either: now, and for good. */
export interface Timing {
  readonly afterMs?: number | undefined;
  readonly forMs?: number | undefined;
}

/** Changes that begin and end at times. It owns their timers; `clear` cancels those without undoing anything. */
export class Timetable {
  readonly #clock: Clock;
  readonly #timers = new Set<Disposable>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes the change as timed. Disposing undoes it, or keeps it from happening. */
  run(change: () => Disposable, { afterMs = 0, forMs }: Timing): Disposable {
    let made: Disposable | undefined;
    let timer: Disposable | undefined;
    const start = () => {
      made = change();
      if (forMs !== undefined) timer = this.#schedule(() => made?.dispose(), forMs);
    };
    if (afterMs > 0) timer = this.#schedule(start, afterMs);
    else start();
    return {
      dispose: () => {
        timer?.dispose();
        made?.dispose();
      },
    };
  }

  clear(): void {
    for (const timer of this.#timers) timer.dispose();
  }

  #schedule(callback: () => void, delayMs: number): Disposable {
    const scheduled = this.#clock.schedule(() => {
      this.#timers.delete(timer);
      callback();
    }, delayMs);
    const timer: Disposable = {
      dispose: () => {
        this.#timers.delete(timer);
        scheduled.dispose();
      },
    };
    this.#timers.add(timer);
    return timer;
  }
}
