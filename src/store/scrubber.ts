import type { DatabaseSync } from 'node:sqlite';
import type { Access } from './access';
import type { StoreLog } from './stored';

/**
 * How long this waits for another window. All else stands still meanwhile, and it can be done later just as well.
 */
const timeoutMs = 100;

/**
 * What was deleted is overwritten in the database (`secure_delete`), but older copies of its pages stand in the
 * write-ahead log until that is emptied; and the space goes back to the disk. While another window reads or writes, it
 * is put off. Never throws.
 */
export class Scrubber {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareScrubbing>;
  readonly #log: StoreLog;
  #isDue = false;

  constructor(database: DatabaseSync, access: Access, log: StoreLog) {
    this.#database = database;
    this.#statements = prepareScrubbing(access);
    this.#log = log;
  }

  /** Whether something was deleted that stands on the disk still. */
  get isDue(): boolean {
    return this.#isDue;
  }

  scrub(): void {
    const wasDue = this.#isDue;
    this.#isDue = true;
    let cause = 'another window reads or writes';
    try {
      this.#isDue = this.#withoutPatience(() => {
        this.#database.exec(this.#isMostlyEmpty() ? 'VACUUM' : 'PRAGMA incremental_vacuum');
        return this.#statements.emptyLog.get()?.['busy'] !== 0;
      });
    } catch (error) {
      cause = error instanceof Error ? error.message : String(error);
    }
    if (this.#isDue && !wasDue) this.#log.warn('What was deleted is not overwritten on the disk yet', { cause });
  }

  #withoutPatience<Result>(work: () => Result): Result {
    const usual = Number(this.#statements.busyTimeout.get()?.['timeout']);
    this.#database.exec(`PRAGMA busy_timeout = ${Math.min(timeoutMs, usual)}`);
    try {
      return work();
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${usual}`);
    }
  }

  /** Then it is quicker to write down the rest anew than to give back page by page. */
  #isMostlyEmpty(): boolean {
    const { free, all } = this.#statements.pages.get() ?? {};
    return Number(free) * 2 > Number(all);
  }
}

function prepareScrubbing(access: Access) {
  return {
    busyTimeout: access.prepare('PRAGMA busy_timeout'),
    /** `busy` is 1 when it could not be done: that is no error to SQLite. */
    emptyLog: access.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
    pages: access.prepare(`
      SELECT freelist_count AS free, page_count AS "all" FROM pragma_freelist_count, pragma_page_count`),
  };
}
