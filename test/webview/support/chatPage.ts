import { withGlobal } from '@sinonjs/fake-timers';
import { JSDOM } from 'jsdom';
import type { DOMWindow } from 'jsdom';
import type { ChatCommand, ChatDelta, ChatNotification, ChatSnapshot } from '../../../src/protocol/chat';
import { bundleChat } from './bundle';

/** Long enough for everything the components put off until after a paint. */
const settleMs = 50;

let bundle: Promise<string> | undefined;

interface PageOptions {
  readonly viewState?: unknown;
  readonly now?: number;
  /** Whether the last load of the page is answered with this snapshot. */
  readonly snapshot?: ChatSnapshot;
}

/** The chat's own bundle in a window of its own, with a host that records, and time that stands still until told. */
export async function openChat({ viewState, now = Date.UTC(2026, 10, 24, 14, 4), snapshot }: PageOptions = {}) {
  bundle ??= bundleChat();
  const script = await bundle;
  const { window } = new JSDOM('<!doctype html><html lang="en"><head><title>Chat</title></head><body></body></html>', {
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    url: 'https://webview.test/',
  });
  const clock = withGlobal(window).install({
    now,
    toFake: ['setTimeout', 'clearTimeout', 'Date', 'requestAnimationFrame', 'cancelAnimationFrame'],
  });
  const commands: ChatCommand[] = [];
  let kept = viewState;
  Object.assign(window, {
    ResizeObserver: class {
      observe() {}
      disconnect() {}
    },
    acquireVsCodeApi: () => ({
      // Cloned, as VS Code does; also, objects of the window's realm are never deeply equal to ours.
      postMessage: (command: ChatCommand) => commands.push(structuredClone(command)),
      getState: () => kept,
      setState: (state: unknown) => (kept = structuredClone(state)),
    }),
  });
  window.eval(script);

  const page = new ChatPage(window, clock, commands, () => kept);
  if (snapshot) await page.receive({ type: 'snapshot', payload: snapshot });
  return page;
}

type PageClock = ReturnType<ReturnType<typeof withGlobal>['install']>;

class ChatPage {
  readonly window: DOMWindow;
  readonly document: Document;
  readonly clock: PageClock;
  readonly commands: ChatCommand[];
  readonly viewState: () => unknown;
  #revision = 1;

  constructor(window: DOMWindow, clock: PageClock, commands: ChatCommand[], viewState: () => unknown) {
    this.window = window;
    this.document = window.document;
    this.clock = clock;
    this.commands = commands;
    this.viewState = viewState;
  }

  async settle() {
    await this.clock.tickAsync(settleMs);
  }

  /** As VS Code delivers it: through JSON, which drops what is undefined. */
  async receive(notification: ChatNotification) {
    if (notification.type === 'snapshot') this.#revision = notification.payload.revision;
    await this.receiveRaw(JSON.parse(JSON.stringify(notification)));
  }

  async receiveRaw(data: unknown) {
    this.window.dispatchEvent(new this.window.MessageEvent('message', { data }));
    await this.settle();
  }

  /** The next delta in order. */
  async change(delta: ChatDelta) {
    this.#revision += 1;
    await this.receive({ type: 'delta', payload: { revision: this.#revision, delta } });
  }

  posted<Type extends ChatCommand['type']>(type: Type) {
    return this.commands.filter((command): command is Extract<ChatCommand, { type: Type }> => command.type === type);
  }

  /** The element a person would find by its role and name; fails when there is none. */
  find(selector: string, text?: string): HTMLElement {
    const found = this.query(selector, text);
    if (found === undefined)
      throw new Error(`Nothing matches ${selector} ${text ?? ''}\n${this.document.body.innerHTML}`);
    return found;
  }

  query(selector: string, text?: string): HTMLElement | undefined {
    const all = [...this.document.querySelectorAll<HTMLElement>(selector)];
    return all.find((element) => text === undefined || labelOf(element) === text);
  }

  get input(): HTMLTextAreaElement {
    const input = this.document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message Claude"]');
    if (!input) throw new Error('There is no input');
    return input;
  }

  async type(text: string) {
    this.input.value = text;
    this.input.dispatchEvent(new this.window.Event('input', { bubbles: true }));
    await this.settle();
  }

  async press(key: string, init: KeyboardEventInit = {}) {
    const event = new this.window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
    this.input.dispatchEvent(event);
    await this.settle();
    return event;
  }

  async click(element: HTMLElement) {
    element.click();
    await this.settle();
  }

  close() {
    this.clock.uninstall();
    this.window.close();
  }
}

export type { ChatPage };

function labelOf(element: HTMLElement): string {
  return element.getAttribute('aria-label') ?? element.textContent.trim();
}
