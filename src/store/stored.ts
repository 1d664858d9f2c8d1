import type { Attachment, Digest, QueuedMessage, Turn } from '../conversation/turn';

export interface ConversationSummary {
  readonly id: string;
  /** Empty until it has one. */
  readonly title: string;
  /** Of the window it was begun in; `undefined` without a folder. */
  readonly workspace: string | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** When its turns last changed; epoch milliseconds. */
  readonly updatedAt: number;
  /** On all its branches. */
  readonly turns: number;
  /** Whether a window, this one included, is answering in it. */
  readonly isBusy: boolean;
}

export interface StoredConversation {
  readonly id: string;
  readonly title: string;
  /** Whether a person gave it, not we. */
  readonly hasOwnTitle: boolean;
  readonly workspace: string | undefined;
  /** The one chosen for this conversation. */
  readonly model: string | undefined;
  readonly headId: string | undefined;
  /** On all branches, in the order they were begun. */
  readonly turns: readonly Turn[];
  readonly queue: readonly QueuedMessage[];
  /** Attached to what has not been sent yet. */
  readonly drafts: readonly Attachment[];
  readonly digests: readonly Digest[];
  /** A person wanted the history sent whole again. */
  readonly isSummaryUndone: boolean;
  /** Rises with every change. */
  readonly revision: number;
  /** The id of the window that is answering in it. */
  readonly busyBy: string | undefined;
}

/** As much of the log as the store writes to. What it logs never holds a text of a conversation. */
export interface StoreLog {
  warn(message: string, context?: Readonly<Record<string, unknown>>): void;
}
