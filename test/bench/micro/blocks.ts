/** How long the thread is not free for anything else: what a person feels as a hang. */

export function nextTurn(): Promise<number> {
  return new Promise((resolve) => {
    setImmediate(() => resolve(performance.now()));
  });
}

export interface Turn {
  /** What the caller's own loop took. */
  readonly ownMs: number;
  /** What came right after it, before anything else could run: microtasks, and timers that were due. */
  readonly afterMs: number;
}

/** Runs `work` in a turn of its own and sees when the next one comes. */
export async function timeTurn(work: () => void): Promise<Turn> {
  const beganAt = performance.now();
  const next = nextTurn();
  work();
  const endedAt = performance.now();
  return { ownMs: endedAt - beganAt, afterMs: (await next) - endedAt };
}

/** The longest time between two turns of an event loop that has nothing else to wait for. */
export async function watchTurns(durationMs: number): Promise<number> {
  let longestMs = 0;
  let last = await nextTurn();
  const endsAt = last + durationMs;
  while (last < endsAt) {
    const now = await nextTurn();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }
  return longestMs;
}

/** `each` for 0 to `count`, a chunk a turn. */
export async function inChunks(count: number, chunk: number, each: (index: number) => void): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (let from = 0; from < count; from += chunk) {
    const to = Math.min(from + chunk, count);
    turns.push(
      await timeTurn(() => {
        for (let index = from; index < to; index++) each(index);
      }),
    );
  }
  return turns;
}

export function longestOf(turns: readonly Turn[]): number {
  return turns.reduce((longest, { ownMs, afterMs }) => Math.max(longest, ownMs + afterMs), 0);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
