import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What SQLite keeps beside a database: the write-ahead log and its index. */
const companions = ['-wal', '-shm'];
/** Conversations are nobody else's business. */
const ownerOnly = 0o600;
const ownerOnlyFolder = 0o700;

/**
 * The file of a database, apart from what SQLite does with it. One that is there is never opened here, only looked at: a
 * process that closes a file gives up every lock it has on it, and this process may have the database open already.
 * Another window would take itself for the last one then, and delete the log that this one goes on writing to.
 * https://www.sqlite.org/howtocorrupt.html#posix_close_bug
 */
export class DatabaseFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes sure that the file is there and only its owner can read it; SQLite makes its companions likewise. */
  prepare(): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: ownerOnlyFolder });
    try {
      closeSync(openSync(this.path, 'wx', ownerOnly));
    } catch (error) {
      if (!isThere(error)) throw error;
    }
  }

  /** The same as long as it is the same file, whatever is written to it. */
  identity(): string {
    return identityOf(statSync(this.path, { bigint: true }));
  }

  /** Whether there is none of this identity here any more. While it is open no other file gets the same one. */
  isReplaced(identity: string): boolean {
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    return !found || identityOf(found) !== identity;
  }

  /**
   * Marks the file as in use by this process, until the function it returns is called. A mark that is left behind tells
   * of a process that ended without doing so.
   */
  markUse(): () => void {
    const mark = `${this.#marks}${process.pid}-${randomUUID()}`;
    writeFileSync(mark, '', { mode: ownerOnly });
    return () => rmSync(mark, { force: true });
  }

  /**
   * Whether the file has fewer bytes than it says. While there is a log that means nothing, and the log may have been
   * written back by another window between two looks; hence the third.
   */
  isCutOff(readBytesTold: () => number): boolean {
    const isShort = () => statSync(this.path).size < readBytesTold();
    return isShort() && !this.#hasLog() && isShort();
  }

  /** Has the file examined when it is opened the next time, by whatever window. */
  suspect(): void {
    writeFileSync(this.#suspicion, '');
  }

  isSuspected(): boolean {
    return existsSync(this.#suspicion);
  }

  /** Whether a process that had it open has ended without closing it. */
  wasAbandoned(): boolean {
    return this.#leftMarks().length > 0;
  }

  /** Once the file has been examined. */
  clearSuspicion(): void {
    for (const path of [this.#suspicion, ...this.#leftMarks()]) rmSync(path, { force: true });
  }

  /**
   * Moves the file out of the way with all that belongs to it, and overwrites nothing. The log goes first: one that
   * stayed behind would be applied to the database that comes next.
   *
   * @returns the new path
   */
  setAside(at: number): string {
    const time = new Date(at).toISOString().replaceAll(/[:.]/g, '-');
    const wanted = `${this.path}.corrupt-${time}`;
    let aside = wanted;
    for (let copy = 2; existsSync(aside); copy++) aside = `${wanted}-${copy}`;
    for (const companion of companions) {
      if (existsSync(this.path + companion)) renameSync(this.path + companion, aside + companion);
    }
    renameSync(this.path, aside);
    this.clearSuspicion();
    return aside;
  }

  /** The marks of processes that are no more. */
  #leftMarks(): readonly string[] {
    const prefix = basename(this.#marks);
    const folder = dirname(this.path);
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix) && !isAlive(Number.parseInt(name.slice(prefix.length), 10)))
      .map((name) => join(folder, name));
  }

  #hasLog(): boolean {
    const log = statSync(`${this.path}-wal`, { throwIfNoEntry: false });
    return log !== undefined && log.size > 0;
  }

  get #suspicion(): string {
    return `${this.path}.suspect`;
  }
  get #marks(): string {
    return `${this.path}.open-`;
  }
}

function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // One that belongs to somebody else is there, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
