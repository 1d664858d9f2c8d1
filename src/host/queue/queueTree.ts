import * as vscode from 'vscode';
import { commands } from '../../contributions';
import type { Jobs } from '../../jobs/desk';
import type { ActivityEntry } from '../activity';
import type { Explain } from './jobText';
import type { QueueBadge } from './queuePresenter';
import type { QueueNode } from './queueNode';
import { QueueScreen } from './queueScreen';

export interface QueueTreeOptions {
  /** `undefined` as long as nobody has asked for them. */
  readonly jobs: () => Pick<Jobs, 'list'> | undefined;
  readonly activities: () => readonly ActivityEntry[];
  readonly explain: Explain;
  readonly now: () => number;
}

/** The rows of the queue view: a shell that shows what the presenter says. */
export class QueueTree implements vscode.TreeDataProvider<QueueNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #screen: QueueScreen;
  #view: vscode.TreeView<QueueNode> | undefined;
  #visibility: vscode.Disposable | undefined;
  #badge: QueueBadge;

  constructor({ jobs, activities, explain, now }: QueueTreeOptions) {
    this.#screen = new QueueScreen({
      readSnapshot: () => ({ jobs: jobs()?.list() ?? [], activities: activities(), now: now(), explain }),
      onRows: () => this.#changed.fire(undefined),
      onBadge: (badge) => {
        this.#badge = badge;
        if (this.#view) this.#view.badge = badge;
      },
    });
  }

  /** Follows the view in which it is shown, which stays its owner's. */
  attach(view: vscode.TreeView<QueueNode>): void {
    this.#visibility?.dispose();
    this.#view = view;
    this.#visibility = view.onDidChangeVisibility(({ visible }) => this.#screen.handleVisibility(visible));
    view.badge = this.#badge;
    this.#screen.handleVisibility(view.visible);
    // The number on the icon is there before anybody looks.
    this.#screen.handleChange();
  }

  /** To be called when jobs or activities have changed, or are there now; as often as that is. */
  handleChange(): void {
    this.#screen.handleChange();
  }

  getChildren(node?: QueueNode): QueueNode[] {
    return [...(node ? node.children : this.#screen.rows())];
  }

  getTreeItem(node: QueueNode): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const state = node.children.length === 0 ? None : node.isExpanded ? Expanded : Collapsed;
    const item = new vscode.TreeItem(node.label, state);
    item.id = node.id;
    const { id, color } = node.icon;
    item.iconPath = new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.tooltip = new vscode.MarkdownString(node.tooltip);
    item.contextValue = node.contextValue;
    item.accessibilityInformation = { label: node.spoken };
    if (node.description !== undefined) item.description = node.description;
    if (node.offers !== undefined) item.command = { command: commands.jobActions, title: '', arguments: [node] };
    return item;
  }

  dispose(): void {
    this.#visibility?.dispose();
    this.#screen.dispose();
    this.#changed.dispose();
  }
}
