import * as l10n from '@vscode/l10n';
import type { Digest } from '../../conversation/turn';
import type { AttachmentView, ChatStatus, HistoryView } from '../../protocol/chat';
import { formatCount } from '../format';
import type { LiveChat } from './liveChat';
import { presentAttachment } from './turnPresenter';

/** What of the status is the conversation's own. Pure. */
export function presentChat(
  chat: LiveChat,
  countTokens: (text: string) => number,
): Pick<ChatStatus, 'title' | 'isBusy' | 'attachments' | 'queue'> {
  return {
    title: chat.title,
    isBusy: chat.isBusy,
    attachments: presentDrafts(chat, countTokens),
    queue: chat.conversation.queue.map(({ id, text, attachments }) => ({
      id,
      text,
      attachments: attachments.map((each, index) => presentAttachment(each, String(index), countTokens)),
    })),
  };
}

/** An attachment of the draft is known to the view by its place and its name, so that a late click removes no other. */
export function draftId(index: number, name: string): string {
  return `${index} ${name}`.slice(0, longestIdCharacters);
}

/** What the view may send as an id. */
const longestIdCharacters = 100;

function presentDrafts(chat: LiveChat, countTokens: (text: string) => number): readonly AttachmentView[] {
  return chat.drafts.map((each, index) => presentAttachment(each, draftId(index, each.name), countTokens));
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
