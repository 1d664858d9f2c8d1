import type { Disposable } from '../client/types';

/** Something the person started that is not finished. */
export interface ActivityEntry {
  /** What it is: `Chat`, `Summary of retry.ts`. */
  readonly label: string;
  /** Where it stands, in words, at the time of asking. */
  readonly status: () => string;
  readonly cancel: () => void;
  /** Whether it waits in a way that `sendNow` can end. */
  readonly canSendNow: () => boolean;
  readonly sendNow: () => void;
}

/** What is under way in this window, for the queue view. */
export class ActivityList {
  readonly #entries = new Set<ActivityEntry>();

  /** Listed until the returned object is disposed. */
  add(entry: ActivityEntry): Disposable {
    this.#entries.add(entry);
    return { dispose: () => this.#entries.delete(entry) };
  }

  list(): readonly ActivityEntry[] {
    return [...this.#entries];
  }
}
