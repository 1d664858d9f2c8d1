import type { Attachment, Digest } from '../../conversation/turn';
import type { StoredConversation } from '../../store/conversationStore';

/** What of a conversation a person decides apart from its turns. */
export interface Particulars {
  /** Empty while there is nothing to name it after. */
  readonly title: string;
  readonly hasOwnTitle: boolean;
  /** `undefined` where the setting decides. */
  readonly model: string | undefined;
  readonly drafts: readonly Attachment[];
  readonly digests: readonly Digest[];
  /** A person wanted the chat whole: it is summarized again when one asks for it. */
  readonly isSummaryUndone: boolean;
}

/** Of a new conversation without one that is stored. */
export function particularsOf(stored: StoredConversation | undefined): Particulars {
  if (!stored)
    return { title: '', hasOwnTitle: false, model: undefined, drafts: [], digests: [], isSummaryUndone: false };
  const { title, hasOwnTitle, model, drafts, digests, isSummaryUndone } = stored;
  return { title, hasOwnTitle, model, drafts, digests, isSummaryUndone };
}
