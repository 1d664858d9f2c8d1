import * as vscode from 'vscode';
import { commands } from '../../contributions';
import type { KeyNode } from './keyNode';
import { KeyScreen } from './keyScreen';
import type { KeysSnapshot } from './keysSnapshot';
import type { KeyViewNote } from './keyViewNote';

export interface KeyTreeOptions {
  readonly readSnapshot: () => KeysSnapshot;
}

/** The rows of the keys view: a shell that shows what the presenter says. */
export class KeyTree implements vscode.TreeDataProvider<KeyNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #screen: KeyScreen;
  #view: vscode.TreeView<KeyNode> | undefined;
  #visibility: vscode.Disposable | undefined;
  #note: KeyViewNote = { message: undefined, badge: undefined };

  constructor({ readSnapshot }: KeyTreeOptions) {
    this.#screen = new KeyScreen({
      readSnapshot,
      onRows: () => this.#changed.fire(undefined),
      onNote: (note) => {
        this.#note = note;
        this.#showNote();
      },
    });
  }

  /** Follows the view in which it is shown, which stays its owner's. */
  attach(view: vscode.TreeView<KeyNode>): void {
    this.#visibility?.dispose();
    this.#view = view;
    this.#visibility = view.onDidChangeVisibility(({ visible }) => this.#screen.handleVisibility(visible));
    this.#showNote();
    this.#screen.handleVisibility(view.visible);
    // The number on the icon is there before anybody looks.
    this.#screen.handleChange();
  }

  /** To be called when the keys, their use, their limits or the settings have changed; as often as that is. */
  handleChange(): void {
    this.#screen.handleChange();
  }

  getChildren(node?: KeyNode): KeyNode[] {
    return [...(node ? node.children : this.#screen.rows())];
  }

  getTreeItem(node: KeyNode): vscode.TreeItem {
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(node.label, node.children.length > 0 ? Collapsed : None);
    item.id = node.id;
    const { id, color } = node.icon;
    item.iconPath = new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.tooltip = new vscode.MarkdownString(node.tooltip);
    item.contextValue = node.contextValue;
    item.accessibilityInformation = { label: node.spoken };
    if (node.description !== undefined) item.description = node.description;
    if (node.keyId !== undefined) {
      item.command = { command: commands.keyActions, title: '', arguments: [node.keyId] };
    }
    return item;
  }

  dispose(): void {
    this.#visibility?.dispose();
    this.#screen.dispose();
    this.#changed.dispose();
  }

  #showNote(): void {
    if (!this.#view) return;
    // Its type knows no `undefined`; the empty text is the same to VS Code.
    this.#view.message = this.#note.message ?? '';
    this.#view.badge = this.#note.badge;
  }
}
