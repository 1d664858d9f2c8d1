/** As much of VS Code's memento as is needed: one for all windows. */
export interface NoticeMemento {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<unknown>;
}

const storedUnder = 'sluice.keyNotices';

const dayMs = 86_400_000;
/** As long as use is kept: a reminder that was shown once is not shown again because nobody remembers it. */
const keptDays = 400;

/** Which notices have been shown, and when, so that windows do not repeat one another. No text of a notice is kept. */
export class NoticeMemory {
  readonly #memento: NoticeMemento;
  readonly #now: () => number;

  constructor(memento: NoticeMemento, now: () => number) {
    this.#memento = memento;
    this.#now = now;
  }

  /** Epoch milliseconds; `undefined` when it was not shown. */
  shownAt(notice: string): number | undefined {
    return this.#read()[notice];
  }

  /** Says whether it was new; from now on it is not. */
  claim(notice: string): boolean {
    if (this.shownAt(notice) !== undefined) return false;
    this.note(notice);
    return true;
  }

  note(notice: string): void {
    const now = this.#now();
    const fresh = Object.entries(this.#read()).filter(([, at]) => now - at < keptDays * dayMs);
    // What cannot be kept is shown once more, at worst.
    void this.#memento.update(storedUnder, { ...Object.fromEntries(fresh), [notice]: now }).then(undefined, () => {});
  }

  #read(): Readonly<Record<string, number>> {
    const stored = this.#memento.get(storedUnder);
    if (typeof stored !== 'object' || stored === null) return {};
    const entries = Object.entries(stored).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
    return Object.fromEntries(entries);
  }
}
