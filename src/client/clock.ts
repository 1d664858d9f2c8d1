import type { Disposable } from './types';

/** Time as the client sees it, so that tests and the simulator can own it. */
export interface Clock {
  /** Epoch milliseconds; for times shown to people and told by servers. May jump. */
  now(): number;
  /** Milliseconds since an arbitrary start; for durations. Never goes back. */
  monotonic(): number;
  /** Calls back once, no earlier than `delayMs` from now. Disposing cancels it. */
  schedule(callback: () => void, delayMs: number): Disposable;
}

/** A longer `setTimeout` fires at once: Node keeps its delay in a signed 32-bit integer. */
const longestTimerMs = 2 ** 31 - 1;

/** The globals are looked up at each call, so that fake timers installed later are honoured. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(callback, delayMs) {
    const dueAt = performance.now() + delayMs;
    let timer: ReturnType<typeof setTimeout>;
    const arm = () => {
      const leftMs = dueAt - performance.now();
      // Node may fire a timer up to a millisecond early by this clock; asking again keeps "no earlier than".
      timer = setTimeout(
        () => (performance.now() < dueAt ? arm() : callback()),
        Math.min(Math.max(leftMs, 0), longestTimerMs),
      );
    };
    arm();
    return { dispose: () => clearTimeout(timer) };
  },
};

/** Monotonic to epoch milliseconds. */
export function toEpoch(clock: Clock, at: number): number {
  return Math.round(clock.now() + at - clock.monotonic());
}
