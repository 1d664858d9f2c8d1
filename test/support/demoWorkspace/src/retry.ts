const attempts = 4;
const firstDelayMs = 250;

/** Reads the timetable again when the harbour office does not answer, waiting twice as long each time. */
export async function withRetry<T>(read: () => Promise<T>, pause: (ms: number) => Promise<void>): Promise<T> {
  let delayMs = firstDelayMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === attempts) {
        throw error;
      }
      await pause(delayMs);
      delayMs *= 2;
    }
  }
}
