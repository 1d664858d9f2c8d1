import { useRef } from 'preact/hooks';
import type { TurnAction, TurnView } from '../../../protocol/chat';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { useStickyScroll } from '../stickyScroll';
import { Icon } from './Icon';
import { Turn } from './Turn';

interface ConversationProps {
  readonly session: ChatSession;
  readonly turns: readonly TurnView[];
  readonly onAct: (turnId: string, action: TurnAction['id']) => void;
  readonly onPickExample: (text: string) => void;
}

/** The turns, kept at the latest one while the person is there. Not a live region: streamed text would be read in bits. */
export function Conversation({ session, turns, onAct, onPickExample }: ConversationProps) {
  const log = useRef<HTMLDivElement>(null);
  const { isAtBottom, jumpToBottom } = useStickyScroll(log, session, turns);
  return (
    <div class="conversation">
      <div ref={log} class="log" role="log" aria-label={strings.conversation} aria-live="off" tabIndex={0}>
        <div class="turns">
          {turns.length === 0 && <Examples onPick={onPickExample} />}
          {turns.map((turn, index) => (
            <Turn key={turn.id} turn={turn} isLast={index === turns.length - 1} onAct={onAct} />
          ))}
        </div>
      </div>
      {!isAtBottom && (
        <button type="button" class="jump" onClick={jumpToBottom}>
          <Icon name="arrow-down" />
          {strings.jumpToLatest}
        </button>
      )}
    </div>
  );
}

function Examples({ onPick }: { readonly onPick: (text: string) => void }) {
  return (
    <div class="examples">
      <h2>{strings.emptyTitle}</h2>
      <p>{strings.emptyText}</p>
      {strings.examples.map((example) => (
        <button key={example} type="button" class="example" onClick={() => onPick(example)}>
          {example.trimEnd()}
        </button>
      ))}
    </div>
  );
}
