import * as vscode from 'vscode';
import { documentSchemes, views } from '../../contributions';
import { OpenMark } from '../jobs/openMark';
import { Lazy } from '../lazy';
import type { Log } from '../log';
import type { QueueNode } from '../queue/queueNode';
import type { Summaries, SummariesParts } from './summaries';

export interface LazySummariesOptions {
  readonly parts: Omit<SummariesParts, 'view' | 'mark'>;
  /** Tells that it could not be loaded. */
  readonly tell: () => void;
  readonly log: Log;
}

/** Another window may have died with unfinished work: nobody waits for it at the keyboard. */
const lookEveryMs = 60_000;

/**
 * Summaries and their queue, which live in a file of their own: whoever only chats does not pay for them. They are loaded
 * when the queue or a summary is shown, a command asks for them, or work of this or another window is not finished.
 */
export class LazySummaries implements vscode.TreeDataProvider<QueueNode>, vscode.FileSystemProvider, vscode.Disposable {
  readonly #options: LazySummariesOptions;
  readonly #treeChanged = new vscode.EventEmitter<undefined>();
  readonly #filesChanged = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeTreeData = this.#treeChanged.event;
  readonly onDidChangeFile = this.#filesChanged.event;
  readonly #view: vscode.TreeView<QueueNode>;
  readonly #files: vscode.Disposable;
  readonly #summaries: Lazy<Summaries>;
  readonly #mark: OpenMark;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(options: LazySummariesOptions) {
    this.#options = options;
    this.#mark = new OpenMark(options.parts.folder);
    this.#summaries = new Lazy(() => this.#load());
    this.#view = vscode.window.createTreeView(views.queue, { treeDataProvider: this });
    this.#files = vscode.workspace.registerFileSystemProvider(documentSchemes.summary, this, { isReadonly: true });
  }

  /** `undefined` as long as nobody has asked for it. */
  get loaded(): Summaries | undefined {
    return this.#summaries.loaded;
  }

  /** Goes on with what is not finished, now and whenever another window leaves something behind. */
  resume(): void {
    const look = () => {
      if (this.loaded || !this.#mark.isThere()) return;
      this.#summaries
        .load()
        .catch((error: unknown) => this.#options.log.error('Failed to go on with summaries', error));
    };
    look();
    this.#looking = setInterval(look, lookEveryMs);
  }

  /** `undefined` when it could not be loaded, which is told. */
  async run<Result>(work: (summaries: Summaries) => Result | Promise<Result>): Promise<Result | undefined> {
    let summaries: Summaries;
    try {
      summaries = await this.#summaries.load();
    } catch (error) {
      this.#options.log.error('Failed to load summaries', error);
      this.#options.tell();
      return undefined;
    }
    return work(summaries);
  }

  async getChildren(node?: QueueNode): Promise<QueueNode[]> {
    return (await this.#summaries.load()).tree.getChildren(node);
  }

  getTreeItem(node: QueueNode): vscode.TreeItem {
    return this.loaded?.tree.getTreeItem(node) ?? new vscode.TreeItem(node.label);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return (await this.#summaries.load()).files.stat(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#summaries.load()).files.readFile(uri);
  }

  watch(): vscode.Disposable {
    // All of them are told of, whether somebody watches or not.
    return { dispose: () => {} };
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    clearInterval(this.#looking);
    this.#summaries.dispose();
    this.#files.dispose();
    this.#view.dispose();
    this.#treeChanged.dispose();
    this.#filesChanged.dispose();
  }

  async #load(): Promise<Summaries> {
    const { createSummaries } = await import('./summaries');
    const summaries = createSummaries({ ...this.#options.parts, view: this.#view, mark: this.#mark });
    summaries.tree.onDidChangeTreeData(() => this.#treeChanged.fire(undefined));
    summaries.files.onDidChangeFile((changes) => this.#filesChanged.fire(changes));
    return summaries;
  }
}
