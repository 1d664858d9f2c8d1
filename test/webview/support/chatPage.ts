import { withGlobal } from '@sinonjs/fake-timers';
import { JSDOM } from 'jsdom';
import type { DOMWindow } from 'jsdom';
import type { ChatCommand, ChatDelta, ChatNotification, ChatSnapshot } from '../../../src/protocol/chat';
import { bundleChat } from './bundle';

/** Long enough for everything the components put off until after a paint. */
const settleMs = 50;

const noon = Date.UTC(2026, 10, 24, 12);

let bundle: Promise<string> | undefined;

interface PageOptions {
  readonly viewState?: unknown;
  readonly now?: number;
  /** Whether the last load of the page is answered with this snapshot. */
  readonly snapshot?: ChatSnapshot;
  /** As the host would put it on the page. */
  readonly translation?: { readonly lang: string; readonly contents: Readonly<Record<string, string>> };
}

/** The chat's own bundle in a window of its own, with a host that records, and time that stands still until told. */
export async function openChat({ viewState, now = noon, snapshot, translation }: PageOptions = {}) {
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
  if (translation) {
    window.document.body.dataset['l10n'] = JSON.stringify(translation.contents);
    window.document.body.dataset['lang'] = translation.lang;
  }
  const commands: ChatCommand[] = [];
  const watched: WatchedElement[] = [];
  let kept = viewState;
  Object.assign(window, {
    ResizeObserver: class {
      observe() {}
      disconnect() {}
    },
    IntersectionObserver: class {
      readonly #onChange: IntersectionObserverCallback;
      constructor(onChange: IntersectionObserverCallback) {
        this.#onChange = onChange;
      }
      observe(target: Element) {
        watched.push({ target, observer: this, comeNear: () => this.#tell(target) });
      }
      #tell(target: Element) {
        this.#onChange([Object.assign(Object.create(null), { target, isIntersecting: true })], Object.create(null));
      }
      disconnect() {
        watched.splice(0, watched.length, ...watched.filter(({ observer }) => observer !== this));
      }
    },
    acquireVsCodeApi: () => ({
      // Cloned, as VS Code does; also, objects of the window's realm are never deeply equal to ours.
      postMessage: (command: ChatCommand) => commands.push(structuredClone(command)),
      getState: () => kept,
      setState: (state: unknown) => (kept = structuredClone(state)),
    }),
  });
  window.eval(script);

  const page = new ChatPage(window, clock, commands, () => kept, watched);
  if (snapshot) await page.receive({ type: 'snapshot', payload: snapshot });
  return page;
}

interface WatchedElement {
  readonly target: Element;
  readonly observer: object;
  /** Tells the page that the person has scrolled near it. */
  readonly comeNear: () => void;
}

type PageClock = ReturnType<ReturnType<typeof withGlobal>['install']>;

class ChatPage {
  readonly window: DOMWindow;
  readonly document: Document;
  readonly clock: PageClock;
  readonly commands: ChatCommand[];
  readonly viewState: () => unknown;
  readonly #watched: readonly WatchedElement[];
  #revision = 1;

  constructor(
    window: DOMWindow,
    clock: PageClock,
    commands: ChatCommand[],
    viewState: () => unknown,
    watched: readonly WatchedElement[],
  ) {
    this.window = window;
    this.document = window.document;
    this.clock = clock;
    this.commands = commands;
    this.viewState = viewState;
    this.#watched = watched;
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
    return this.textbox('Message Claude');
  }

  async type(text: string, input: HTMLTextAreaElement = this.input) {
    input.value = text;
    input.setSelectionRange(text.length, text.length);
    input.dispatchEvent(new this.window.Event('input', { bubbles: true }));
    await this.settle();
  }

  async press(key: string, init: KeyboardEventInit = {}, target: Element = this.input) {
    const event = new this.window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
    target.dispatchEvent(event);
    await this.settle();
    return event;
  }

  /** As if the person had scrolled to what the page watches for. */
  async scrollNear(selector: string) {
    this.#watched.find(({ target }) => target.matches(selector))?.comeNear();
    await this.settle();
  }

  /** The textarea with this name; there may be others than the composer's. */
  textbox(label: string): HTMLTextAreaElement {
    const found = this.document.querySelector<HTMLTextAreaElement>(`textarea[aria-label="${label}"]`);
    if (!found) throw new Error(`There is no textbox ${label}`);
    return found;
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
