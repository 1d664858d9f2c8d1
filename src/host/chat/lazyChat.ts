import * as vscode from 'vscode';
import { views } from '../../contributions';
import type { Log } from '../log';
import type { Chat, ChatParts } from './chat';

/**
 * The chat, which lives in a file of its own: whoever only starts VS Code does not pay for it. It is loaded when its view
 * appears or a command asks for it.
 */
export class LazyChat implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #parts: ChatParts;
  readonly #onLoaded: (chat: Chat) => void;
  readonly #registration: vscode.Disposable;
  #loading: Promise<Chat> | undefined;
  #loaded: Chat | undefined;
  #isDisposed = false;

  constructor(parts: ChatParts, onLoaded: (chat: Chat) => void) {
    this.#parts = parts;
    this.#onLoaded = onLoaded;
    this.#registration = vscode.window.registerWebviewViewProvider(views.chat, this);
  }

  /** `undefined` as long as nobody has asked for it. */
  get loaded(): Chat | undefined {
    return this.#loaded;
  }

  load(): Promise<Chat> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      // The next one who asks tries again.
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    const chat = await this.load();
    chat.view.resolveWebviewView(view);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#registration.dispose();
    this.#loaded?.dispose();
  }

  async #load(): Promise<Chat> {
    const { createChat } = await import('./chat');
    const chat = createChat(this.#parts);
    if (this.#isDisposed) {
      chat.dispose();
      return chat;
    }
    this.#loaded = chat;
    this.#onLoaded(chat);
    return chat;
  }
}

/** A command of the chat: one that cannot be loaded is told once. */
export async function withChat(
  lazy: LazyChat,
  log: Log,
  tell: () => void,
  run: (chat: Chat) => unknown,
): Promise<void> {
  let chat: Chat;
  try {
    chat = await lazy.load();
  } catch (error) {
    log.error('Failed to load the chat', error);
    return tell();
  }
  await run(chat);
}
