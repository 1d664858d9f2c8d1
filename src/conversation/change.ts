import type { QueuedMessage, Turn } from './turn';

export type ConversationChange =
  /** Added, or replaced under its id. A new turn that follows the last one shown is the last one from then on. */
  | { readonly kind: 'turn'; readonly turn: Turn }
  /** Text was appended to the answer. */
  | { readonly kind: 'text'; readonly turnId: string; readonly text: string }
  /** The same for its thinking. */
  | { readonly kind: 'thinking'; readonly turnId: string; readonly text: string }
  /** Another path is shown than the turns told so far make. Told before what it leaves out is removed. */
  | { readonly kind: 'path'; readonly headId: string | undefined }
  /** Deleted for good. */
  | { readonly kind: 'removed'; readonly turnIds: readonly string[] }
  | { readonly kind: 'queue'; readonly queue: readonly QueuedMessage[] };
