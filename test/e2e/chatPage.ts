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

  /** All of Claude's turns, first to last. */
  get answers(): Locator {
    return this.conversation.getByRole('article', { name: /^Claude/ });
  }

  /** The name of the chat, as its bar shows it. */
  get title(): Locator {
    return this.#workbench.chat.locator('.title-bar h2');
  }

  /** Messages that wait for the answer before them. */
  get queued(): Locator {
    return this.#workbench.chat.getByRole('list', { name: 'Queued messages' }).locator('> li');
  }

  /** What goes along with the message that is being written. */
  get chips(): Locator {
    return this.#workbench.chat.locator('form.field').getByRole('list', { name: 'Sent along' }).getByRole('listitem');
  }

  /** How the message that is being written fits the limits, when it does not fit now. */
  get fit(): Locator {
    return this.#workbench.chat.locator('.fit-line');
  }

  get ring(): Locator {
    return this.#workbench.chat.getByRole('button', { name: /^Context window:/ });
  }

  get model(): Locator {
    return this.#workbench.chat.getByRole('button', { name: /^Model:/ });
  }

  /** What stands in for the answer while it waits. */
  waiting(text: string | RegExp): Locator {
    return this.conversation.locator('.card.waiting').filter({ hasText: text });
  }

  /** Types a message and sends it with the keyboard; resolves when it stands in the conversation. */
  async send(text: string): Promise<void> {
    await this.textbox.fill(text);
    await this.textbox.press('Enter');
    await this.questions.filter({ hasText: text }).last().waitFor();
  }

  /** Types a message while an answer runs; resolves when it stands in the queue. */
  async enqueue(text: string): Promise<void> {
    await this.textbox.fill(text);
    await this.textbox.press('Enter');
    await this.queued.filter({ hasText: text }).waitFor();
  }

  /** Sends a message; resolves when the answer is complete. */
  async ask(text: string): Promise<void> {
    await this.send(text);
    await this.whenAnswered();
  }

  /**
   * An answer under way has a Stop button, a complete one says what it took.
   * @param text of the answer, where one that is complete already stands in its place
   */
  async whenAnswered(text?: string): Promise<void> {
    if (text !== undefined) await this.answer.filter({ hasText: text }).waitFor();
    await this.button('Stop').waitFor({ state: 'hidden' });
    await this.answer.getByText(/[\dkM] in · .* out/).waitFor();
  }
}
