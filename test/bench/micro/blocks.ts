/** How long the thread is not free for anything else: what a person feels as a hang. */

const microsecondsPerMs = 1_000;

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
  /** This thread's share of the processor in both: on a busy machine far less than the time that passed. */
  readonly cpuMs: number;
}

/** Runs `work` in a turn of its own and sees when the next one comes. */
export async function timeTurn(work: () => void): Promise<Turn> {
  const cpuBefore = process.threadCpuUsage();
  const beganAt = performance.now();
  const next = nextTurn();
  work();
  const endedAt = performance.now();
  const afterMs = (await next) - endedAt;
  return { ownMs: endedAt - beganAt, afterMs, cpuMs: cpuSince(cpuBefore) };
}

/** The longest of several times, and the most that this thread had of the processor in any of them. */
export interface Block {
  readonly ms: number;
  readonly cpuMs: number;
}

const noBlock: Block = { ms: 0, cpuMs: 0 };

/** The longest time between two turns of an event loop that has nothing else to wait for. */
export async function watchTurns(durationMs: number): Promise<Block> {
  let longest = noBlock;
  let last = await nextTurn();
  const endsAt = last + durationMs;
  while (last < endsAt) {
    const cpuBefore = process.threadCpuUsage();
    const now = await nextTurn();
    longest = atLeast(longest, { ms: now - last, cpuMs: cpuSince(cpuBefore) });
    last = now;
  }
  return longest;
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

export function longestOf(turns: readonly Turn[]): Block {
  return turns.reduce(
    (longest, { ownMs, afterMs, cpuMs }) => atLeast(longest, { ms: ownMs + afterMs, cpuMs }),
    noBlock,
  );
}

export function totalOf(turns: readonly Turn[]): number {
  return turns.reduce((sum, { ownMs, afterMs }) => sum + ownMs + afterMs, 0);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function atLeast(one: Block, other: Block): Block {
  return { ms: Math.max(one.ms, other.ms), cpuMs: Math.max(one.cpuMs, other.cpuMs) };
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / microsecondsPerMs;
}
