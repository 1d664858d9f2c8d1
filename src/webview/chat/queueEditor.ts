import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { ChatCommand, ChatSnapshot, QueuedView } from '../../protocol/chat';
import { canSend } from './state';

/** A message of the queue that is being put in other words. */
export interface QueuedEdit {
  readonly conversationId: string;
  readonly id: string;
  readonly text: string;
  /** The words of the message when the edit began. */
  readonly original: string;
}

interface QueueEditorOptions {
  /** That of the last load. */
  readonly kept: QueuedEdit | undefined;
  readonly keep: (edit: QueuedEdit | undefined) => void;
  readonly post: (command: ChatCommand) => void;
  /** The message is no longer in the queue, or one of another conversation is edited: what was written stays the person's. */
  readonly giveBack: (edit: QueuedEdit) => void;
}

/**
 * The edit of a message of the queue, one at a time.
 *
 * Owns: the edit, and that the host holds the message back meanwhile. What was typed ends as the message, as the draft, or
 * by the person giving it up. Never throws.
 */
export class QueueEditor {
  readonly #options: QueueEditorOptions;
  readonly #edit: Signal<QueuedEdit | undefined>;
  #shown: Pick<ChatSnapshot, 'conversationId' | 'queue'> | undefined;

  constructor(options: QueueEditorOptions) {
    this.#options = options;
    this.#edit = signal(options.kept);
  }

  /** Of a message that may not be in the conversation that is shown. */
  get edit(): ReadonlySignal<QueuedEdit | undefined> {
    return this.#edit;
  }

  readonly open = (id: string): void => {
    const message = this.#find(id);
    if (message === undefined || this.#shown === undefined) return;
    // Of another conversation; within one, only one can be opened.
    const other = this.#edit.value;
    if (other) this.#options.giveBack(other);
    const { text } = message;
    this.#set({ conversationId: this.#shown.conversationId, id, text, original: text });
    this.#hold(id);
  };

  readonly write = (text: string): void => {
    const edit = this.#edit.value;
    if (edit) this.#set({ ...edit, text });
  };

  /** The box stays until the queue has the words: the host may refuse them, as when they are too many. */
  readonly save = (): void => {
    const edit = this.#edit.value;
    const message = edit && this.#find(edit.id);
    if (edit === undefined || message === undefined || !canSend(edit.text, message)) return;
    if (edit.text.trim() === edit.original.trim()) {
      this.close();
      return;
    }
    this.#options.post({ type: 'editQueued', payload: { id: edit.id, text: edit.text } });
  };

  readonly close = (): void => {
    this.#set(undefined);
    this.#hold(null);
  };

  /** To be called with every state of the chat. @returns whether words were given back, since their message is gone */
  follow(next: ChatSnapshot): boolean {
    this.#shown = next;
    const edit = this.#edit.value;
    if (edit?.conversationId !== next.conversationId) return false;
    const message = this.#find(edit.id);
    if (message !== undefined) {
      this.#settle(edit, message);
      return false;
    }
    this.close();
    this.#options.giveBack(edit);
    return isChanged(edit);
  }

  /** To be called with every snapshot: the host may have forgotten, or still hold back what is edited no more. */
  remind(): void {
    if (!this.#shown || this.#shown.queue.length === 0) return;
    const edit = this.#edit.value;
    this.#hold(edit && this.#find(edit.id) ? edit.id : null);
  }

  /** Closes the box when its words are those of the message, unless there are more of them by now. */
  #settle(edit: QueuedEdit, message: QueuedView): void {
    if (message.text === edit.original) return;
    if (message.text.trim() === edit.text.trim()) this.close();
    else this.#set({ ...edit, original: message.text });
  }

  #find(id: string): QueuedView | undefined {
    return this.#shown?.queue.find((message) => message.id === id);
  }

  #hold(id: string | null): void {
    this.#options.post({ type: 'holdQueued', payload: { id } });
  }

  #set(edit: QueuedEdit | undefined): void {
    this.#edit.value = edit;
    this.#options.keep(edit);
  }
}

/** Whether an edit has words that are not those of the message. */
export function isChanged({ text, original }: QueuedEdit): boolean {
  return text.trim() !== '' && text !== original;
}
