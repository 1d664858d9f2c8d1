import type { Locator } from 'playwright-core';
import type { Workbench } from '../support/workbench';

/** More than any test unfolds. */
const mostRows = 60;

const mostAttempts = 5;
/** Longer, and the key was lost. */
const enterLimitMs = 10_000;
/** The same of what the list does by itself. */
const keyLimitMs = 3_000;

/** A view with rows in the side bar of Sluice, as a person meets it. */
export class TreePane {
  protected readonly workbench: Workbench;
  readonly #name: string;
  readonly #command: string;

  /**
   * @param name of the view
   * @param command that shows it, by its label
   */
  constructor(workbench: Workbench, name: string, command: string) {
    this.workbench = workbench;
    this.#name = name;
    this.#command = command;
  }

  /** Resolves when the view is unfolded and has the focus. */
  async open(): Promise<void> {
    // Of two windows only the one in front is where a person types.
    await this.workbench.page.bringToFront();
    await this.workbench.runCommand(this.#command);
    await this.pane.locator('.pane-header[aria-expanded="true"]').waitFor();
  }

  /** All of it, header included. */
  get pane(): Locator {
    const { page } = this.workbench;
    return page.locator('.pane').filter({ has: page.locator(`.pane-header[aria-label*="${this.#name}"]`) });
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
    const { keyboard } = this.workbench.page;
    await this.open();
    await this.pane.locator('.monaco-list:focus').waitFor();
    await keyboard.press('Home');
    const row = this.row(name);
    const focused = row.and(this.pane.locator('.focused'));
    for (let step = 0; step < mostRows && (await focused.count()) === 0; step += 1) await keyboard.press('ArrowDown');
    await focused.waitFor();
    return row;
  }

  /** Unfolds what stands below a row, with the keyboard. */
  async expand(name: string): Promise<void> {
    const unfolded = this.row(name).and(this.pane.locator('[aria-expanded="true"]'));
    // The list loses a key that comes while its rows are told anew.
    for (let attempt = 0; attempt < mostAttempts && (await unfolded.count()) === 0; attempt += 1) {
      await this.walkTo(name);
      await this.workbench.page.keyboard.press('ArrowRight');
      await unfolded.waitFor({ timeout: keyLimitMs }).catch(() => {});
    }
    await unfolded.waitFor();
  }

  /** Folds all rows: the list has room for few. */
  async fold(): Promise<void> {
    await this.pane.getByRole('button', { name: 'Collapse All' }).click();
    await this.pane.locator('.monaco-list-row[aria-expanded="true"]').first().waitFor({ state: 'detached' });
  }

  /** Opens what a row offers at Enter, and takes one. */
  async act(label: string, action: string): Promise<void> {
    await this.showActions(label);
    await this.workbench.quickInput.pick({ title: label }, action);
  }

  async showActions(label: string): Promise<void> {
    const title = this.workbench.page.locator('.quick-input-title').filter({ hasText: label, visible: true });
    // The list loses an Enter that comes while its rows are told anew.
    for (let attempt = 0; attempt < mostAttempts && (await title.count()) === 0; attempt += 1) {
      await this.walkTo(label);
      await this.workbench.page.keyboard.press('Enter');
      await title.waitFor({ timeout: enterLimitMs }).catch(() => {});
    }
    await title.waitFor();
  }

  /** Takes an entry of the menu of a row, with the keyboard alone. */
  async actFromMenu(label: string, entry: string): Promise<void> {
    const { page } = this.workbench;
    const item = page.getByRole('menuitem', { name: entry, exact: true });
    for (let attempt = 0; attempt < mostAttempts && (await item.count()) === 0; attempt += 1) {
      await this.walkTo(label);
      await page.keyboard.press('Shift+F10');
      await item.waitFor({ timeout: enterLimitMs }).catch(() => {});
    }
    const focused = item.and(page.locator(':focus'));
    for (let step = 0; step < mostRows && (await focused.count()) === 0; step += 1) {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await item.waitFor({ state: 'detached' });
  }
}
