import * as vscode from 'vscode';
import type { JobSource } from '../../jobs/job';
import { leaveOutByContent, leaveOutByName, type LeftOut } from '../../summarize/leaveOut';
import type { Log } from '../log';
import type { FolderFile } from './folderFiles';
import { countLeftOut, type LeftOutCounts } from './gathered';
import { inParallel } from './inParallel';
import { decodeText, shownTexts } from './textSources';

export interface ReadingBounds {
  readonly mostFiles: number;
  /** Of all: they are held in memory together. */
  readonly mostBytes: number;
}

export interface ReadingOptions extends ReadingBounds {
  readonly prepare: (file: FolderFile, text: string) => Promise<JobSource>;
  /** Files that are left out by their names; some mean those that they have opened. */
  readonly leaveOut?: (name: string) => LeftOut | undefined;
  readonly token: vscode.CancellationToken;
  readonly onProgress: (done: number, of: number) => void;
  readonly log: Log;
}

export interface ReadFiles {
  /** In the order of the files. */
  readonly sources: readonly JobSource[];
  readonly leftOut: LeftOutCounts;
  readonly unreadable: number;
  readonly beyondFiles: number;
  readonly beyondBytes: number;
}

/** The largest sources that people write themselves have some; larger ones among many files are data. */
const largestAmongManyBytes = 5_000_000;

/** Each is a round trip or three to the file system, which may be another machine. */
const filesAtOnce = 16;

type Outcome = { readonly why: LeftOut | 'unreadable' | 'cancelled' } | { readonly source: JobSource };
type Measured = { readonly why: LeftOut | 'unreadable' | 'cancelled' } | { readonly bytes: number };

/** Reads those of many files that are texts. What cannot be read, or is gone by then, is counted and told to the log. */
export async function readFiles(files: readonly FolderFile[], options: ReadingOptions): Promise<ReadFiles> {
  return new FileReading(options).run(files);
}

class FileReading {
  readonly #options: ReadingOptions;
  readonly #shown = shownTexts();
  readonly #reasons: LeftOut[] = [];
  #unreadable = 0;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  async run(files: readonly FolderFile[]): Promise<ReadFiles> {
    const { mostFiles, mostBytes, onProgress, leaveOut = leaveOutByName } = this.#options;
    const named = files.filter(({ name }) => {
      const reason = leaveOut(name);
      if (reason) this.#reasons.push(reason);
      return !reason;
    });
    const wanted = named.slice(0, mostFiles);
    // Sizes first: which files are within the bound must not depend on which of them comes first from the disk.
    const sizes = await inParallel(wanted, filesAtOnce, async (file) => ({ file, size: await this.#measure(file) }));
    let bytes = 0;
    let beyondBytes = 0;
    const affordable = sizes.flatMap(({ file, size }): readonly FolderFile[] => {
      if ('why' in size) return this.#leave(size.why);
      const isAffordable = bytes + size.bytes <= mostBytes;
      if (isAffordable) bytes += size.bytes;
      else beyondBytes += 1;
      return isAffordable ? [file] : [];
    });
    let done = 0;
    const outcomes = await inParallel(affordable, filesAtOnce, async (file) => {
      const outcome = await this.#read(file);
      done += 1;
      onProgress(done, affordable.length);
      return outcome;
    });
    const sources = outcomes.flatMap((each): readonly JobSource[] =>
      'why' in each ? this.#leave(each.why) : [each.source],
    );
    const leftOut = countLeftOut(this.#reasons);
    return { sources, leftOut, unreadable: this.#unreadable, beyondFiles: named.length - wanted.length, beyondBytes };
  }

  #leave(why: LeftOut | 'unreadable' | 'cancelled'): readonly never[] {
    if (why === 'unreadable') this.#unreadable += 1;
    else if (why !== 'cancelled') this.#reasons.push(why);
    return [];
  }

  async #measure(file: FolderFile): Promise<Measured> {
    if (this.#options.token.isCancellationRequested) return { why: 'cancelled' };
    const shown = this.#shown.get(file.uri.toString());
    if (shown) return { bytes: shown().length };
    // What only an editor can show has no size before it is shown.
    if (!isFile(file.uri)) return { bytes: 0 };
    try {
      const { size } = await vscode.workspace.fs.stat(file.uri);
      return size > largestAmongManyBytes ? { why: 'tooLarge' } : { bytes: size };
    } catch (error) {
      return this.#failed(file, error);
    }
  }

  async #read(file: FolderFile): Promise<Outcome> {
    if (this.#options.token.isCancellationRequested) return { why: 'cancelled' };
    try {
      const text = this.#shown.get(file.uri.toString())?.() ?? (await readText(file.uri));
      if (text === undefined) return { why: 'binary' };
      const why = text.trim() === '' ? 'empty' : leaveOutByContent(file.name, text);
      return why ? { why } : { source: await this.#options.prepare(file, text) };
    } catch (error) {
      return this.#failed(file, error);
    }
  }

  #failed({ name }: FolderFile, error: unknown): { readonly why: 'unreadable' } {
    const why = error instanceof Error ? error.message : String(error);
    this.#options.log.info('Left out, because it could not be read', { file: name, why });
    return { why: 'unreadable' };
  }
}

/** `undefined`: it is no text. */
async function readText(uri: vscode.Uri): Promise<string | undefined> {
  if (!isFile(uri)) return (await vscode.workspace.openTextDocument(uri)).getText();
  return decodeText(await vscode.workspace.fs.readFile(uri), uri);
}

function isFile({ scheme }: vscode.Uri): boolean {
  return vscode.workspace.fs.isWritableFileSystem(scheme) !== undefined;
}
