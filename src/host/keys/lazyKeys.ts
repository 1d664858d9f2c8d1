import * as vscode from 'vscode';
import { views } from '../../contributions';
import { Lazy } from '../lazy';
import type { Log } from '../log';
import type { KeyDesk, KeyDeskOptions } from './keyDesk';
import type { KeyFlows } from './keyFlows';
import type { KeyNode } from './keyNode';

export interface LazyKeysOptions {
  readonly desk: Omit<KeyDeskOptions, 'view'>;
  /** Tells that it could not be loaded. */
  readonly tell: () => void;
  readonly log: Log;
}

/**
 * All that is done with keys, which lives in a file of its own: whoever only chats does not pay for it. It is loaded when
 * its view appears, a command asks for it, or there is something to tell of a key.
 */
export class LazyKeys implements vscode.TreeDataProvider<KeyNode>, vscode.Disposable {
  readonly #options: LazyKeysOptions;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<KeyNode>;
  readonly #desk: Lazy<KeyDesk>;

  constructor(options: LazyKeysOptions) {
    this.#options = options;
    this.#desk = new Lazy(() => this.#load());
    this.#view = vscode.window.createTreeView(views.keys, { treeDataProvider: this, showCollapseAll: true });
  }

  /** `undefined` as long as nobody has asked for it. */
  get loaded(): KeyDesk | undefined {
    return this.#desk.loaded;
  }

  /** `undefined` when it could not be loaded, which is told. */
  async run<Result>(work: (flows: KeyFlows) => Result | Promise<Result>): Promise<Result | undefined> {
    let desk: KeyDesk;
    try {
      desk = await this.#desk.load();
    } catch (error) {
      this.#options.log.error('Failed to load what is done with keys', error);
      this.#options.tell();
      return undefined;
    }
    return work(desk.flows);
  }

  async getChildren(node?: KeyNode): Promise<KeyNode[]> {
    return (await this.#desk.load()).tree.getChildren(node);
  }

  getTreeItem(node: KeyNode): vscode.TreeItem {
    return this.loaded?.tree.getTreeItem(node) ?? new vscode.TreeItem(node.label);
  }

  dispose(): void {
    this.#desk.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  async #load(): Promise<KeyDesk> {
    const { createKeyDesk } = await import('./keyDesk');
    const desk = createKeyDesk({ ...this.#options.desk, view: this.#view });
    desk.tree.onDidChangeTreeData(() => this.#changed.fire(undefined));
    return desk;
  }
}
