import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { extensionId, statusBarItem } from '../../src/contributions';
import { launchChromium } from './chromium';
import { lastLines } from './processes';
import { resultsFolder } from './paths';
import { QuickInput } from './quickInput';
import { Resources } from './resources';
import { shareSecrets } from './sharedSecrets';
import { startVscodeHost } from './vscodeHost';
import type { HostOptions, VscodeHost, WindowOptions } from './vscodeHost';

/** The themes that VS Code 1.139 ships, by the label of its picker and the class that the workbench then carries. */
const themes = {
  light: { label: 'Light Modern', settingsId: 'Light Modern', className: 'vs' },
  dark: { label: 'Dark Modern', settingsId: 'Dark Modern', className: 'vs-dark' },
  highContrast: { label: 'Dark High Contrast', settingsId: 'Default High Contrast', className: 'hc-black' },
  highContrastLight: { label: 'Light High Contrast', settingsId: 'Default High Contrast Light', className: 'hc-light' },
} as const;

export type ThemeName = keyof typeof themes;

export interface WorkbenchOptions extends HostOptions, WindowOptions {
  /** Default: dark. */
  readonly theme?: ThemeName;
  /** Windows hear of each other's secrets, as on a desktop. Default: false, as in a browser. */
  readonly sharesSecrets?: boolean;
}

const viewport = { width: 1280, height: 800 };

/** The first load compiles twenty megabytes of script, on a machine that may be doing five other things. */
const startLimitMs = 120_000;

/** What takes half a second takes many times that on such a machine. */
const conditionLimitMs = 60_000;

/** Longer, and what the pointer was on has moved. */
const pointerLimitMs = 10_000;

/** What the server lacks by design, and says so on every load. None of it is ours. */
const harmlessConsole = [
  /vsda/,
  /favicon/,
  /service-?worker|fetching the script/i,
  /net::ERR_|ENOTFOUND|Failed to fetch/,
  /github|authentication provider/i,
  /Failed to load resource/,
  // A browser grants no time for them; whatever it is, it is VS Code's own.
  /Long running operations during shutdown/,
  /Unable to write file 'vscode-log:/,
];

/**
 * A real VS Code window in a headless Chromium, driven as a person would. Owns its host, browser and page; `close()` ends
 * all three. Every method waits for a condition and fails with Playwright's account of what it waited for.
 */
export class Workbench {
  readonly host: VscodeHost;
  readonly page: Page;
  readonly quickInput: QuickInput;
  /** Errors of the page and its frames since the start, without the noise this host always makes. */
  readonly consoleErrors: string[] = [];
  readonly #console: string[] = [];
  readonly #window: WindowOptions;
  readonly #resources: Resources;

