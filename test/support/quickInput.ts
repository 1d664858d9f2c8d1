import type { Locator, Page } from 'playwright-core';

/** How an input box or a quick pick is known: by its title, or by its placeholder. */
export type QuickInputName = { readonly title: string } | { readonly placeholder: string };

/** A box that follows another appears only after a round trip to the extension host. */
const appearanceLimitMs = 30_000;
/** Longer, and the palette has been closed by something else. */
const attemptMs = 4_000;

/**
 * VS Code's input boxes and quick picks, which all share one widget. Whatever is typed waits until the widget shows the
 * wanted title or placeholder: typed too early, it lands in the box before.
 */
export class QuickInput {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Runs a command through the palette, by the label the palette shows, such as `Sluice: New Chat`. */
  async runCommand(label: string): Promise<void> {
    await this.#runInPalette(label, (row) => row.click({ timeout: attemptMs }));
  }

  /** Types into the named input box and accepts it. */
  async answer(name: QuickInputName, text: string): Promise<void> {
    await this.waitFor(name);
    await this.#field.fill(text);
    await this.#field.press('Enter');
  }

  /** Picks the entry of the named quick pick that has this label. */
  async pick(name: QuickInputName, label: string): Promise<void> {
    await this.waitFor(name);
    // The list draws only what is on screen; filtering brings the entry there.
    await this.#field.fill(label);
    await this.#rowOf(label).click();
  }

  /** Types into the box that is shown, without accepting it. */
  async type(text: string): Promise<void> {
    await this.#field.fill(text);
  }

  /** The same with the keyboard alone. */
  async runCommandByKeyboard(label: string): Promise<void> {
    await this.#runInPalette(label, async (row) => {
      await row.and(this.#widget.locator('.focused')).waitFor({ timeout: attemptMs });
      await this.#field.press('Enter', { timeout: attemptMs });
    });
  }

  /** Accepts what is typed, checked or under the cursor. */
  async accept(): Promise<void> {
    await this.#field.press('Enter');
  }

  /** The entries on screen; those that contain `text`, where given. */
  rows(text?: string | RegExp): Locator {
    const rows = this.#widget.locator('.quick-input-list .monaco-list-row');
    return text === undefined ? rows : rows.filter({ hasText: text });
  }

  /** Presses a button of an entry, which comes with the pointer. */
  async pressButton(row: string, button: string): Promise<void> {
    const entry = this.rows(row).first();
    await entry.hover();
    await entry.locator(`.action-label[aria-label="${button}"]`).click();
  }

  async dismiss(): Promise<void> {
    await this.#field.press('Escape');
  }

  async waitFor(name: QuickInputName): Promise<void> {
    const sign =
      'title' in name
        ? this.#widget.locator('.quick-input-title').filter({ hasText: name.title })
        : this.#widget.getByPlaceholder(name.placeholder);
    await sign.waitFor({ timeout: appearanceLimitMs });
  }

  /** What the box says under its field: the prompt, or why the value is refused. */
  async message(): Promise<string> {
    return (await this.#widget.locator('.quick-input-message').innerText()).trim();
  }

  get #widget(): Locator {
    return this.#page.locator('.quick-input-widget').filter({ visible: true });
  }

  get #field(): Locator {
    return this.#widget.locator('.quick-input-filter input, .quick-input-filter textarea').first();
  }

  #rowOf(label: string): Locator {
    const name = this.#page.locator('.label-name').getByText(label, { exact: true });
    return this.#widget.locator('.quick-input-list .monaco-list-row').filter({ has: name }).first();
  }

  /**
   * A webview with the focus hands the key on, but only once its scripts run, and whatever takes the focus meanwhile
   * closes the palette: so ask again until the command is taken. A palette that stays open has the commands of the
   * moment it was opened, which right after a start are not all: it is closed before it is asked again.
   */
  async #runInPalette(label: string, take: (row: Locator) => Promise<void>): Promise<void> {
    const field = this.#widget.locator('input[placeholder*="command to run"]');
    let failure: unknown;
    for (const deadline = performance.now() + appearanceLimitMs; performance.now() < deadline;) {
      try {
        await this.#page.keyboard.press('F1');
        // One step, so that the palette never filters a half-typed label.
        await field.fill(`>${label}`, { timeout: attemptMs });
        return await take(this.#rowOf(label));
      } catch (error) {
        failure = error;
        if (await field.isVisible()) await field.press('Escape', { timeout: attemptMs }).catch(() => {});
      }
    }
    throw new Error(`Failed to run "${label}" through the command palette`, { cause: failure });
  }
}
