import * as vscode from 'vscode';

/** Fast enough for clock times to the second. */
const refreshMs = 500;

export interface LivePickOptions<Item extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  readonly items: () => readonly Item[];
  readonly onPick: (item: Item) => void;
}

/** A quick pick whose items follow the world while it is open; the line under the cursor stays where it is. */
export function showLivePick<Item extends vscode.QuickPickItem>(options: LivePickOptions<Item>): void {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = options.title;
  pick.placeholder = options.placeholder;
  pick.keepScrollPosition = true;
  let shown = '';
  const refresh = () => {
    const items = options.items();
    const next = JSON.stringify(items.map(({ label, description, detail }) => [label, description, detail]));
    if (next === shown) return;
    shown = next;
    const index = pick.items.findIndex((item) => item === pick.activeItems[0]);
    pick.items = items;
    const active = items[index];
    if (active) pick.activeItems = [active];
  };
  refresh();
  const timer = setInterval(refresh, refreshMs);
  pick.onDidAccept(() => {
    const item = pick.activeItems[0];
    pick.hide();
    if (item) options.onPick(item);
  });
  pick.onDidHide(() => {
    clearInterval(timer);
    pick.dispose();
  });
  pick.show();
}
