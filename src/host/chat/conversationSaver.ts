import { parseTurns, serializeTurns } from '../../conversation/saved';
import { isRunning, type Turn } from '../../conversation/turn';
import type { Log } from '../log';

/** While an answer streams, a crash may cost this much of it. */
const saveDelayMs = 1_000;

/** Conversations by their id. Everything rejects when the disk fails. */
export interface ConversationDisk {
  /** `undefined` when there is none. */
  read(id: string): Promise<Uint8Array | undefined>;
  /** Another text for every version that was written; `undefined` when there is none. */
  stampOf(id: string): Promise<string | undefined>;
  /** Whole or not at all. */
  write(id: string, bytes: Uint8Array): Promise<void>;
  /** Out of the way, kept for whoever can make sense of it. */
  setAside(id: string): Promise<void>;
}

/** The id that the workspace (or the empty window) remembers from one start to the next. */
export interface ConversationMemory {
  readonly known: string | undefined;
  remember(id: string): PromiseLike<void>;
}

export interface ConversationSaverOptions {
  readonly disk: ConversationDisk;
  readonly memory: ConversationMemory;
  readonly newId: () => string;
  readonly log: Log;
}

/**
 * Keeps this window's conversation on disk. Writes are serialized, and what could not be written is in the next write.
 *
 * No version is overwritten that this window has not read or written itself: a file that could not be read, or that
 * another window of the same workspace has changed, is left as it is, and this window goes on under a new id, which is
 * remembered once something is written there. After `dispose` nothing more is taken: another window, or the next start,
 * may own the file by then. Never rejects.
 */
export class ConversationSaver {
  readonly #options: ConversationSaverOptions;
  #id: string;
  #isRemembered: boolean;
  /** Of the version last read or written here. */
  #stamp: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest: readonly Turn[] | undefined;
  #isDisposed = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ConversationSaverOptions) {
    this.#options = options;
    const { known } = options.memory;
    this.#id = known ?? options.newId();
    this.#isRemembered = known !== undefined;
  }

  /** To be called once, before anything is saved. A file that cannot be understood is set aside, for an empty start. */
  async load(): Promise<readonly Turn[]> {
    const { disk, log } = this.#options;
    try {
      // The stamp first: what is written between the two is then taken for another window's, not for read.
      this.#stamp = await disk.stampOf(this.#id);
      const bytes = await disk.read(this.#id);
      if (!bytes) return [];
      const turns = parseTurns(new TextDecoder().decode(bytes));
      if (turns) return turns;
      log.warn('The saved conversation cannot be understood; it is kept beside the new one');
      await disk.setAside(this.#id);
      this.#stamp = undefined;
    } catch (error) {
      log.error('Failed to read the conversation; it is left as it is', error);
      this.#moveOn();
    }
    return [];
  }

  /** Saves at once when no answer is under way, or else soon: the changes of a stream become few writes. */
  save(turns: readonly Turn[]): void {
    if (this.#isDisposed) return;
    this.#latest = turns;
    if (turns.some(isRunning)) this.#timer ??= setTimeout(() => void this.flush(), saveDelayMs);
    else void this.flush();
  }

  /** Writes what is not written yet; resolves when it is on disk (or its failure is in the log). */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#work = this.#work.then(() => this.#writeLatest());
    return this.#work;
  }

  dispose(): void {
    this.#isDisposed = true;
    void this.flush();
  }

  async #writeLatest(): Promise<void> {
    const turns = this.#latest;
    if (!turns) return;
    this.#latest = undefined;
    try {
      await this.#write(new TextEncoder().encode(serializeTurns(turns)));
    } catch (error) {
      this.#options.log.error('Failed to save the conversation', error);
      // What came meanwhile holds these turns too.
      this.#latest ??= turns;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { disk, memory, log } = this.#options;
    const found = await disk.stampOf(this.#id);
    if (found !== undefined && found !== this.#stamp) {
      log.warn('Another window has changed the saved conversation; this one goes on in a file of its own');
      this.#moveOn();
    }
    await disk.write(this.#id, bytes);
    this.#stamp = await disk.stampOf(this.#id);
    if (!this.#isRemembered) await memory.remember(this.#id);
    this.#isRemembered = true;
  }

  #moveOn(): void {
    this.#id = this.#options.newId();
    this.#isRemembered = false;
    this.#stamp = undefined;
  }
}
