/**
 * A part that lives in a file of its own, so that only those pay for it who use it. It is loaded once; after a failure the
 * next one who asks tries again.
 */
export class Lazy<Part extends object> {
  readonly #import: () => Promise<Part>;
  readonly #onLoaded: (part: Part) => void;
  #loading: Promise<Part> | undefined;
  #loaded: Part | undefined;
  #isDisposed = false;

  /** @param onLoaded called once it is there, and wanted */
  constructor(load: () => Promise<Part>, onLoaded: (part: Part) => void = () => {}) {
    this.#import = load;
    this.#onLoaded = onLoaded;
  }

  /** `undefined` as long as nobody has asked for it. */
  get loaded(): Part | undefined {
    return this.#loaded;
  }

  /** Rejects when it cannot be loaded, or is not wanted any more. */
  load(): Promise<Part> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Also of what arrives late. */
  dispose(): void {
    this.#isDisposed = true;
    if (this.#loaded) disposeOf(this.#loaded);
  }

  async #load(): Promise<Part> {
    const part = await this.#import();
    if (this.#isDisposed) {
      disposeOf(part);
      throw new Error('Failed to load a part: its window is going');
    }
    this.#loaded = part;
    this.#onLoaded(part);
    return part;
  }
}

function disposeOf(part: object): void {
  if ('dispose' in part && typeof part.dispose === 'function') part.dispose();
}
