import * as l10n from '@vscode/l10n';
import { isIncomplete, isUnsendable, type AnswerTurn, type Turn } from '../../conversation/turn';
import type { TurnState, TurnView } from '../../protocol/chat';
import { formatClock, formatCount, formatUsd } from '../format';
import { describeProblem } from '../problemText';
import { canSendNow, describeQueue, describeWait } from '../waitText';

/** A turn as the webview shows it. Pure. */
export function presentTurn(turn: Turn, now: number): TurnView {
  return {
    id: turn.id,
    role: turn.role,
    text: turn.text,
    time: formatClock(turn.at, now),
    attachment: turn.role === 'user' ? turn.attachment?.name : undefined,
    state: turn.role === 'user' ? { kind: 'done', note: undefined } : presentState(turn, now),
  };
}

function presentState(turn: AnswerTurn, now: number): TurnState {
  const { state } = turn;
  switch (state.kind) {
    case 'waiting':
      return {
        kind: 'waiting',
        title: describeWait(state, now),
        detail: describeQueue(state),
        until: state.until,
        canSendNow: canSendNow(state, now),
      };
    case 'streaming':
      return { kind: 'streaming' };
    case 'done':
      return presentDone(turn, state);
    case 'failed': {
      const problem = describeProblem(state.reason, {
        until: state.until,
        model: turn.model,
        hasPartialText: turn.text !== '',
        now,
      });
      const detail = isUnsendable(turn)
        ? `${problem.detail} ${l10n.t('Later messages go without this question.')}`
        : problem.detail;
      return { kind: 'failed', ...problem, detail, isIncomplete: isIncomplete(turn) };
    }
  }
}

function presentDone(
  turn: AnswerTurn,
  { stopReason, usage, costUsd }: Extract<AnswerTurn['state'], { kind: 'done' }>,
): TurnState {
  const retry = { id: 'retry', label: l10n.t('Retry') } as const;
  switch (stopReason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return {
        kind: 'failed',
        title: l10n.t('The answer reached its length limit'),
        detail: l10n.t('Ask Claude to go on, or raise “Max Tokens” in the settings.'),
        actions: [{ id: 'openSettings', label: l10n.t('Open Settings') }, retry],
        isIncomplete: true,
      };
    case 'refusal':
      return {
        kind: 'failed',
        title: l10n.t('Claude declined to answer'),
        detail: l10n.t('Put the question differently, or start a new chat.'),
        actions: [],
        isIncomplete: isIncomplete(turn),
      };
    default:
      return {
        kind: 'done',
        note: l10n.t(
          '{0} in · {1} out · {2}',
          formatCount(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens),
          formatCount(usage.outputTokens),
          costUsd === undefined ? l10n.t('cost unknown') : l10n.t('about {0}', formatUsd(costUsd)),
        ),
      };
  }
}
