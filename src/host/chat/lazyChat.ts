import * as vscode from 'vscode';
import { views } from '../../contributions';
import { Lazy } from '../lazy';
import type { Log } from '../log';
import type { Chat, ChatParts } from './chat';

/**
 * The chat, which lives in a file of its own: whoever only starts VS Code does not pay for it. It is loaded when its view
 * appears or a command asks for it.
 */
export class LazyChat implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #chat: Lazy<Chat>;
  readonly #registration: vscode.Disposable;

  constructor(parts: ChatParts, onLoaded: (chat: Chat) => void) {
    this.#chat = new Lazy(async () => (await import('./chat')).createChat(parts), onLoaded);
    this.#registration = vscode.window.registerWebviewViewProvider(views.chat, this);
  }

  /** `undefined` as long as nobody has asked for it. */
  get loaded(): Chat | undefined {
    return this.#chat.loaded;
  }

  load(): Promise<Chat> {
    return this.#chat.load();
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    const chat = await this.load();
    chat.view.resolveWebviewView(view);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#chat.dispose();
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
