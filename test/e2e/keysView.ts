import type { Locator } from 'playwright-core';
import type { Workbench } from '../support/workbench';

/** More than any test unfolds. */
const mostRows = 40;

const mostAttempts = 5;
/** Longer, and the key was lost. */
const enterLimitMs = 10_000;

/** The view “API Keys” in the side bar, and the commands of keys, as a person meets them. */
export class KeysView {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Resolves when the view is unfolded and has the focus. */
  async open(): Promise<void> {
    // Of two windows only the one in front is where a person types.
    await this.#workbench.page.bringToFront();
    await this.#workbench.runCommand('Sluice: Manage API Keys');
    await this.pane.locator('.pane-header[aria-expanded="true"]').waitFor();
  }

  /** All of it, header included. */
  get pane(): Locator {
    const { page } = this.#workbench;
    return page.locator('.pane').filter({ has: page.locator('.pane-header[aria-label*="API Keys"]') });
  }

  /** What the view says while it has no rows. */
  get welcome(): Locator {
    return this.pane.getByRole('region', { name: 'Welcome' });
  }

  /** A row, by how it begins when it is read out. */
  row(name: string): Locator {
    return this.pane.locator(`.monaco-list-row[aria-label^="${name}"]`);
  }

  /** What a row shows: the label, and what stands beside it. */
  async textOf(name: string): Promise<string> {
    return (await this.row(name).locator('.label-name, .label-description').allInnerTexts()).join(' ');
  }

  /** Goes to a row with the arrow keys alone: the list draws only what is on screen. */
  async walkTo(name: string): Promise<Locator> {
    const { keyboard } = this.#workbench.page;
    await this.open();
    await this.pane.locator('.monaco-list:focus').waitFor();
    await keyboard.press('Home');
    const row = this.row(name);
    const focused = row.and(this.pane.locator('.focused'));
    for (let step = 0; step < mostRows && (await focused.count()) === 0; step += 1) await keyboard.press('ArrowDown');
    await focused.waitFor();
    return row;
  }

  /** Unfolds what stands below a key, with the keyboard. */
  async expand(name: string): Promise<void> {
    const row = await this.walkTo(name);
    await this.#workbench.page.keyboard.press('ArrowRight');
    await row.and(this.pane.locator('[aria-expanded="true"]')).waitFor();
  }

  /** Folds all rows: the list has room for few. */
  async fold(): Promise<void> {
    await this.pane.getByRole('button', { name: 'Collapse All' }).click();
    await this.pane.locator('.monaco-list-row[aria-expanded="true"]').first().waitFor({ state: 'detached' });
  }

  /** Opens the actions of a key at Enter, and takes one. */
  async act(label: string, action: string): Promise<void> {
    await this.showActions(label);
    await this.#workbench.quickInput.pick({ title: label }, action);
  }

  async showActions(label: string): Promise<void> {
    const title = this.#workbench.page.locator('.quick-input-title').filter({ hasText: label, visible: true });
    // The list loses an Enter that comes while its rows are told anew.
    for (let attempt = 0; attempt < mostAttempts && (await title.count()) === 0; attempt += 1) {
      await this.walkTo(label);
      await this.#workbench.page.keyboard.press('Enter');
      await title.waitFor({ timeout: enterLimitMs }).catch(() => {});
    }
    await title.waitFor();
  }

  async add(key: string, label: string): Promise<void> {
    await this.#workbench.runCommand('Sluice: Add API Key…');
    await this.answerAdding(key, label);
  }

  /** The two boxes that adding a key has, however it began. */
  async answerAdding(key: string, label: string): Promise<void> {
    const { quickInput } = this.#workbench;
    await quickInput.answer({ placeholder: 'API key' }, key);
    await quickInput.answer({ placeholder: 'Label' }, label);
    await this.#workbench.closeNotification(`“${label}” is stored and in use.`);
  }

  /** Puts another secret in the place of the key's. */
  async rotate(label: string, key: string): Promise<void> {
    await this.act(label, 'Rotate…');
    await this.#workbench.quickInput.answer({ placeholder: 'API key' }, key);
    await this.#workbench.closeNotification(`“${label}” has its new key.`);
  }
}
