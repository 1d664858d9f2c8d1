import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';

/** What was written in a conversation and not sent. */
export interface KeptDraft {
  readonly conversationId: string;
  readonly text: string;
}

/** What is written while no conversation is known; it goes along to the first that is. */
export const noConversation = '';

/** The host counts tokens for what it is told of a draft; a person pauses about this long between thoughts. */
const restMs = 300;

/** All of them are handed to VS Code with every keystroke. */
const mostKept = 20;

interface DraftsOptions {
  /** Those of the last load, the latest at the end. */
  readonly kept: readonly KeptDraft[];
  readonly keep: (drafts: readonly KeptDraft[]) => void;
  /** Tells the host of the draft that is shown. */
  readonly tell: (text: string) => void;
}

/**
 * The texts of the composer, one for each conversation.
 *
 * Owns: the text that is shown, and those of the latest other conversations. The host is told of the one that is shown:
 * once it rests, and at once when another conversation is shown. Never throws.
 */
export class Drafts {
  readonly #options: DraftsOptions;
  /** The latest at the end; without empty ones. */
  readonly #texts: Map<string, string>;
  readonly #text: Signal<string>;
  #conversationId = noConversation;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DraftsOptions) {
    this.#options = options;
    this.#texts = new Map(options.kept.map(({ conversationId, text }) => [conversationId, text]));
    this.#text = signal(this.of(noConversation));
  }

  /** Of the conversation that is shown. */
  get text(): ReadonlySignal<string> {
    return this.#text;
  }

  get conversationId(): string {
    return this.#conversationId;
  }

  of(conversationId: string): string {
    return this.#texts.get(conversationId) ?? '';
  }

  set(text: string, conversationId = this.#conversationId): void {
    this.#write(text, conversationId);
    if (conversationId === this.#conversationId) this.#tellSoon();
  }

  /** Adds a text after what is there. */
  append(text: string, conversationId: string): void {
    this.set(joined(this.of(conversationId), text), conversationId);
  }

  show(conversationId: string): void {
    const previous = this.#conversationId;
    if (conversationId === previous) return;
    this.#conversationId = conversationId;
    this.#text.value = this.of(conversationId);
    const homeless = this.of(noConversation);
    if (homeless !== '') {
      this.#write('', noConversation);
      this.#write(joined(this.of(conversationId), homeless), conversationId);
    }
    // At the start the host knows of none, as it is.
    if (previous !== noConversation || this.#text.value !== '') this.#tell();
  }

  /** Tells the host at once what it would be told when the draft rests. */
  settle(): void {
    if (this.#timer !== undefined) this.#tell();
  }

  #write(text: string, conversationId: string): void {
    this.#texts.delete(conversationId);
    if (text !== '') this.#texts.set(conversationId, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > mostKept && oldest !== undefined) this.#texts.delete(oldest);
    this.#options.keep(Array.from(this.#texts, ([id, kept]) => ({ conversationId: id, text: kept })));
    if (conversationId === this.#conversationId) this.#text.value = text;
  }

  #tellSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), restMs);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#options.tell(this.#text.value);
  }
}

function joined(first: string, second: string): string {
  return first.trim() === '' ? second : `${first.trimEnd()}\n\n${second}`;
}
