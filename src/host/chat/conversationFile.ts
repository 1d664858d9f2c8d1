import * as vscode from 'vscode';
import { parseTurns, serializeTurns } from '../../conversation/saved';
import { isRunning, type Turn } from '../../conversation/turn';
import type { Log } from '../log';

const idKey = 'sluice.conversationId';

/** While an answer streams, a crash may cost this much of it. */
const saveDelayMs = 1_000;

/**
 * Keeps this window's conversation on disk: one JSON file under the extension's global storage, named by an id that the
 * workspace (or the empty window) remembers. Writes are serialized and atomic: a crash leaves the last whole version.
 * After `dispose` nothing more is taken: another window, or the next start, may own the file by then.
 */
export class ConversationFile implements vscode.Disposable {
  readonly #file: vscode.Uri;
  readonly #log: Log;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest: readonly Turn[] | undefined;
  #isDisposed = false;
  #work: Promise<void> = Promise.resolve();

  constructor(context: Pick<vscode.ExtensionContext, 'globalStorageUri' | 'workspaceState'>, log: Log) {
    const known = context.workspaceState.get<unknown>(idKey);
    const id = typeof known === 'string' && /^[\w-]{1,100}$/.test(known) ? known : crypto.randomUUID();
    if (id !== known) void context.workspaceState.update(idKey, id);
    this.#file = vscode.Uri.joinPath(context.globalStorageUri, 'conversations', `${id}.json`);
    this.#log = log;
  }

  /** Never rejects: a file that cannot be understood is set aside and the conversation starts empty. */
  async load(): Promise<readonly Turn[]> {
    let bytes: Uint8Array;
    try {
      bytes = await vscode.workspace.fs.readFile(this.#file);
    } catch (error) {
      if (!(error instanceof vscode.FileSystemError && error.code === 'FileNotFound')) {
        this.#log.error('Failed to read the conversation', error);
      }
      return [];
    }
    const turns = parseTurns(new TextDecoder().decode(bytes));
    if (turns) return turns;
    this.#log.warn('The saved conversation cannot be understood; it is kept beside the new one');
    await this.#attempt('set the conversation aside', async () => {
      const aside = this.#file.with({ path: `${this.#file.path}.unreadable` });
      await vscode.workspace.fs.rename(this.#file, aside, { overwrite: true });
    });
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
    const turns = this.#latest;
    this.#latest = undefined;
    if (turns) {
      this.#work = this.#work.then(() => this.#attempt('save the conversation', () => this.#write(turns)));
    }
    return this.#work;
  }

  dispose(): void {
    this.#isDisposed = true;
    void this.flush();
  }

  async #write(turns: readonly Turn[]): Promise<void> {
    const next = this.#file.with({ path: `${this.#file.path}.next` });
    await vscode.workspace.fs.writeFile(next, new TextEncoder().encode(serializeTurns(turns)));
    await vscode.workspace.fs.rename(next, this.#file, { overwrite: true });
  }

  async #attempt(what: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#log.error(`Failed to ${what}`, error);
    }
  }
}
