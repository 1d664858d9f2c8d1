import { useState } from 'preact/hooks';
import type { FactView, TurnAction, TurnView } from '../../../protocol/chat';
import { Markdown } from '../../markdown/blocks';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { Branches } from './Branches';
import { Icon } from './Icon';
import { IconButton } from './IconButton';
import { StateCard } from './StateCard';

export interface AnswerProps {
  readonly session: ChatSession;
  readonly turn: TurnView;
  readonly isLast: boolean;
  readonly isBusy: boolean;
  readonly onAct: (turnId: string, action: TurnAction['id']) => void;
  readonly onShowBranch: (turnId: string, step: -1 | 1) => void;
}

export function Answer(props: AnswerProps) {
  const { turn, isLast, onAct } = props;
  const { state, text, thinking } = turn;
  const isStreaming = state.kind === 'streaming';
  const isIncomplete = state.kind === 'failed' && state.isIncomplete;
  const hasHeader = text !== '' || thinking !== '' || isStreaming || state.kind === 'done';
  return (
    <article
      class="turn answer"
      aria-label={isIncomplete ? strings.claudeIncomplete : strings.claude}
      aria-busy={isStreaming}
      data-turn={turn.id}
    >
      {hasHeader && (
        <header>
          <span class="name">{strings.claude}</span>
          <span class="note" title={turn.time}>
            {noteOf(turn)}
          </span>
        </header>
      )}
      {thinking !== '' && <Thinking text={thinking} isUnderWay={isStreaming && text === ''} />}
      {text !== '' && <Markdown text={text} isComplete={!isStreaming} />}
      <StateCard turn={turn} isLast={isLast} onAct={onAct} />
      {(state.kind === 'done' || state.kind === 'failed') && <AnswerActions {...props} />}
    </article>
  );
}

function noteOf({ state, note, time }: TurnView): string {
  if (state.kind === 'streaming') return state.isElsewhere ? strings.answeringElsewhere : strings.answering;
  return note ?? time;
}

interface ThinkingProps {
  readonly text: string;
  readonly isUnderWay: boolean;
}

/** Folded, and made only when it is opened. */
function Thinking({ text, isUnderWay }: ThinkingProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="thinking" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="chevron-right" />
        {isUnderWay ? strings.thinkingNow : strings.thinking}
      </summary>
      {isOpen && <Markdown text={text} isComplete={!isUnderWay} />}
    </details>
  );
}

function AnswerActions({ session, turn, isLast, isBusy, onAct, onShowBranch }: AnswerProps) {
  const { id, text, facts, branch, state } = turn;
  const [isOpen, setIsOpen] = useState(false);
  // The card of a failure offers it already.
  const isRetryOffered = isLast && state.kind === 'failed' && state.actions.some((action) => action.id === 'retry');
  return (
    <>
      <div class="actions" role="group" aria-label={strings.actionsOfAnswer}>
        {text !== '' && <IconButton icon="copy" label={strings.copyAnswer} onClick={() => session.copy(text)} />}
        {!isRetryOffered && (
          <IconButton icon="refresh" label={strings.retry} disabled={isBusy} onClick={() => onAct(id, 'retry')} />
        )}
        {facts.length > 0 && (
          <IconButton icon="info" label={strings.details} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)} />
        )}
        <IconButton
          icon="trash"
          label={strings.deleteAnswer}
          disabled={isBusy}
          onClick={() => {
            session.requestFocus();
            session.post({ type: 'remove', payload: { turnId: id } });
          }}
        />
        <Branches branch={branch} isBusy={isBusy} onStep={(step) => onShowBranch(id, step)} />
      </div>
      {isOpen && <Facts facts={facts} />}
    </>
  );
}

function Facts({ facts }: { readonly facts: readonly FactView[] }) {
  return (
    <dl class="facts">
      {facts.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
