import type { DatabaseSync } from 'node:sqlite';
import type { StoreEnvironment } from './access';
import { ConversationStore } from './conversationStore';
import { JobStore } from './jobStore';
import { UsageStore } from './usageStore';

/** One window's way to what all windows keep. */
export interface Store {
  readonly conversations: ConversationStore;
  readonly usage: UsageStore;
  readonly jobs: JobStore;
  /** Whether another window has written since this was last asked, or the file is gone from its place. Never throws. */
  hasChanged(): boolean;
  /**
   * Whether the file that is open is not the database any more: another window has set it aside, or it was deleted. What
   * is written then throws `moved`; close the store and open the database anew. Never throws.
   */
  isMoved(): boolean;
  /** Gives back what this window holds. Never throws; whatever is asked of the store later throws `closed`. */
  close(): void;
}

interface StoreSurroundings {
  /** Whether another file lies where the one that is open did. */
  readonly isMoved: () => boolean;
  /** A query has found that the file is damaged. */
  readonly onCorrupt: () => void;
  /** The database has been closed in order. */
  readonly onClose: () => void;
}

export class OpenStore implements Store {
  readonly conversations: ConversationStore;
  readonly usage: UsageStore;
  readonly jobs: JobStore;
  readonly #database: DatabaseSync;
  readonly #surroundings: StoreSurroundings;
  readonly #readVersion: () => unknown;
  #lastVersion: unknown;

  constructor(
    database: DatabaseSync,
    environment: Omit<StoreEnvironment, 'isMoved' | 'onFailure'>,
    surroundings: StoreSurroundings,
  ) {
    this.#database = database;
    this.#surroundings = surroundings;
    const watched: StoreEnvironment = {
      ...environment,
      isMoved: () => this.isMoved(),
      onFailure: ({ reason }) => {
        if (reason === 'corrupt') surroundings.onCorrupt();
      },
    };
    this.conversations = new ConversationStore(database, watched);
    this.usage = new UsageStore(database, watched);
    this.jobs = new JobStore(database, watched);
    const statement = database.prepare('PRAGMA data_version');
    this.#readVersion = () => statement.get()?.['data_version'];
    this.#lastVersion = this.#readVersion();
  }

  hasChanged(): boolean {
    this.#scrubIfDue();
    if (this.isMoved()) return true;
    try {
      const version = this.#readVersion();
      const isSame = version === this.#lastVersion;
      this.#lastVersion = version;
      return !isSame;
    } catch {
      return false;
    }
  }

  isMoved(): boolean {
    try {
      return this.#surroundings.isMoved();
    } catch {
      // Nobody can tell, and what is wrong with the folder shows when it is written to.
      return false;
    }
  }

  close(): void {
    releaseQuietly(this.conversations);
    releaseQuietly(this.jobs);
    this.#scrubIfDue();
    closeQuietly(this.#database);
    try {
      this.#surroundings.onClose();
    } catch {
      // The file is examined at the next start, for nothing.
    }
  }

  #scrubIfDue(): void {
    this.conversations.scrubIfDue();
    this.jobs.scrubIfDue();
  }
}

function releaseQuietly(leases: { releaseAll(): void }): void {
  try {
    leases.releaseAll();
  } catch {
    // They run out by themselves.
  }
}

export function closeQuietly(database: DatabaseSync | undefined): void {
  try {
    database?.close();
  } catch {
    // It is closed already.
  }
}
