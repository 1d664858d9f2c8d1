import * as l10n from '@vscode/l10n';
import type { ActivityEntry } from '../activity';
import { canSendNow, describeWait } from '../waitText';
import type { LiveChat } from './liveChat';

/** The answers under way in these conversations, for the queue view. */
export function listActivities(chats: readonly LiveChat[]): readonly ActivityEntry[] {
  return chats.flatMap(({ conversation }) => {
    const answer = conversation.running;
    if (answer?.role !== 'assistant') return [];
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
    ];
  });
}
