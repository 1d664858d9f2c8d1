import { basename, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { DatabaseFile } from './databaseFile';
import { migrate, migrations, versionOf } from './migrations';
import { connect } from './sqlite';
import { StoreError, toStoreError } from './storeError';
import { closeQuietly, OpenStore, type Store } from './store';
import type { StoreLog } from './stored';

const fileName = 'sluice.db';

/** How long a write waits for that of another window. Theirs take milliseconds, and all else stands still meanwhile. */
const busyTimeoutMs = 5_000;
/** The switch to write-ahead logging does not wait by itself when two windows open a new database at once. */
const switchPauseMs = 20;
const switchAttempts = 250;
/** The write-ahead log is cut to this size when it has been written back: a long answer may have grown it. */
const longestLogBytes = 4 * 1024 * 1024;
/** A damaged file is set aside, and the one after it is new; a third look means that others do the same right now. */
const openAttempts = 3;

export interface StoreOptions {
  /** Is made when it is not there. */
  readonly folder: string;
  /** Of this window, and of no other that is open. */
  readonly windowId: string;
  readonly now: () => number;
  readonly log: StoreLog;
  /** What of a text may be stored; all of it by default. Must leave JSON readable, and never throw. */
  readonly redact?: ((text: string) => string) | undefined;
}

/**
 * `newer`: a later version of Sluice wrote it; it is left untouched. `unreadable`: neither can it be opened nor set
 * aside. `missing`: this Node has no SQLite.
 */
export type UnusableReason = 'newer' | 'unreadable' | 'unwritable' | 'full' | 'busy' | 'missing';

/** `setAside` is the path of a damaged database that was found and moved; what is in use now is a new one. */
export type OpenedStore =
  | { readonly kind: 'ready'; readonly store: Store; readonly setAside: string | undefined }
  | { readonly kind: 'unusable'; readonly reason: UnusableReason; readonly setAside: string | undefined };

class NewerError extends Error {
  override readonly name = 'NewerError';
}

/** Never throws. Any number of windows, in any number of processes, may have the same folder open. */
export function openDatabase(options: StoreOptions): OpenedStore {
  const file = new DatabaseFile(join(options.folder, fileName));
  let setAside: string | undefined;
  let failure: unknown;
  for (let attempt = 0; attempt < openAttempts; attempt++) {
    try {
      file.prepare();
      const identity = file.identity();
      const outcome = openFile(file, identity, options);
      if (outcome.kind === 'ready') return { ...outcome, setAside };
      failure = outcome.error;
      if (!StoreError.is(failure, 'corrupt')) break;
      // Another window may have been faster: what lies here now is its new database then.
      if (file.identity() !== identity) continue;
      setAside = file.setAside(options.now());
      options.log.warn('The database was damaged and has been set aside', { as: basename(setAside) });
    } catch (error) {
      failure = error;
      break;
    }
  }
  const reason = unusableReasonOf(failure);
  const cause = failure instanceof Error ? failure.message : String(failure);
  options.log.warn('The database cannot be used', { reason, cause });
  return { kind: 'unusable', reason, setAside };
}

type Outcome = { readonly kind: 'ready'; readonly store: Store } | { readonly kind: 'failed'; readonly error: unknown };

/** The identity is from before: should the file be replaced right now, what is opened counts as moved. */
function openFile(file: DatabaseFile, identity: string, options: StoreOptions): Outcome {
  let database: DatabaseSync | undefined;
  try {
    database = connect(file.path);
    configure(database, file);
    const onClose = file.markUse();
    const onCorrupt = () => suspectQuietly(file);
    const isMoved = () => file.isReplaced(identity);
    return { kind: 'ready', store: new OpenStore(database, options, { isMoved, onCorrupt, onClose }) };
  } catch (error) {
    closeQuietly(database);
    return { kind: 'failed', error: error instanceof NewerError ? error : toStoreError(error, 'open the database') };
  }
}

/** @throws when the database cannot be used as it is */
function configure(database: DatabaseSync, file: DatabaseFile): void {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  const version = versionOf(database);
  if (version > migrations.length) throw new NewerError('It was written by a newer version');
  examine(database, file);
  // Has to come before the first table; in a database that has some it would be a write that others take for news.
  if (version === 0) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  switchToLog(database);
  database.exec(`
    PRAGMA synchronous = NORMAL;
    PRAGMA journal_size_limit = ${longestLogBytes};
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
  `);
  if (!migrate(database)) throw new NewerError('A newer version has just changed it');
  // SQLite opens what it may not write without a word, and complains at the first write.
  database.exec('BEGIN IMMEDIATE; ROLLBACK');
}

/** All of the file is read for this, so only when there is a reason to. */
function examine(database: DatabaseSync, file: DatabaseFile): void {
  if (file.isCutOff(() => bytesToldBy(database))) throw new StoreError('corrupt', 'The end of the database is missing');
  const isSuspected = file.isSuspected();
  if (!isSuspected && !file.wasAbandoned()) return;
  const found = database.prepare(isSuspected ? 'PRAGMA integrity_check(1)' : 'PRAGMA quick_check(1)').get();
  const isSound = found !== undefined && Object.values(found)[0] === 'ok';
  if (!isSound) throw new StoreError('corrupt', 'The database is damaged');
  file.clearSuspicion();
}

/** How large the database says that it is; without a log that is what its header says. */
function bytesToldBy(database: DatabaseSync): number {
  const told = database
    .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
    .get();
  return Number(told?.['bytes']);
}

function switchToLog(database: DatabaseSync): void {
  const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      const failure = toStoreError(error, 'open the database');
      if (failure.reason !== 'busy' || attempt === switchAttempts) throw failure;
      Atomics.wait(pause, 0, 0, switchPauseMs);
    }
  }
}

function unusableReasonOf(failure: unknown): UnusableReason {
  if (failure instanceof NewerError) return 'newer';
  const cause = StoreError.is(failure) ? failure.cause : failure;
  if (cause instanceof TypeError) return 'missing';
  const { reason } = toStoreError(failure, 'open the database');
  return reason === 'unwritable' || reason === 'full' || reason === 'busy' ? reason : 'unreadable';
}

function suspectQuietly(file: DatabaseFile): void {
  try {
    file.suspect();
  } catch {
    // Then the next one who stumbles over it will try again.
  }
}
