import { useRef } from 'preact/hooks';
import type { TurnView } from '../../../protocol/chat';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { useStickyScroll } from '../stickyScroll';
import { Icon } from './Icon';
import { Turn } from './Turn';

interface ConversationProps {
  readonly session: ChatSession;
  readonly turns: readonly TurnView[];
  readonly onPickExample: (text: string) => void;
}

/** The turns, kept at the latest one while the person is there. Not a live region: streamed text would be read in bits. */
export function Conversation({ session, turns, onPickExample }: ConversationProps) {
  const log = useRef<HTMLDivElement>(null);
  const { isAtBottom, jumpToBottom } = useStickyScroll(log, session, turns);
  return (
    <div class="conversation">
      <div ref={log} class="log" role="log" aria-label={strings.conversation} aria-live="off" tabIndex={0}>
        <div class="turns">
          {turns.length === 0 && <Examples onPick={onPickExample} />}
          {turns.map((turn) => (
            <Turn key={turn.id} turn={turn} onAct={session.act} />
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
