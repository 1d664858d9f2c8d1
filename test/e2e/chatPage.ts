import type { Locator } from 'playwright-core';
import type { Workbench } from '../support/workbench';

/** The chat in the side bar, by the roles and names that a person and a screen reader know it by. */
export class ChatPage {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Resolves when the webview is there, whatever it shows. */
  async open(): Promise<void> {
    await this.#workbench.runCommand('Sluice: Focus on Chat');
    await this.#workbench.chat.getByRole('main').waitFor();
  }

  get textbox(): Locator {
    return this.#workbench.chat.getByRole('textbox', { name: 'Message Claude' });
  }

  get conversation(): Locator {
    return this.#workbench.chat.getByRole('log', { name: 'Conversation' });
  }

  button(name: string): Locator {
    return this.#workbench.chat.getByRole('button', { name, exact: true });
  }

  /** What the person wrote, first to last. */
  get questions(): Locator {
    return this.conversation.getByRole('article', { name: 'You' });
  }

  /** Claude's last turn, complete or not. */
  get answer(): Locator {
    return this.conversation.getByRole('article', { name: /^Claude/ }).last();
  }

  get incompleteAnswer(): Locator {
    return this.conversation.getByRole('article', { name: 'Claude, incomplete' }).last();
  }

  /** Types a message and sends it with the keyboard; resolves when it stands in the conversation. */
  async send(text: string): Promise<void> {
    await this.textbox.fill(text);
    await this.textbox.press('Enter');
    await this.questions.filter({ hasText: text }).last().waitFor();
  }

  /** Sends a message; resolves when the answer is complete. */
  async ask(text: string): Promise<void> {
    await this.send(text);
    await this.whenAnswered();
  }

  /** An answer under way has a Stop button, a complete one says what it took. */
  async whenAnswered(): Promise<void> {
    await this.button('Stop').waitFor({ state: 'hidden' });
    await this.answer.getByText(/\d in · .*\d out/).waitFor();
  }
}
