import * as l10n from '@vscode/l10n';
import type { ActivityEntry } from '../activity';
import { canSendNow, describeWait } from '../waitText';
import type { HistoryKeeper } from './historyKeeper';
import type { LiveChat } from './liveChat';

/** The answers, and the summaries of what is older, under way in these conversations, for the queue view. */
export function listActivities(
  chats: readonly LiveChat[],
  historyOf: (chat: LiveChat) => HistoryKeeper,
): readonly ActivityEntry[] {
  return chats.flatMap((chat) => {
    const { conversation } = chat;
    const answer = conversation.running;
    const summary = historyOf(chat).activity();
    const others = summary ? [summary] : [];
    if (answer?.role !== 'assistant') return others;
    const { state } = answer;
    const status = () => (state.kind === 'waiting' ? describeWait(state, Date.now()) : l10n.t('Claude is answering'));
    return [
      {
        label: l10n.t('Chat'),
        status,
        cancel: () => conversation.stop(),
        canSendNow: () => state.kind === 'waiting' && canSendNow(state, Date.now()),
        sendNow: () => void conversation.sendNow(),
      },
      ...others,
    ];
  });
}
