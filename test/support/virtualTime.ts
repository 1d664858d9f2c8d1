import FakeTimers from '@sinonjs/fake-timers';
import type { Clock } from '../../src/client/clock';
import { systemClock } from '../../src/client/clock';

/** A turn of the event loop, in which promises and streams move on. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** An ordinary moment: a Tuesday noon, in the middle of a month. */
const startOfTime = Date.UTC(2026, 10, 17, 12);
/** Work that takes a turn of the event loop in between takes no time; one that never ends must not hold up time. */
const mostTurnsOfWork = 2_000;
/** So many turns of the event loop without a timer mean that nothing will ever happen again. */
const idleTurns = 50;

/** Time that passes only when a test says so; timers of everyone in the process, Bottleneck's and the SDK's too. */
export interface VirtualTime {
  readonly clock: Clock;
  /** Since the start, in milliseconds. */
  readonly elapsedMs: number;
  /** Of all that are set and have not gone off. */
  readonly timerCount: number;
  /** Lets so much time pass, and everything happen that is due in it. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until the promise settles. @throws when nothing is left that could settle it */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets what is due at this very moment happen. */
  flush(): Promise<void>;
  uninstall(): void;
}

export function installVirtualTime(now = startOfTime): VirtualTime {
  const timers = FakeTimers.install({
    now,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  return {
    clock: systemClock,
    get elapsedMs() {
      return Date.now() - now;
    },
    get timerCount() {
      return timers.countTimers();
    },
    pass: async (ms) => {
      await timers.tickAsync(ms);
      await turn();
    },
    until: async (promise) => {
      let isSettled = false;
      promise.then(
        () => (isSettled = true),
        () => (isSettled = true),
      );
      for (let idle = 0; ;) {
        await turn();
        for (let turns = 0; isWorking() && turns < mostTurnsOfWork; turns++) await turn();
        if (isSettled) return promise;
        idle = timers.countTimers() > 0 ? 0 : idle + 1;
        if (idle > idleTurns) throw new Error('Nothing is left to happen, and the promise has not settled');
        await timers.nextAsync();
      }
    },
    flush: async () => {
      for (let turns = 0; turns < 5; turns++) {
        await timers.tickAsync(0);
        await turn();
      }
    },
    uninstall: () => timers.uninstall(),
  };
}

/** Something waits for its next turn of the event loop. */
function isWorking(): boolean {
  return process.getActiveResourcesInfo().includes('Immediate');
}
