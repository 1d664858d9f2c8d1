import type { Disposable } from '../../client/types';
import type { Ledger, LedgerOptions } from './ledger';

/**
 * The account of the keys, which lives in a file of its own with the database behind it: whoever only starts VS Code does
 * not pay for it.
 */
export class LazyLedger implements Disposable {
  readonly #options: LedgerOptions;
  readonly #onLoaded: (ledger: Ledger) => void;
  #loading: Promise<Ledger> | undefined;
  #loaded: Ledger | undefined;
  #isDisposed = false;

  constructor(options: LedgerOptions, onLoaded: (ledger: Ledger) => void) {
    this.#options = options;
    this.#onLoaded = onLoaded;
  }

  /** `undefined` as long as nobody has asked for it. */
  get loaded(): Ledger | undefined {
    return this.#loaded;
  }

  /** Rejects when it cannot be loaded; the next one who asks tries again. */
  load(): Promise<Ledger> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#loaded?.dispose();
  }

  async #load(): Promise<Ledger> {
    const { openLedger } = await import('./ledger');
    if (this.#isDisposed) throw new Error('Failed to open the account of the keys: its window is going');
    const ledger = openLedger(this.#options);
    this.#loaded = ledger;
    this.#onLoaded(ledger);
    return ledger;
  }
}
