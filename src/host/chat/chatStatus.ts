import * as l10n from '@vscode/l10n';
import type { Attachment, Digest } from '../../conversation/turn';
import type { AttachmentView, ChatStatus, HistoryView } from '../../protocol/chat';
import { formatCount } from '../format';
import type { LiveChat } from './liveChat';
import { presentAttachment } from './turnPresenter';

/** What of the status is the conversation's own. Pure. */
export function presentChat(
  chat: LiveChat,
  countTokens: (text: string) => number,
): Pick<ChatStatus, 'title' | 'isBusy' | 'attachments' | 'queue' | 'isQueuePaused'> {
  return {
    title: chat.title,
    isBusy: chat.isBusy,
    isQueuePaused: chat.isQueuePaused,
    attachments: presentDrafts(chat, countTokens),
    queue: chat.conversation.queue.map(({ id, text, attachments }) => ({
      id,
      text,
      attachments: attachments.map((each, index) => presentAttachment(each, String(index), countTokens)),
    })),
  };
}

const draftIds = new WeakMap<Attachment, string>();
let draftCount = 0;

/** By what the view knows an attachment of the draft, as long as it is attached. */
export function draftId(attachment: Attachment): string {
  const known = draftIds.get(attachment);
  if (known !== undefined) return known;
  draftCount += 1;
  const id = `attachment-${draftCount}`;
  draftIds.set(attachment, id);
  return id;
}

function presentDrafts(chat: LiveChat, countTokens: (text: string) => number): readonly AttachmentView[] {
  return chat.drafts.map((each) => presentAttachment(each, draftId(each), countTokens));
}

/** The line above the first turn that is sent as it is; `undefined` while all are. Pure. */
export function presentHistory(
  turns: readonly { readonly id: string }[],
  { sentTurnIds, digest, leftOut }: { sentTurnIds: readonly string[]; digest: Digest | undefined; leftOut: number },
): HistoryView | undefined {
  const sent = new Set(sentTurnIds);
  const first = turns.find(({ id }) => sent.has(id));
  if (!first || first === turns[0]) return undefined;
  if (digest) {
    return {
      beforeTurnId: first.id,
      title: l10n.t(
        'Claude knows what stands above from a summary: {0} tokens instead of {1}',
        formatCount(digest.tokensAfter),
        formatCount(digest.tokensBefore),
      ),
      detail: digest.text,
      canUndo: true,
    };
  }
  if (leftOut === 0) return undefined;
  return {
    beforeTurnId: first.id,
    title: l10n.t('What stands above is not sent along'),
    detail: undefined,
    canUndo: false,
  };
}