  private constructor(host: VscodeHost, page: Page, window: WindowOptions, resources: Resources) {
    this.host = host;
    this.page = page;
    this.quickInput = new QuickInput(page);
    this.#window = window;
    this.#resources = resources;
    this.#collectConsole();
  }

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const resources = new Resources();
    try {
      const theme = themes[options.theme ?? 'dark'];
      const host = await startVscodeHost({
        ...options,
        settings: { 'workbench.colorTheme': theme.settingsId, ...options.settings },
      });
      await resources.own(() => host.stop());
      const context = await openBrowserContext(resources);
      if (options.sharesSecrets) await shareSecrets(context);
      const workbench = new Workbench(host, await context.newPage(), options, resources);
      await workbench.#load(() => workbench.page.goto(host.urlOf(options), { timeout: startLimitMs }));
      return workbench;
    } catch (error) {
      await resources.end();
      throw error;
    }
  }

  /** A second window on the same folder. It lives in the same host and browser, and ends with this one. */
  async openAnother(): Promise<Workbench> {
    const page = await this.page.context().newPage();
    const another = new Workbench(this.host, page, this.#window, new Resources());
    await this.#resources.own(() => page.close());
    await another.#load(() => page.goto(this.host.urlOf(this.#window), { timeout: startLimitMs }));
    return another;
  }

  async close(): Promise<void> {
    await this.#resources.end();
  }

  /** Runs a command through the palette, by the label the palette shows, such as `Sluice: New Chat`. */
  async runCommand(label: string): Promise<void> {
    await this.quickInput.runCommand(label);
  }

  /** The inside of the chat webview, two iframes deep. */
  get chat(): FrameLocator {
    return this.page
      .frameLocator(`iframe.webview.ready[src*="extensionId=${extensionId}"]`)
      .frameLocator('iframe#active-frame');
  }

  get meter(): Locator {
    return this.page.locator(`.statusbar-item[id$="${statusBarItem.id}"]`);
  }

  /** The meter's text without its icon, once it has one. */
  async meterText(): Promise<string> {
    return (await this.meter.locator('.statusbar-item-label').innerText()).trim();
  }

  /** What the meter says when the mouse rests on it. */
  async meterHover(): Promise<string> {
    await this.meter.hover();
    const hover = this.page.locator('.monaco-hover').filter({ visible: true, hasText: 'Queue' }).first();
    await hover.waitFor();
    return await hover.innerText();
  }

  /** The text of every notification on screen. */
  async notifications(): Promise<string[]> {
    return await this.notification().allInnerTexts();
  }

  /** Notifications on screen; those that contain `text`, where given. */
  notification(text?: string | RegExp): Locator {
    const messages = this.page.locator('.notifications-toasts .notification-list-item-message');
    return text === undefined ? messages : messages.filter({ hasText: text });
  }

  /** Waits for the notification and closes it, as a person does: by the button that comes with the pointer. */
  async closeNotification(text: string): Promise<void> {
    const item = this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
    const close = item.locator('.codicon-notifications-clear');
    // It slides away below the pointer when another one goes: then the pointer follows.
    for (const deadline = performance.now() + conditionLimitMs; performance.now() < deadline;) {
      await item.hover();
      const isClosed = await close.click({ timeout: pointerLimitMs }).then(
        () => true,
        () => false,
      );
      // On a busy machine a click can be given up that has closed it all the same.
      if (isClosed || (await item.count()) === 0) break;
    }
    await item.waitFor({ state: 'detached' });
  }

  /** The modal dialog that contains `text`. */
  dialog(text: string): Locator {
    return this.page.getByRole('dialog').filter({ hasText: text });
  }

  /** Answers a modal dialog; resolves when it is gone. */
  async answerDialog(text: string, button: string): Promise<void> {
    const dialog = this.dialog(text);
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await this.page.locator('.monaco-dialog-modal-block').waitFor({ state: 'detached' });
  }

  /** Takes an entry of the context menu of `target`. */
  async pickFromMenu(target: Locator, entry: string): Promise<void> {
    await target.click({ button: 'right' });
    // A click is ignored while the menu is young: a person's finger may still be on the button that opened it.
    await this.page.getByRole('menuitem', { name: entry, exact: true }).hover();
    await this.page.keyboard.press('Enter');
  }

  /** Drags the edge of the side bar until it is about so many pixels wide. */
  async setSideBarWidth(width: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('Failed to drag the side bar: it is not shown');
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** The editor tab with this title. */
  tab(title: string | RegExp): Locator {
    return this.page.getByRole('tab', { name: title });
  }

  /** The text of the active editor, as far as it is on screen. */
  get editorText(): Locator {
    return this.page.locator('.editor-group-container.active .monaco-editor .view-lines');
  }

  async openFile(name: string): Promise<void> {
    await this.runCommand('Go to File...');
    await this.quickInput.pick({ placeholder: 'Search files by name' }, name);
    await this.tab(name).waitFor();
  }

  /** Through the picker: a running window does not notice its settings file change. */
  async setTheme(name: ThemeName): Promise<void> {
    const { label, className } = themes[name];
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput.pick({ placeholder: 'Select Color Theme' }, label);
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** As a person reloads a window: the workbench saves its state before it goes, which a reload of the page cuts short. */
  async reload(): Promise<void> {
    await this.#load(async () => {
      const loaded = this.page.waitForEvent('load', { timeout: startLimitMs });
      await this.runCommand('Developer: Reload Window');
      await loaded;
    });
  }

  /** Writes `test-results/<name>.png` and returns its path. */
  async screenshot(name: string): Promise<string> {
    await mkdir(resultsFolder, { recursive: true });
    const path = join(resultsFolder, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** The last lines of the page's console and of the server, for the report of a failure. */
  logTail(): string {
    const linesOfConsole = 30;
    return `page:\n${lastLines(this.#console.join('\n'), linesOfConsole)}\nserver:\n${this.host.logTail()}`;
  }

  async #load(navigate: () => Promise<unknown>): Promise<void> {
    await navigate();
    const limit = { timeout: startLimitMs };
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor(limit);
    // The meter is there as soon as the extension is active.
    await this.meter.waitFor(limit);
  }

  #collectConsole(): void {
    const add = (text: string, isError: boolean) => {
      this.#console.push(text);
      if (isError && !harmlessConsole.some((noise) => noise.test(text))) {
        this.consoleErrors.push(text);
      }
    };
    this.page.on('console', (message) => {
      const { url } = message.location();
      add(`${message.type()}: ${message.text()} ${url}`, message.type() === 'error');
    });
    this.page.on('pageerror', (error) => add(`uncaught: ${error.stack ?? error.message}`, true));
  }
}

async function openBrowserContext(resources: Resources): Promise<BrowserContext> {
  const browser = await launchChromium();
  await resources.own(() => browser.close());
  const context = await browser.newContext({ viewport, permissions: ['clipboard-read', 'clipboard-write'] });
  context.setDefaultTimeout(conditionLimitMs);
  return context;
}
