import type { TurnAction, TurnView } from '../../../protocol/chat';
import { Markdown } from '../../markdown/blocks';
import { memo } from '../../memo';
import { strings } from '../strings';
import { Icon } from './Icon';
import { StateCard } from './StateCard';

interface TurnProps {
  readonly turn: TurnView;
  readonly isLast: boolean;
  readonly onAct: (turnId: string, action: TurnAction['id']) => void;
}

export const Turn = memo(({ turn, isLast, onAct }: TurnProps) =>
  turn.role === 'user' ? <Question turn={turn} /> : <Answer turn={turn} isLast={isLast} onAct={onAct} />,
);

function Question({ turn }: { readonly turn: TurnView }) {
  return (
    <article class="turn question" aria-label={strings.you} data-turn={turn.id}>
      <header>
        <span class="name">{strings.you}</span>
        <span class="note">{turn.time}</span>
      </header>
      <p class="words">{turn.text}</p>
      {turn.attachment !== undefined && (
        <span class="chip" title={strings.attachment(turn.attachment)}>
          <Icon name="file" />
          <span>{turn.attachment}</span>
        </span>
      )}
    </article>
  );
}

function Answer({ turn, isLast, onAct }: TurnProps) {
  const { state, text } = turn;
  const isStreaming = state.kind === 'streaming';
  const isIncomplete = state.kind === 'failed' && state.isIncomplete;
  const hasHeader = text !== '' || isStreaming || state.kind === 'done';
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
            {isStreaming ? strings.answering : ((state.kind === 'done' ? state.note : undefined) ?? turn.time)}
          </span>
        </header>
      )}
      {text !== '' && <Markdown text={text} isComplete={!isStreaming} />}
      <StateCard turn={turn} isLast={isLast} onAct={onAct} />
    </article>
  );
}
