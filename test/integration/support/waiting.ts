/** Far above what a busy machine needs for a streamed answer, below mocha's own limit, so that the message says what was missing. */
const longestWaitMs = 30_000;
const lookAgainMs = 20;

/** Resolves with the first value that is neither `undefined` nor `false`; rejects, naming `what`, when none comes. */
export async function until<Value>(
  what: string | (() => string),
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  for (const deadline = performance.now() + longestWaitMs; performance.now() < deadline;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
  throw new Error(`Waited in vain for ${typeof what === 'string' ? what : what()}`);
}
