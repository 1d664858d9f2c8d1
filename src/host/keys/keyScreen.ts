import type { Disposable } from '../../client/types';
import type { KeyNode } from './keyNode';
import type { KeysSnapshot } from './keysSnapshot';
import { presentKeys } from './keyTreePresenter';
import { presentNote, type KeyViewNote } from './keyViewNote';

/** At most twice a second: fast enough to look alive, slow enough to read. */
const visibleMs = 500;
/** Out of sight only the number on the icon is left, and nobody waits for that. */
const hiddenMs = 5_000;
/** Ages and times are told by the minute. */
const ageingMs = 60_000;

export interface KeyScreenOptions {
  readonly readSnapshot: () => KeysSnapshot;
  /** `rows()` has others now. */
  readonly onRows: () => void;
  readonly onNote: (note: KeyViewNote) => void;
}

/**
 * Decides when the keys view is drawn anew: soon after something has changed, when it comes into sight, and as time goes
 * by while it is in sight. What looks the same is not drawn again.
 */
export class KeyScreen implements Disposable {
  readonly #options: KeyScreenOptions;
  #isVisible = false;
  #rows: readonly KeyNode[] | undefined;
  #shownRows = '';
  #shownNote = '';
  /** Something has changed since it was drawn. */
  #soon: ReturnType<typeof setTimeout> | undefined;
  /** Nothing has, but for the time. */
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(options: KeyScreenOptions) {
    this.#options = options;
  }

  rows(): readonly KeyNode[] {
    if (!this.#rows) this.#draw();
    return this.#rows ?? [];
  }

  handleChange(): void {
    this.#soon ??= setTimeout(() => this.#refresh(), this.#isVisible ? visibleMs : hiddenMs);
  }

  handleVisibility(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    if (isVisible) return this.#refresh();
    clearTimeout(this.#later);
  }

  dispose(): void {
    clearTimeout(this.#soon);
    clearTimeout(this.#later);
  }

  #refresh(): void {
    clearTimeout(this.#soon);
    clearTimeout(this.#later);
    this.#soon = undefined;
    const before = this.#shownRows;
    const snapshot = this.#draw();
    if (this.#shownRows !== before) this.#options.onRows();
    if (this.#isVisible) this.#later = setTimeout(() => this.#refresh(), quietMs(snapshot));
  }

  #draw(): KeysSnapshot {
    const snapshot = this.#options.readSnapshot();
    const rows = presentKeys(snapshot);
    const note = presentNote(snapshot);
    this.#rows = rows;
    this.#shownRows = JSON.stringify(rows);
    const shownNote = JSON.stringify(note);
    if (shownNote !== this.#shownNote) {
      this.#shownNote = shownNote;
      this.#options.onNote(note);
    }
    return snapshot;
  }
}

/** How long nothing changes by itself that is worth a new look. A limit is over at its time, not a minute later. */
function quietMs({ lanes, now }: KeysSnapshot): number {
  const ends = lanes.flatMap(({ held }) => (held && held.until > now ? [held.until - now] : []));
  return Math.max(visibleMs, Math.min(ageingMs, ...ends));
}
