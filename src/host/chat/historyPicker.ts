import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { askTitle, confirmDelete } from './chatDialogs';
import { presentHistory, type ChatSummary, type HistoryRow } from './historyPresenter';

/** More are found by typing; all of them in one list nobody reads. */
const mostListed = 200;
/** A pause in typing: every search reads the whole store. */
const searchDelayMs = 150;

export interface HistoryPickerOptions {
  /** Newest first; searches titles and texts. */
  readonly list: (query: { workspace?: string; search?: string; limit?: number }) => readonly ChatSummary[];
  readonly workspace: string | undefined;
  readonly nameOfWorkspace: (workspace: string) => string | undefined;
  readonly currentId: () => string;
  readonly isBusyHere: (id: string) => boolean;
  readonly open: (id: string) => unknown;
  readonly startNew: () => unknown;
  readonly rename: (id: string, title: string) => unknown;
  readonly exportChat: (id: string) => unknown;
  readonly remove: (id: string) => unknown;
}

type ChatRow = Extract<HistoryRow, { kind: 'chat' }>;

type Choice =
  | { readonly kind: 'new' }
  | { readonly kind: 'open' | 'rename' | 'export' | 'delete'; readonly chat: ChatRow; readonly search: string };

interface HistoryItem extends vscode.QuickPickItem {
  readonly row: HistoryRow;
}

/** The chats that are kept: open one, rename, export or delete it, or begin a new one. The list comes back after a change. */
export async function showHistory(options: HistoryPickerOptions): Promise<void> {
  let search = '';
  for (;;) {
    const choice = await askChoice(options, search);
    if (!choice) return;
    if (choice.kind === 'new') {
      await options.startNew();
      return;
    }
    search = choice.search;
    const { id, title } = choice.chat;
    switch (choice.kind) {
      case 'open':
        await options.open(id);
        return;
      case 'export':
        await options.exportChat(id);
        return;
      case 'rename': {
        const renamed = await askTitle(title);
        if (renamed !== undefined) await options.rename(id, renamed);
        break;
      }
      case 'delete':
        if (await confirmDelete(title)) await options.remove(id);
        break;
    }
  }
}

async function askChoice(options: HistoryPickerOptions, search: string): Promise<Choice | undefined> {
  const buttons = createButtons();
  const pick = vscode.window.createQuickPick<HistoryItem>();
  pick.title = l10n.t('Chat History');
  pick.placeholder = l10n.t('Search titles and messages');
  pick.keepScrollPosition = true;
  pick.value = search;
  const show = () => {
    pick.busy = false;
    pick.items = rowsFor(options, pick.value).map((row) => toItem(row, buttons));
    const first = pick.items.find(({ row }) => row.kind !== 'heading');
    if (first) pick.activeItems = [first];
  };
  show();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const choice = await new Promise<Choice | undefined>((resolve) => {
    pick.onDidChangeValue(() => {
      pick.busy = true;
      clearTimeout(timer);
      timer = setTimeout(show, searchDelayMs);
    });
    const end = (row: HistoryRow | undefined, kind: Exclude<Choice['kind'], 'new'>) => {
      if (row?.kind === 'chat') resolve({ kind, chat: row, search: pick.value });
      else if (row?.kind === 'new') resolve({ kind: 'new' });
      else return;
      pick.hide();
    };
    pick.onDidAccept(() => end(pick.activeItems[0]?.row, 'open'));
    pick.onDidTriggerItemButton(({ item, button }) => {
      if (button === buttons.rename) end(item.row, 'rename');
      if (button === buttons.exportChat) end(item.row, 'export');
      if (button === buttons.remove) end(item.row, 'delete');
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  clearTimeout(timer);
  pick.dispose();
  return choice;
}

/** Those of this workspace are asked for apart, so that many others cannot crowd them out. */
function rowsFor(options: HistoryPickerOptions, typed: string): readonly HistoryRow[] {
  const { workspace, nameOfWorkspace } = options;
  const search = typed.trim();
  const query = { limit: mostListed, ...(search === '' ? {} : { search }) };
  const here = workspace === undefined ? [] : options.list({ ...query, workspace });
  const known = new Set(here.map(({ id }) => id));
  const others = options.list(query).filter(({ id }) => !known.has(id));
  const context = {
    workspace,
    currentId: options.currentId(),
    isBusyHere: options.isBusyHere,
    search,
    now: Date.now(),
    nameOfWorkspace,
  };
  return presentHistory([...here, ...others], context);
}

type Buttons = Readonly<Record<'rename' | 'exportChat' | 'remove', vscode.QuickInputButton>>;

function createButtons(): Buttons {
  return {
    rename: { iconPath: new vscode.ThemeIcon('edit'), tooltip: l10n.t('Rename…') },
    exportChat: { iconPath: new vscode.ThemeIcon('export'), tooltip: l10n.t('Export…') },
    remove: { iconPath: new vscode.ThemeIcon('trash'), tooltip: l10n.t('Delete…') },
  };
}

function toItem(row: HistoryRow, { rename, exportChat, remove }: Buttons): HistoryItem {
  if (row.kind === 'heading') return { row, label: row.label, kind: vscode.QuickPickItemKind.Separator };
  // Found by its texts, a chat need not have what was typed in its title.
  if (row.kind === 'new') return { row, label: row.label, alwaysShow: true };
  return {
    row,
    label: row.label,
    description: row.description,
    ...(row.detail === undefined ? {} : { detail: row.detail }),
    alwaysShow: true,
    // Whoever answers in another window goes on writing to it.
    buttons: row.isBusyElsewhere ? [exportChat] : [rename, exportChat, remove],
  };
}
