import type { Log } from '../log';
import type { Ledger } from '../usage/ledger';

/** As much of VS Code's memento as is needed. */
export interface NoticeMemento {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<unknown>;
}

export interface NoticeMemoryOptions {
  readonly memento: NoticeMemento;
  readonly ledger: () => Promise<Pick<Ledger, 'claim'>>;
  readonly log: Log;
  readonly now: () => number;
}

const storedUnder = 'sluice.keyNotices';

const dayMs = 86_400_000;
/** As long as use is kept: a reminder that was shown once is not shown again because nobody remembers it. */
const keptDays = 400;

/**
 * Which notices have been shown, so that windows do not repeat one another. The database decides, which is one for all
 * windows. Where there is none the memento does as well as it can: of it each window has a copy, which it reads when it
 * opens, so that windows that open together do not know of one another. No text of a notice is kept.
 *
 * Nothing here rejects.
 */
export class NoticeMemory {
  readonly #options: NoticeMemoryOptions;
  /** Claimed by this window or by another one, once and for all: not worth asking about again. */
  readonly #settled = new Set<string>();

  constructor(options: NoticeMemoryOptions) {
    this.#options = options;
  }

  /**
   * Says whether it is this window's to show; nobody else is told so.
   *
   * @param againAfterMs after so long it may be shown once more; never, without it
   */
  async claim(notice: string, againAfterMs?: number): Promise<boolean> {
    if (this.#settled.has(notice)) return false;
    if (againAfterMs === undefined) this.#settled.add(notice);
    return (await this.#claimForAll(notice, againAfterMs)) ?? this.#claimHere(notice, againAfterMs);
  }

  async #claimForAll(notice: string, againAfterMs: number | undefined): Promise<boolean | undefined> {
    try {
      return (await this.#options.ledger()).claim(notice, againAfterMs);
    } catch (error) {
      this.#options.log.error('Failed to ask whether another window has told it', error, { notice });
      return undefined;
    }
  }

  #claimHere(notice: string, againAfterMs = Number.POSITIVE_INFINITY): boolean {
    const { memento, now } = this.#options;
    const at = now();
    const shown = this.#read();
    const shownAt = shown[notice];
    if (shownAt !== undefined && at - shownAt < againAfterMs) return false;
    const fresh = Object.entries(shown).filter(([, before]) => at - before < keptDays * dayMs);
    // What cannot be kept is shown once more, at worst.
    void memento.update(storedUnder, { ...Object.fromEntries(fresh), [notice]: at }).then(undefined, () => {});
    return true;
  }

  #read(): Readonly<Record<string, number>> {
    const stored = this.#options.memento.get(storedUnder);
    if (typeof stored !== 'object' || stored === null) return {};
    const entries = Object.entries(stored).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
    return Object.fromEntries(entries);
  }
}
