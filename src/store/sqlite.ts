import type { DatabaseSync } from 'node:sqlite';
import { toStoreError } from './storeError';

/** Loaded when the first database is opened: starting VS Code does not pay for it. */
export function connect(path: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path);
  // No piece of a conversation goes into a temporary file, of which nobody knows where it lies.
  database.exec('PRAGMA temp_store = MEMORY');
  return database;
}

/** Where the module still counts as experimental it says so in the log of the extension host, which helps nobody. */
function loadSqlite() {
  const warn = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  if (!warn?.configurable) return process.getBuiltinModule('node:sqlite');
  Object.defineProperty(process, 'emitWarning', { ...warn, value: () => undefined });
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    Object.defineProperty(process, 'emitWarning', warn);
  }
}

/**
 * Runs `work` between BEGIN and COMMIT; when it throws, nothing has happened. `immediate` takes the right to write
 * before anything is read, so that two who write never find out half-way that one of them has to start again.
 *
 * @throws {StoreError}
 */
export function inTransaction<Result>(
  database: DatabaseSync,
  kind: 'immediate' | 'deferred',
  what: string,
  work: () => Result,
): Result {
  try {
    database.exec(`BEGIN ${kind}`);
  } catch (error) {
    throw toStoreError(error, what);
  }
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw toStoreError(error, what);
  }
}

/** After some failures, a full disk for one, SQLite has rolled back by itself and would complain here. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // There is no transaction left to be undone.
  }
}
