/** Resolves after this time, or at once when the signal aborts. Keeps no process alive. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, longestTimerMs));
    timer.unref();
    signal.addEventListener('abort', end, { once: true });
  });
}

/** A longer `setTimeout` fires at once: Node keeps its delay in a signed 32-bit integer. */
const longestTimerMs = 2 ** 31 - 1;
const firstBackoffMs = 5_000;
const longestBackoffMs = 5 * 60_000;
/** So much of it is left to chance, lest all that failed together come back together. */
const jitter = 0.25;

/** How long to wait after so many failures, from 1; the client has tried often by then. */
export function backoffMs(failures: number): number {
  const ms = Math.min(firstBackoffMs * 2 ** (failures - 1), longestBackoffMs);
  return ms * (1 - jitter * Math.random());
}
