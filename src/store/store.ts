import type { DatabaseSync } from 'node:sqlite';
import { ConversationStore, type StoreEnvironment } from './conversationStore';

/** One window's way to what all windows keep. */
export interface Store {
  readonly conversations: ConversationStore;
  /** Whether another window has written since this was last asked. Never throws. */
  hasChanged(): boolean;
  /** Gives back what this window holds. Never throws; whatever is asked of the store later throws `closed`. */
  close(): void;
}

interface StoreEvents {
  /** A query has found that the file is damaged. */
  readonly onCorrupt: () => void;
  /** The database has been closed in order. */
  readonly onClose: () => void;
}

export class OpenStore implements Store {
  readonly conversations: ConversationStore;
  readonly #database: DatabaseSync;
  readonly #events: StoreEvents;
  readonly #readVersion: () => unknown;
  #lastVersion: unknown;

  constructor(database: DatabaseSync, environment: Omit<StoreEnvironment, 'onFailure'>, events: StoreEvents) {
    this.#database = database;
    this.#events = events;
    this.conversations = new ConversationStore(database, {
      ...environment,
      onFailure: ({ reason }) => {
        if (reason === 'corrupt') events.onCorrupt();
      },
    });
    const statement = database.prepare('PRAGMA data_version');
    this.#readVersion = () => statement.get()?.['data_version'];
    this.#lastVersion = this.#readVersion();
  }

  hasChanged(): boolean {
    try {
      const version = this.#readVersion();
      const isSame = version === this.#lastVersion;
      this.#lastVersion = version;
      return !isSame;
    } catch {
      return false;
    }
  }

  close(): void {
    try {
      this.conversations.releaseAll();
    } catch {
      // Leases run out by themselves.
    }
    closeQuietly(this.#database);
    try {
      this.#events.onClose();
    } catch {
      // The file is examined at the next start, for nothing.
    }
  }
}

export function closeQuietly(database: DatabaseSync | undefined): void {
  try {
    database?.close();
  } catch {
    // It is closed already.
  }
}
