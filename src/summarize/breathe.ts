/** So much text is worked on in one go: a few hundredths of a second. By amount, so that it is the same on each run. */
const charactersInOneGo = 250_000;
/** What each one takes besides its text. */
const charactersOfEach = 500;

/** Gives everything else a turn now and then in the course of long work. One for each stretch of work. */
export class Breath {
  #characters = 0;

  /** Waits for nothing where little was done since the last time. */
  async after(characters: number): Promise<void> {
    this.#characters += characters + charactersOfEach;
    if (this.#characters < charactersInOneGo) return;
    this.#characters = 0;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Like `map`, with turns for everything else in between. */
export async function mapInTurns<T, R>(
  items: readonly T[],
  charactersOf: (item: T) => number,
  make: (item: T, index: number) => R,
): Promise<readonly R[]> {
  const breath = new Breath();
  const made: R[] = [];
  for (const [index, item] of items.entries()) {
    made.push(make(item, index));
    await breath.after(charactersOf(item));
  }
  return made;
}
