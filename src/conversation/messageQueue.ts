import type { QueuedMessage } from './turn';

/** The messages that wait for the answer under way, in the order in which they were typed. Each change is a new list. */
export class MessageQueue {
  #messages: readonly QueuedMessage[];

  constructor(messages: readonly QueuedMessage[]) {
    this.#messages = messages;
  }

  get messages(): readonly QueuedMessage[] {
    return this.#messages;
  }

  add(message: QueuedMessage): void {
    this.#messages = [...this.#messages, message];
  }

  /** False when it is not there any more. */
  edit(id: string, text: string): boolean {
    const index = this.#messages.findIndex((message) => message.id === id);
    const message = this.#messages[index];
    if (!message) return false;
    this.#messages = this.#messages.with(index, { ...message, text });
    return true;
  }

  remove(id: string): QueuedMessage | undefined {
    const message = this.#messages.find((each) => each.id === id);
    if (message) this.#messages = this.#messages.filter((each) => each !== message);
    return message;
  }

  replace(messages: readonly QueuedMessage[]): void {
    this.#messages = messages;
  }
}
