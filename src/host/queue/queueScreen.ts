import type { Disposable } from '../../client/types';
import {
  isAlive,
  presentBadge,
  presentQueue,
  type QueueBadge,
  type QueueSnapshot,
  type RowMemory,
} from './queuePresenter';
import type { QueueNode } from './queueNode';

/** Fast enough to look alive, slow enough to read. */
const visibleMs = 500;
/** Out of sight only the number on the icon is left, and nobody waits for that. */
const hiddenMs = 5_000;
/** Clock times are told to the second. */
const tickMs = 1_000;

export interface QueueScreenOptions {
  readonly readSnapshot: () => QueueSnapshot;
  /** `rows()` has others now. */
  readonly onRows: () => void;
  readonly onBadge: (badge: QueueBadge) => void;
}

/**
 * Decides when the queue view is drawn anew: soon after something has changed, when it comes into sight, and each second
 * while it is in sight and something goes on. What looks the same is not drawn again.
 */
export class QueueScreen implements Disposable {
  readonly #options: QueueScreenOptions;
  readonly #memory: RowMemory = new Map();
  #isVisible = false;
  #rows: readonly QueueNode[] | undefined;
  #shownRows = '';
  #shownBadge = '';
  /** Something has changed since it was drawn. */
  #soon: ReturnType<typeof setTimeout> | undefined;
  /** Nothing has, but for the time. */
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(options: QueueScreenOptions) {
    this.#options = options;
  }

  rows(): readonly QueueNode[] {
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
    if (this.#isVisible && isAlive(snapshot)) this.#later = setTimeout(() => this.#refresh(), tickMs);
  }

  #draw(): QueueSnapshot {
    const snapshot = this.#options.readSnapshot();
    const rows = presentQueue({ ...snapshot, memory: this.#memory });
    const badge = presentBadge(snapshot.jobs);
    this.#rows = rows;
    this.#shownRows = JSON.stringify(rows);
    const shownBadge = JSON.stringify([badge]);
    if (shownBadge !== this.#shownBadge) {
      this.#shownBadge = shownBadge;
      this.#options.onBadge(badge);
    }
    return snapshot;
  }
}
