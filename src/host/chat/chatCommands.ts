import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { TurnTree } from '../../conversation/tree';
import type { Log } from '../log';
import { askTitle, confirmDelete, saveExport } from './chatDialogs';
import { clearHistory } from './clearHistory';
import { composeExport } from './exportMarkdown';
import { showHistory } from './historyPicker';
import type { OpenChats } from './openChats';

export interface ChatCommandsOptions {
  readonly chats: OpenChats;
  readonly workspace: string | undefined;
  /** Shows the chat view. */
  readonly focus: () => Promise<void>;
  readonly log: Log;
}

/** The commands about whole conversations. What fails is told once. */
export class ChatCommands {
  readonly #options: ChatCommandsOptions;

  constructor(options: ChatCommandsOptions) {
    this.#options = options;
  }

  startNew(): Promise<void> {
    return this.#guard(async () => {
      const { chats, focus } = this.#options;
      const { current } = chats;
      if (!current || current.turns.length > 0 || current.conversation.queue.length > 0) chats.startNew();
      await focus();
    });
  }

  showHistory(): Promise<void> {
    return this.#guard(async () => {
      const { chats, workspace, focus } = this.#options;
      await showHistory({
        list: (query) => this.#list(query),
        workspace,
        nameOfWorkspace,
        currentId: () => chats.current?.id ?? '',
        isBusyHere: (id) => chats.all.some((chat) => chat.id === id && chat.conversation.isBusy),
        open: async (id) => {
          if (!chats.open(id)) {
            void vscode.window.showInformationMessage(l10n.t('This chat is not there any more.'));
            return;
          }
          await focus();
        },
        startNew: () => this.startNew(),
        rename: (id, title) => this.#rename(id, title),
        exportChat: (id) => this.#export(id),
        remove: (id) => this.#remove(id),
      });
    });
  }

  rename(): Promise<void> {
    return this.#guard(async () => {
      const { current } = this.#options.chats;
      const title = current && (await askTitle(current.title));
      if (current && title !== undefined) this.#rename(current.id, title);
    });
  }

  export(): Promise<void> {
    return this.#guard(async () => {
      const { current } = this.#options.chats;
      if (current) await this.#export(current.id);
    });
  }

  delete(): Promise<void> {
    return this.#guard(async () => {
      const { current } = this.#options.chats;
      if (current && this.#mayRemove(current.id) && (await confirmDelete(current.title))) this.#remove(current.id);
    });
  }

  clear(): Promise<void> {
    return this.#guard(async () => {
      const { chats, workspace } = this.#options;
      const store = chats.store?.conversations;
      if (!store) return;
      // Also those without a word in them: something may be attached there.
      await clearHistory({ list: (query) => store.list(query), clear: (query) => store.clear(query), workspace });
      for (const { id, isCreated } of chats.all) if (isCreated && !store.revisionOf(id)) chats.forget(id);
    });
  }

  /** Those in which something was said. */
  #list(query: { workspace?: string; search?: string; limit?: number }) {
    const found = this.#options.chats.store?.conversations.list(query) ?? [];
    return found.filter(({ turns }) => turns > 0);
  }

  #rename(id: string, title: string): void {
    const { chats } = this.#options;
    const live = chats.all.find((chat) => chat.id === id);
    if (live) live.rename(title);
    else chats.store?.conversations.setTitle(id, title, true);
  }

  async #export(id: string): Promise<void> {
    const { chats } = this.#options;
    const live = chats.all.find((chat) => chat.id === id);
    const stored = live ? undefined : chats.store?.conversations.load(id);
    const title = live?.title ?? stored?.title ?? '';
    const turns = live?.turns ?? new TurnTree(stored?.turns ?? [], stored?.headId).path;
    await saveExport(title, composeExport({ title, turns }));
  }

  /** An answer of another window would bring it back. */
  #mayRemove(id: string): boolean {
    const { chats } = this.#options;
    const live = chats.all.find((chat) => chat.id === id);
    live?.sync();
    const isBusyElsewhere = live ? live.isBusyElsewhere : this.#list({}).some((each) => each.id === id && each.isBusy);
    if (isBusyElsewhere) {
      void vscode.window.showInformationMessage(
        l10n.t('Another window is answering in this chat. Stop the answer there, then delete it.'),
      );
    }
    return !isBusyElsewhere;
  }

  #remove(id: string): void {
    if (!this.#mayRemove(id)) return;
    const { chats } = this.#options;
    chats.forget(id);
    chats.store?.conversations.remove(id);
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await this.#options.chats.whenLoaded();
      await work();
    } catch (error) {
      this.#options.log.error('Failed to change the chat history', error);
      void vscode.window.showErrorMessage(l10n.t('Failed to change the chat history. The log has the details.'));
    }
  }
}

/** The folder's or workspace file's own name; the whole path says more than anybody wants to read. */
function nameOfWorkspace(workspace: string): string | undefined {
  const name = decodeURIComponent(workspace.split('/').at(-1) ?? '');
  return name === '' ? undefined : name.replace(/\.code-workspace$/, '');
}
