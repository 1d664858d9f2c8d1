import * as l10n from '@vscode/l10n';
import { isIncomplete, isUnsendable, type AnswerTurn, type Attachment, type Turn } from '../../conversation/turn';
import type { AttachmentView, TurnAction, TurnState, TurnView } from '../../protocol/chat';
import { formatClock, formatCount } from '../format';
import { describeProblem, manageKeysAction } from '../problemText';
import { canSendNow, describeQueue, describeWait } from '../waitText';
import { presentAccount } from './accountPresenter';

export interface TurnSurroundings {
  readonly now: number;
  readonly branch: TurnView['branch'];
  /** Another window answers. */
  readonly isElsewhere: boolean;
  readonly countTokens: (text: string) => number;
}

/** A turn as the webview shows it. Pure. */
export function presentTurn(turn: Turn, surroundings: TurnSurroundings): TurnView {
  const { now, branch, countTokens } = surroundings;
  const common = { id: turn.id, role: turn.role, text: turn.text, time: formatClock(turn.at, now), branch };
  if (turn.role === 'user') {
    const attachments = turn.attachments.map((each, index) => presentAttachment(each, String(index), countTokens));
    return { ...common, attachments, thinking: '', note: undefined, facts: [], state: { kind: 'done' } };
  }
  const { note, facts } = presentAccount(turn, now);
  return { ...common, attachments: [], thinking: turn.thinking, note, facts, state: presentState(turn, surroundings) };
}

export function presentAttachment(
  { kind, name, text }: Attachment,
  id: string,
  countTokens: (text: string) => number,
): AttachmentView {
  return { id, kind, name, tokens: formatCount(countTokens(text)) };
}

function presentState(turn: AnswerTurn, { now, isElsewhere }: TurnSurroundings): TurnState {
  const { state } = turn;
  switch (state.kind) {
    case 'waiting':
      return {
        kind: 'waiting',
        title: describeWait(state, now),
        detail: isElsewhere ? l10n.t('In another window') : describeQueue(state),
        until: state.until,
        canSendNow: !isElsewhere && canSendNow(state, now),
        remedy: state.reason === 'key' || state.reason === 'budget' ? manageKeysAction() : undefined,
      };
    case 'streaming':
      return { kind: 'streaming', isElsewhere };
    case 'done':
      return presentDone(turn, state.stopReason);
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
      const actions = isIncomplete(turn) ? withContinue(problem.actions) : problem.actions;
      return { kind: 'failed', ...problem, detail, actions, isIncomplete: isIncomplete(turn) };
    }
  }
}

function presentDone(turn: AnswerTurn, stopReason: string): TurnState {
  const retry = { id: 'retry', label: l10n.t('Retry') } as const;
  switch (stopReason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return {
        kind: 'failed',
        title: l10n.t('The answer reached its length limit'),
        detail: l10n.t('Let Claude go on, or raise “Max Tokens” in the settings.'),
        actions: [
          ...(isIncomplete(turn) ? [continueAction()] : []),
          { id: 'openSettings', label: l10n.t('Open Settings') },
          retry,
        ],
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
      return { kind: 'done' };
  }
}

/** Before asking anew, which gives up what had arrived; after what has to be put right first. */
function withContinue(actions: readonly TurnAction[]): readonly TurnAction[] {
  const index = actions.findIndex(({ id }) => id === 'retry');
  return actions.toSpliced(index < 0 ? actions.length : index, 0, continueAction());
}

function continueAction(): TurnAction {
  return { id: 'continue', label: l10n.t('Continue') };
}
