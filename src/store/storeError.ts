/**
 * Why the store could not do what it was asked.
 *
 * - `full`: the disk is; what was there before is unharmed
 * - `busy`: another window held the database for longer than anyone should
 * - `unwritable`: the folder or the file cannot be written
 * - `corrupt`: the file is damaged; it is examined when it is opened the next time
 * - `moved`: the file that is open is not the database any more: another window has set it aside, or it was deleted. Open
 *   it anew
 * - `gone`: the conversation or the job is not there, or no longer
 * - `closed`: the store has been closed
 */
export type StoreErrorReason = 'full' | 'busy' | 'unwritable' | 'corrupt' | 'moved' | 'gone' | 'closed' | 'failed';

/** The only error the store throws. Nothing of what it was thrown for has been written. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason: StoreErrorReason;

  constructor(reason: StoreErrorReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }

  static is(error: unknown, reason?: StoreErrorReason): error is StoreError {
    return error instanceof StoreError && (reason === undefined || error.reason === reason);
  }
}

/** Primary result codes, see https://www.sqlite.org/rescode.html. */
const reasonsByCode: Readonly<Record<number, StoreErrorReason>> = {
  5: 'busy',
  6: 'busy',
  8: 'unwritable',
  10: 'unwritable',
  11: 'corrupt',
  13: 'full',
  14: 'unwritable',
  26: 'corrupt',
};
/** Extended result codes hold the primary one in their lowest byte. */
const primaryCode = 0xff;

const reasonsByName: Readonly<Record<string, StoreErrorReason>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  ERR_INVALID_STATE: 'closed',
  EACCES: 'unwritable',
  EPERM: 'unwritable',
  EROFS: 'unwritable',
  ENOTDIR: 'unwritable',
  EEXIST: 'unwritable',
  EISDIR: 'unwritable',
};

/** `what` completes the sentence "Failed to …". */
export function toStoreError(error: unknown, what: string): StoreError {
  if (StoreError.is(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new StoreError(reasonOf(error), `Failed to ${what}: ${why}`, error);
}

function reasonOf(error: unknown): StoreErrorReason {
  if (!(error instanceof Error)) return 'failed';
  const byCode = 'errcode' in error && typeof error.errcode === 'number' && reasonsByCode[error.errcode & primaryCode];
  if (byCode) return byCode;
  return ('code' in error && typeof error.code === 'string' && reasonsByName[error.code]) || 'failed';
}
